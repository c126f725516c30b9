// Copies the text of the element that data-copy names. The button is hidden where no script runs.
export function start(button) {
  const source = document.getElementById(button.dataset.copy);
  if (!source || !navigator.clipboard) return;
  const words = button.textContent;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(source.textContent.trim());
    button.textContent = button.dataset.sayCopied;
    window.setTimeout(() => {
      button.textContent = words;
    }, 2000);
  });
}
