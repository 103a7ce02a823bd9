// <a href="/page" data-dialog="id"> opens <dialog id> in place; without scripts the link leads to the page.
// iOS 13 has no <dialog>: there it is shown as a plain box over a veil.

let opener = null;

document.addEventListener("click", (event) => {
  const trigger = event.target.closest("[data-dialog]");
  if (trigger) {
    const dialog = document.getElementById(trigger.getAttribute("data-dialog"));
    if (dialog && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      opener = trigger;
      open(dialog);
    }
    return;
  }
  const closing = event.target.closest("[data-close]");
  if (closing) {
    close(closing.closest("dialog"));
  } else if (event.target.tagName === "DIALOG" && event.target.showModal) {
    closeOutside(event);
  }
});

document.addEventListener("keydown", (event) => {
  const shim = document.querySelector("dialog.dialog-shim");
  if (event.key === "Escape" && shim) {
    close(shim);
  }
});

// A menu in the bottom bar closes by a touch elsewhere.
document.addEventListener("click", (event) => {
  document.querySelectorAll("details[data-menu][open]").forEach((menu) => {
    if (!menu.contains(event.target)) {
      menu.removeAttribute("open");
    }
  });
});

function open(dialog) {
  if (dialog.showModal) {
    dialog.showModal();
  } else {
    const veil = document.createElement("div");
    veil.className = "dialog-veil";
    veil.addEventListener("click", () => close(dialog));
    document.body.appendChild(veil);
    dialog.classList.add("dialog-shim");
    dialog.setAttribute("open", "");
    dialog.setAttribute("role", "dialog");
    dialog.setAttribute("aria-modal", "true");
  }
  const first = dialog.querySelector("input:not([type=hidden]), textarea, select");
  if (first) {
    first.focus();
  }
}

function close(dialog) {
  if (!dialog) {
    return;
  }
  if (dialog.close && !dialog.classList.contains("dialog-shim")) {
    dialog.close();
  } else {
    dialog.removeAttribute("open");
    dialog.classList.remove("dialog-shim");
    document.querySelectorAll(".dialog-veil").forEach((veil) => veil.remove());
  }
  if (opener) {
    opener.focus();
    opener = null;
  }
}

function closeOutside(event) {
  const typed = Array.prototype.some.call(event.target.querySelectorAll("textarea, input[type=text]"), (field) => field.value);
  const box = event.target.getBoundingClientRect();
  const outside = event.clientX < box.left || event.clientX > box.right || event.clientY < box.top || event.clientY > box.bottom;
  if (outside && !typed) {
    close(event.target);
  }
}
