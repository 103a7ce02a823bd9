// Forms keep what was typed: a warning before leaving, a draft on this device, and one submit only.
// <form data-guard> warns and guards; <form data-draft="name"> also keeps a draft until the form is sent.

const DRAFT_PREFIX = "luodi-draft:";
const DRAFT_DAYS = 14;
const NEVER_KEPT = { csrf_token: true, form_key: true, version: true, id: true };

document.querySelectorAll("form").forEach((form) => {
  if (form.method.toLowerCase() === "post") {
    guardDoubleSubmit(form);
  }
  if (form.hasAttribute("data-guard") || form.hasAttribute("data-draft")) {
    guardUnsaved(form);
  }
  if (form.getAttribute("data-draft")) {
    keepDraft(form);
  }
});

// A field that belongs to one choice is shown with that choice: <div data-shown-by="next" data-shown-for="on_a_day">.
document.querySelectorAll("[data-shown-by]").forEach((part) => {
  const form = part.closest("form");
  const follow = () => {
    const chosen = form.querySelector("input[name=" + part.getAttribute("data-shown-by") + "]:checked");
    part.hidden = !(chosen && chosen.value === part.getAttribute("data-shown-for")) && !part.querySelector("[aria-invalid=true]");
  };
  ["change", "luodi:filled"].forEach((kind) => form.addEventListener(kind, follow));
  follow();
});

// Errors that do not name their field are told apart by its label.
document.querySelectorAll("#error-summary a[href^='#f-']").forEach((link) => {
  const field = document.getElementById(link.getAttribute("href").slice(1));
  const label = field && (field.querySelector("legend") || document.querySelector('label[for="' + field.id + '"]'));
  const name = label ? label.firstChild.textContent.trim() : "";
  if (name && link.textContent.indexOf(name) < 0) {
    link.textContent = name + (document.documentElement.lang === "en" ? ": " : "：") + link.textContent;
  }
  link.addEventListener("click", () => {
    const first = field && (field.matches("input, select, textarea") ? field : field.querySelector("input"));
    if (first) {
      first.focus();
    }
  });
});

const summary = document.querySelector("[data-focus]");
if (summary) {
  summary.focus();
}

// A page that comes back from the browser's memory must be usable again.
window.addEventListener("pageshow", (event) => {
  if (event.persisted) {
    document.querySelectorAll("form.is-sent").forEach(release);
  }
});

function guardDoubleSubmit(form) {
  form.addEventListener("submit", (event) => {
    if (form.classList.contains("is-sent")) {
      event.preventDefault();
      return;
    }
    if (event.defaultPrevented || form.hasAttribute("hx-post")) {
      return;
    }
    form.classList.add("is-sent");
    // The pressed button's own name and value must still be sent: it is marked after the form was read.
    window.setTimeout(() => {
      submitters(form).forEach((button) => {
        button.setAttribute("aria-disabled", "true");
        button.classList.add("is-busy");
        if (button.getAttribute("data-busy")) {
          button.setAttribute("data-idle", button.textContent);
          button.textContent = button.getAttribute("data-busy");
        }
      });
    }, 0);
    // A download or a lost connection leaves the page where it is.
    window.setTimeout(() => release(form), 15000);
  });
}

// A form's buttons need not stand inside it: those of the bars name their form.
function submitters(form) {
  return Array.from(form.elements).filter((field) => field.type === "submit");
}

function release(form) {
  form.classList.remove("is-sent");
  submitters(form).filter((button) => button.classList.contains("is-busy")).forEach((button) => {
    button.removeAttribute("aria-disabled");
    button.classList.remove("is-busy");
    if (button.getAttribute("data-idle")) {
      button.textContent = button.getAttribute("data-idle");
    }
  });
}

function guardUnsaved(form) {
  let touched = false;
  form.addEventListener("input", () => { touched = true; });
  form.addEventListener("submit", () => { touched = false; });
  form.addEventListener("reset", () => { touched = false; forget(form); });
  form.querySelectorAll("[data-leave]").forEach((link) => {
    link.addEventListener("click", () => { touched = false; forget(form); });
  });
  window.addEventListener("beforeunload", (event) => {
    if (touched) {
      event.preventDefault();
      event.returnValue = "";
    }
  });
}

function keepDraft(form) {
  const note = form.querySelector("[data-draft-note]");
  const say = (attribute) => {
    if (note) {
      note.textContent = note.getAttribute(attribute) || "";
    }
  };
  if (!form.querySelector("[aria-invalid=true], [role=alert]") && restore(form)) {
    say("data-restored");
  }
  let timer = 0;
  form.addEventListener("input", () => {
    window.clearTimeout(timer);
    timer = window.setTimeout(() => {
      if (remember(form)) {
        say("data-saved");
      }
    }, 600);
  });
  form.addEventListener("reset", () => {
    window.clearTimeout(timer);
    if (note) {
      note.textContent = "";
    }
  });
  form.addEventListener("submit", () => {
    window.clearTimeout(timer);
    remember(form);
    try {
      // The page that follows says whether it was saved; only then is the draft dropped.
      window.sessionStorage.setItem("luodi-sent", keyOf(form));
    } catch (error) {
      // Private windows refuse storage; the form works without a draft.
    }
  });
}

// One device, several people: a draft is its writer's only.
function keyOf(form) {
  return DRAFT_PREFIX + (document.documentElement.getAttribute("data-who") || "") + ":" + form.getAttribute("data-draft");
}

function fieldsOf(form) {
  return Array.prototype.filter.call(form.elements, (field) => (
    field.name && !NEVER_KEPT[field.name] && ["password", "file", "submit", "button"].indexOf(field.type) < 0
    && !field.hasAttribute("data-private")
  ));
}

function remember(form) {
  const values = {};
  fieldsOf(form).forEach((field) => {
    if (field.type === "checkbox" || field.type === "radio") {
      values[field.name] = (values[field.name] || []).concat(field.checked ? [field.value] : []);
    } else {
      values[field.name] = field.value;
    }
  });
  try {
    window.localStorage.setItem(keyOf(form), JSON.stringify({ at: Date.now(), values: values }));
    return true;
  } catch (error) {
    return false;
  }
}

function restore(form) {
  let kept = null;
  try {
    kept = JSON.parse(window.localStorage.getItem(keyOf(form)) || "null");
  } catch (error) {
    return false;
  }
  if (!kept || Date.now() - kept.at > DRAFT_DAYS * 86400000) {
    forget(form);
    return false;
  }
  let changed = false;
  fieldsOf(form).forEach((field) => {
    const value = kept.values[field.name];
    if (value === undefined) {
      return;
    }
    if (field.type === "checkbox" || field.type === "radio") {
      const checked = value.indexOf(field.value) >= 0;
      changed = changed || checked !== field.checked;
      field.checked = checked;
    } else if (field.value !== value) {
      field.value = value;
      changed = true;
    }
  });
  form.dispatchEvent(new CustomEvent("luodi:filled"));
  return changed;
}

function forget(form) {
  try {
    window.localStorage.removeItem(keyOf(form));
  } catch (error) {
    // Nothing was kept.
  }
}

// The page after a submit: without an error the record is saved and its draft is no longer needed.
(function dropSentDraft() {
  try {
    const key = window.sessionStorage.getItem("luodi-sent");
    window.sessionStorage.removeItem("luodi-sent");
    if (key && !document.querySelector("[aria-invalid=true], #error-summary, [data-kept], [data-error-page]")) {
      window.localStorage.removeItem(key);
    }
  } catch (error) {
    // Nothing was kept.
  }
}());
