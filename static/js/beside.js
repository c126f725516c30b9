// Shows the cited page of an exhibit beside the text. Without this script, and where a page is not drawn yet, the link
// leads to the page itself.
export function start(root) {
  const figure = root.querySelector("figure");
  const picture = figure.querySelector("img");
  const frame = figure.querySelector("a");
  const caption = figure.querySelector("figcaption");
  for (const link of root.querySelectorAll("a[data-beside]")) {
    link.addEventListener("click", (event) => {
      if (event.metaKey || event.ctrlKey || event.shiftKey) return;
      event.preventDefault();
      const shown = new Image();
      shown.addEventListener("error", () => window.location.assign(link.href));
      shown.addEventListener("load", () => {
        picture.src = shown.src;
        picture.alt = link.textContent;
        frame.href = link.href;
        caption.textContent = link.textContent;
        figure.hidden = false;
        figure.scrollIntoView({ block: "nearest" });
      });
      shown.src = `${link.href}.png`;
    });
  }
}
