// <button data-copy="id"> copies the text of #id. Offices open Luodi over plain http, where the clipboard API is shut.

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) {
    return;
  }
  const source = document.getElementById(button.getAttribute("data-copy"));
  if (!source) {
    return;
  }
  const text = "value" in source ? source.value : source.textContent;
  copy(text).then((done) => {
    if (!done) {
      select(source);
    }
    toast(button.getAttribute(done ? "data-done" : "data-failed"));
  });
});

function copy(text) {
  if (navigator.clipboard && window.isSecureContext) {
    return navigator.clipboard.writeText(text).then(() => true, () => copyByCommand(text));
  }
  return Promise.resolve(copyByCommand(text));
}

function copyByCommand(text) {
  const field = document.createElement("textarea");
  field.value = text;
  field.readOnly = true;
  field.className = "visually-hidden";
  document.body.appendChild(field);
  field.select();
  field.setSelectionRange(0, text.length);
  let done = false;
  try {
    done = document.execCommand("copy");
  } catch (error) {
    done = false;
  }
  field.remove();
  return done;
}

function select(source) {
  const range = document.createRange();
  range.selectNodeContents(source);
  const selection = window.getSelection();
  selection.removeAllRanges();
  selection.addRange(range);
}

function toast(text) {
  const place = document.querySelector(".toasts");
  if (!place || !text) {
    return;
  }
  const box = document.createElement("div");
  box.className = "toast";
  box.textContent = text;
  place.appendChild(box);
  window.setTimeout(() => box.remove(), 4000);
}
