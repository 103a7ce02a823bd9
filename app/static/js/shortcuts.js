// "/" goes to the search field; Alt with the left and right bracket turns pages. Never while somebody types.

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.ctrlKey || event.metaKey || typing(event.target)) {
    return;
  }
  if (event.key === "/" && !event.altKey) {
    const field = document.querySelector("[data-shortcut='/']");
    if (field) {
      event.preventDefault();
      field.focus();
      field.select();
    }
  } else if (event.altKey && (event.code === "BracketLeft" || event.code === "BracketRight")) {
    const link = document.querySelector(event.code === "BracketLeft" ? "a[rel=prev]" : "a[rel=next]");
    if (link) {
      event.preventDefault();
      link.click();
    }
  }
});

function typing(element) {
  return element.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName);
}
