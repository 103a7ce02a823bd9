// Visits that were saved without a network wait on this device, for the person who typed them, and are sent when
// it is back. The form is marked data-outbox-form="fields kept for another"; the waiting ones show in [data-outbox].

const WHO = "luodi-who";
const SHELL = "luodi-shell";
const PROBE_MS = 5000;
const RETRY_MS = 30000;
const NOT_KEPT = { csrf_token: true, form_key: true, another: true };

const root = document.documentElement;
const box = document.querySelector("[data-outbox]");
const form = document.querySelector("[data-outbox-form]");
const tokenField = document.querySelector("input[name=csrf_token]");
const token = tokenField ? tokenField.value : "";
const who = whoIsHere();
let waiting = [];
let pressed = null;
let passing = false;
let probing = false;
let sending = false;
let editing = "";

if (box && window.indexedDB && who) {
  show().then(send);
  window.addEventListener("online", send);
  window.setInterval(() => { if (waiting.length) { send(); } }, RETRY_MS);
}
if (form && box && window.indexedDB) {
  watchForm();
}
if (who && token) {
  keepShell();
}
watchSignOut();

// The form without a network knows nobody: the last person who was signed in here is told by the device.
function whoIsHere() {
  const here = root.getAttribute("data-who") || "";
  try {
    if (here) {
      window.localStorage.setItem(WHO, here);
      return here;
    }
    const last = form ? window.localStorage.getItem(WHO) || "" : "";
    root.setAttribute("data-who", last);
    return last;
  } catch (error) {
    return here;
  }
}

function watchForm() {
  const stranger = document.querySelector("[data-outbox-stranger]");
  if (stranger) {
    stranger.hidden = Boolean(who);
    if (!form.elements.id.value) {
      form.elements.id.value = newId();
    }
    if (form.elements.from_on && !form.elements.from_on.value) {
      form.elements.from_on.value = today();
    }
  }
  form.addEventListener("click", (event) => {
    const button = event.target.closest("button[type=submit]");
    pressed = button || pressed;
  });
  document.addEventListener("submit", (event) => {
    if (event.target !== form || passing) {
      passing = false;
      return;
    }
    event.preventDefault();
    event.stopImmediatePropagation();
    if (probing || !who) {
      return;
    }
    probing = true;
    const button = pressed || form.querySelector("button[type=submit]");
    (editing || !token ? Promise.resolve(false) : reachable()).then((there) => {
      probing = false;
      if (there) {
        passing = true;
        button.click();
      } else {
        keep(button);
      }
    });
  }, true);
  const asked = /^#queued=(.+)$/.exec(window.location.hash);
  if (asked) {
    read().then(() => edit(asked[1]));
  }
}

function reachable() {
  if (navigator.onLine === false) {
    return Promise.resolve(false);
  }
  return new Promise((resolve) => {
    const timer = window.setTimeout(() => resolve(false), PROBE_MS);
    fetch("/healthz", { cache: "no-store", credentials: "same-origin" })
      .then((answer) => resolve(answer.ok), () => resolve(false))
      .then(() => window.clearTimeout(timer));
  });
}

function keep(button) {
  const fields = [];
  const photos = [];
  new FormData(form).forEach((value, name) => {
    if (value instanceof File) {
      if (value.size) {
        photos.push(value);
      }
    } else if (!NOT_KEPT[name]) {
      fields.push([name, value]);
    }
  });
  const id = form.elements.id.value;
  const before = waiting.filter((each) => each.id === id)[0];
  const item = {
    id: id, who: who, key: newId(), at: Date.now(), fields: fields, why: "",
    photos: photos.length || !before ? photos : before.photos,
    tried: Boolean(before && before.tried), changed: Boolean(before && before.tried),
  };
  inStore("readwrite", (store) => store.put(item)).then(() => {
    clearForm(button && button.name === "another" ? item : null);
    return show();
  }).then(() => {
    document.getElementById("outbox-title").focus();
    send();
  }, () => window.alert(box.getAttribute("data-no-room")));
}

function clearForm(kept) {
  const names = kept ? form.getAttribute("data-outbox-form").split(" ") : [];
  form.reset();
  ["investor_id", "lead_id", "deal_id", "occasion_id"].forEach((name) => {
    if (form.elements[name]) {
      form.elements[name].value = "";
    }
  });
  form.elements.id.value = newId();
  editing = "";
  if (kept) {
    fill(kept.fields.filter((pair) => names.indexOf(pair[0]) >= 0));
  } else if (form.elements.from_on && !form.elements.from_on.value) {
    form.elements.from_on.value = today();
  }
  form.dispatchEvent(new CustomEvent("luodi:filled"));
}

