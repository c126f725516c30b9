// Moves the focus to what must be read first, such as the summary of errors after a refused form.
export function start(element) {
  element.focus();
}
