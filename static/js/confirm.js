// Asks before a form is sent that cannot be undone. The question stands in data-confirm of its button.
export function start(button) {
  button.addEventListener("click", (event) => {
    if (!window.confirm(button.dataset.confirm)) event.preventDefault();
  });
}