function fill(pairs) {
  Array.prototype.forEach.call(form.elements, (field) => {
    const values = pairs.filter((pair) => pair[0] === field.name).map((pair) => pair[1]);
    if (field.type === "checkbox" || field.type === "radio") {
      field.checked = values.indexOf(field.value) >= 0;
    } else if (field.type !== "file" && values.length) {
      field.value = values[0];
    }
  });
}

function edit(id) {
  const item = waiting.filter((each) => each.id === id)[0];
  if (!item) {
    return;
  }
  if (!form) {
    window.location.assign("/visits/new#queued=" + id);
    return;
  }
  fill(item.fields);
  editing = id;
  form.dispatchEvent(new CustomEvent("luodi:filled"));
  const first = form.querySelector("input:not([type=hidden])");
  first.scrollIntoView({ block: "center" });
  first.focus();
}

function drop(id) {
  return inStore("readwrite", (store) => store.delete(id)).then(show);
}

function show() {
  return read().then(() => {
    const list = box.querySelector("[data-outbox-items]");
    const model = box.querySelector("[data-outbox-item]");
    list.textContent = "";
    waiting.forEach((item) => {
      const row = document.importNode(model.content, true);
      const say = (part, text) => { row.querySelector("[data-part=" + part + "]").textContent = text; };
      say("investor", valueOf(item, "investor"));
      say("about", [
        valueOf(item, "from_on"), valueOf(item, "summary").slice(0, 40),
        item.photos.length ? item.photos.length + " " + box.getAttribute("data-photos") : "",
      ].filter(Boolean).join(" · "));
      say("state", item.why ? box.getAttribute("data-refused") + item.why : box.getAttribute("data-waiting"));
      row.querySelector("[data-do=edit]").addEventListener("click", () => edit(item.id));
      row.querySelector("[data-do=drop]").addEventListener("click", () => {
        if (window.confirm(box.getAttribute("data-ask-drop"))) {
          drop(item.id);
        }
      });
      list.appendChild(row);
    });
    box.hidden = waiting.length === 0;
  });
}

// One after the other, so that a weak line carries one at least.
function send() {
  if (sending || !token || navigator.onLine === false) {
    return Promise.resolve();
  }
  sending = true;
  return read().then(() => waiting.filter((item) => !item.why && item.id !== editing).reduce(
    (before, item) => before.then((go) => (go ? post(item) : false)), Promise.resolve(true),
  )).catch(() => false).then(() => {
    sending = false;
  });
}

function post(item) {
  const body = new FormData();
  item.fields.forEach((pair) => body.append(pair[0], pair[1]));
  item.photos.forEach((photo) => body.append("photos", photo, photo.name));
  body.append("csrf_token", token);
  body.append("form_key", item.key);
  say(box.getAttribute("data-sending"));
  item.tried = true;
  return inStore("readwrite", (store) => store.put(item))
    .then(() => fetch("/visits/outbox", { method: "POST", body: body, credentials: "same-origin", headers: { Accept: "application/json" } }))
    .then((answer) => {
      if (answer.ok) {
        return answer.json().then((told) => drop(item.id).then(() => toast(item, told)).then(() => true));
      }
      if (answer.status === 422) {
        return answer.json().then((told) => {
          item.why = told.errors.join("；");
          return inStore("readwrite", (store) => store.put(item)).then(show).then(() => true);
        });
      }
      say(box.getAttribute(answer.status === 401 || answer.status === 403 ? "data-sign-in" : "data-waiting"));
      return false;
    }, () => {
      say(box.getAttribute("data-waiting"));
      return false;
    });
}

function say(text) {
  box.querySelectorAll("[data-part=state]").forEach((line, index) => {
    if (waiting[index] && !waiting[index].why) {
      line.textContent = text;
    }
  });
}

function toast(item, told) {
  const toasts = document.querySelector(".toasts");
  if (!toasts) {
    return;
  }
  const line = document.createElement("div");
  const link = document.createElement("a");
  line.className = "toast";
  line.textContent = box.getAttribute(told.again && item.changed ? "data-again" : "data-sent") + " · " + valueOf(item, "investor") + " ";
  link.href = told.href;
  link.textContent = box.getAttribute("data-view");
  line.appendChild(link);
  toasts.appendChild(line);
}

