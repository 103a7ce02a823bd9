// A name with suggestions from the server, by the ARIA combobox pattern. Without scripts the datalist remains.
// Answers are JSON: [{"value": "name", "id": "…", "note": "…"}]. What is typed may also be a new name.

const WAIT_MS = 250;

document.querySelectorAll("[data-combobox]").forEach((box) => {
  if (box.getAttribute("data-combobox")) {
    enhance(box, box.getAttribute("data-combobox"));
  }
});

function enhance(box, source) {
  const input = box.querySelector("input[list]");
  const hidden = box.querySelector("input[type=hidden]");
  const list = document.createElement("ul");
  let timer = 0;
  let asked = 0;
  let at = -1;

  list.className = "suggestions";
  list.id = "suggestions-" + input.id;
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", labelOf(input));
  box.appendChild(list);
  input.removeAttribute("list");
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-expanded", "false");
  input.setAttribute("aria-controls", list.id);

  input.addEventListener("input", () => {
    hidden.value = "";
    window.clearTimeout(timer);
    timer = window.setTimeout(ask, WAIT_MS);
  });
  input.addEventListener("keydown", onKey);
  input.addEventListener("blur", () => window.setTimeout(close, 150));
  list.addEventListener("mousedown", (event) => {
    event.preventDefault();
    const item = event.target.closest("[role=option]");
    if (item) {
      choose(item);
    }
  });

  function ask() {
    const text = input.value.trim();
    asked += 1;
    const mine = asked;
    if (!text) {
      close();
      return;
    }
    const joint = source.indexOf("?") < 0 ? "?" : "&";
    fetch(source + joint + "q=" + encodeURIComponent(text), { credentials: "same-origin", headers: { Accept: "application/json" } })
      .then((response) => (response.ok ? response.json() : []))
      .then((found) => {
        if (mine === asked && document.activeElement === input) {
          show(found);
        }
      })
      .catch(close);
  }

  function show(found) {
    list.textContent = "";
    at = -1;
    found.slice(0, 12).forEach((entry, index) => {
      const item = document.createElement("li");
      item.id = list.id + "-" + index;
      item.setAttribute("role", "option");
      item.setAttribute("aria-selected", "false");
      item.setAttribute("data-id", entry.id || "");
      item.setAttribute("data-value", entry.value);
      item.textContent = entry.value;
      if (entry.note) {
        const note = document.createElement("small");
        note.textContent = entry.note;
        item.appendChild(note);
      }
      list.appendChild(item);
    });
    list.hidden = found.length === 0;
    input.setAttribute("aria-expanded", String(found.length > 0));
  }

  function close() {
    list.hidden = true;
    at = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  function choose(item) {
    input.value = item.getAttribute("data-value");
    hidden.value = item.getAttribute("data-id");
    close();
    input.dispatchEvent(new CustomEvent("luodi:chosen", { bubbles: true, detail: { id: hidden.value } }));
  }

  function move(step) {
    const items = list.querySelectorAll("[role=option]");
    if (!items.length || list.hidden) {
      return;
    }
    at = (at + step + items.length) % items.length;
    items.forEach((item, index) => item.setAttribute("aria-selected", String(index === at)));
    input.setAttribute("aria-activedescendant", items[at].id);
    items[at].scrollIntoView({ block: "nearest" });
  }

  function onKey(event) {
    if (event.isComposing || event.keyCode === 229) {
      return; // pinyin is being typed: Enter and arrows belong to the input method
    }
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      move(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Enter" && !list.hidden && at >= 0) {
      event.preventDefault();
      choose(list.querySelectorAll("[role=option]")[at]);
    } else if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      close();
    }
  }
}

function labelOf(input) {
  const label = document.querySelector('label[for="' + input.id + '"]');
  return label ? label.firstChild.textContent.trim() : "";
}
