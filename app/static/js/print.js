// <button data-print> opens the browser's print dialog; without scripts people print from its menu.

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) {
    window.print();
  }
});