// Signing out leaves nothing of a person on the device: no waiting visits, no drafts, no copy of the form.
function watchSignOut() {
  document.querySelectorAll("form[action='/logout']").forEach((leaving) => {
    leaving.addEventListener("submit", (event) => {
      event.preventDefault();
      event.stopImmediatePropagation();
      if (waiting.length && !window.confirm(box.getAttribute("data-ask-leave"))) {
        return;
      }
      forgetAll().then(() => leaving.submit(), () => leaving.submit());
    });
  });
}

function forgetAll() {
  try {
    Object.keys(window.localStorage).filter((name) => name === WHO || name.indexOf("luodi-draft:") === 0)
      .forEach((name) => window.localStorage.removeItem(name));
  } catch (error) {
    // Nothing was kept.
  }
  const shell = window.caches ? window.caches.delete(SHELL) : Promise.resolve();
  return Promise.all([shell, Promise.all(waiting.map((item) => inStore("readwrite", (store) => store.delete(item.id))))]);
}

// The copy of the form is renewed when a file of the page has another address than last time.
function keepShell() {
  if (!("serviceWorker" in navigator) || !window.caches || !box) {
    return;
  }
  const files = Array.prototype.map.call(
    document.querySelectorAll("link[rel=stylesheet], script[src]"), (each) => each.href || each.src,
  );
  const version = root.lang + root.getAttribute("data-size") + files.join(" ");
  navigator.serviceWorker.register("/static/js/worker.js", { scope: "/" })
    .then(() => window.caches.open(SHELL))
    .then((cache) => cache.match("/visits/offline").then((known) => {
      if (known && known.headers.get("x-luodi-shell") === version) {
        return null;
      }
      return fetch("/visits/offline", { credentials: "same-origin" }).then((answer) => {
        if (!answer.ok || answer.redirected) {
          return null;
        }
        return answer.text().then((text) => {
          const needed = (text.match(/\/static\/[^"]+/g) || []);
          const headers = { "Content-Type": "text/html; charset=utf-8", "x-luodi-shell": version };
          ["content-security-policy", "x-content-type-options", "referrer-policy"].forEach((name) => {
            headers[name] = answer.headers.get(name) || "";
          });
          return cache.addAll(needed)
            .then(() => cache.put("/visits/offline", new Response(text, { headers: headers })))
            .then(() => cache.keys())
            .then((keys) => Promise.all(keys.filter((key) => key.url.indexOf("/static/") > 0
              && needed.indexOf(key.url.slice(window.location.origin.length)) < 0).map((key) => cache.delete(key))));
        });
      });
    })).catch(() => null);
}

function read() {
  return inStore("readonly", (store) => store.getAll()).then((all) => {
    waiting = (all || []).filter((item) => item.who === who).sort((one, other) => one.at - other.at);
  }, () => {
    waiting = [];
  });
}

function inStore(mode, act) {
  return new Promise((resolve, reject) => {
    const opening = window.indexedDB.open("luodi", 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore("visits", { keyPath: "id" });
    opening.onerror = () => reject(opening.error);
    opening.onsuccess = () => {
      const database = opening.result;
      const work = database.transaction("visits", mode);
      const request = act(work.objectStore("visits"));
      work.oncomplete = () => { database.close(); resolve(request.result); };
      work.onerror = () => { database.close(); reject(work.error); };
      work.onabort = () => { database.close(); reject(work.error); };
    };
  });
}

function valueOf(item, name) {
  const found = item.fields.filter((pair) => pair[0] === name)[0];
  return found ? found[1] : "";
}

function today() {
  const now = new Date(Date.now() + 8 * 3600000);
  return now.toISOString().slice(0, 10);
}

// A UUIDv7, as the server makes them: milliseconds first, then chance.
function newId() {
  const bytes = window.crypto.getRandomValues(new Uint8Array(16));
  const hex = ("000000000000" + Date.now().toString(16)).slice(-12);
  for (let index = 0; index < 6; index += 1) {
    bytes[index] = parseInt(hex.substr(index * 2, 2), 16);
  }
  bytes[6] = (bytes[6] & 15) | 112;
  bytes[8] = (bytes[8] & 63) | 128;
  const text = Array.prototype.map.call(bytes, (byte) => ("0" + byte.toString(16)).slice(-2)).join("");
  return [text.slice(0, 8), text.slice(8, 12), text.slice(12, 16), text.slice(16, 20), text.slice(20)].join("-");
}
