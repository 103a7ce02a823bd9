// Shows the chosen photos and the names of other files before they are sent.

document.querySelectorAll("input[type=file][data-preview]").forEach((field) => {
  const list = document.getElementById(field.getAttribute("data-preview"));
  let addresses = [];
  if (!list) {
    return;
  }
  field.addEventListener("change", () => {
    addresses.forEach((address) => URL.revokeObjectURL(address));
    addresses = [];
    list.textContent = "";
    Array.prototype.forEach.call(field.files, (file) => {
      const item = document.createElement("li");
      if (/^image\//.test(file.type)) {
        const picture = document.createElement("img");
        const address = URL.createObjectURL(file);
        addresses.push(address);
        picture.src = address;
        picture.alt = "";
        item.appendChild(picture);
      } else {
        const box = document.createElement("span");
        box.className = "thumb";
        box.textContent = (file.name.split(".").pop() || "").toUpperCase().slice(0, 5);
        item.appendChild(box);
      }
      const name = document.createElement("span");
      name.textContent = file.name + " · " + size(file.size);
      item.appendChild(name);
      list.appendChild(item);
    });
  });
});

function size(bytes) {
  return bytes < 1048576 ? Math.max(1, Math.round(bytes / 1024)) + " kB" : (bytes / 1048576).toFixed(1) + " MB";
}
