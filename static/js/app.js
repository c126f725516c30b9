// Binds each element with data-module="name …" to the module of that name. Every page works without this.
const loaded = new WeakMap();

function bind(root) {
  const elements = [...root.querySelectorAll("[data-module]")];
  if (root instanceof Element && root.matches("[data-module]")) elements.unshift(root);
  for (const element of elements) {
    for (const name of element.dataset.module.split(/\s+/).filter(Boolean)) {
      const started = loaded.get(element) ?? new Set();
      if (started.has(name)) continue;
      started.add(name);
      loaded.set(element, started);
      import(`./${name}.js`).then((module) => module.start(element)).catch((error) => console.error(name, error));
    }
  }
}

document.documentElement.classList.add("scripted");
bind(document);
document.addEventListener("htmx:load", (event) => bind(event.detail.elt));
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details.me[open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.me[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});
