// Asks for a page that is not drawn yet, and shows it when it is there. Without this script a button asks and the page is
// reloaded by hand.
const PAUSES = [800, 1200, 2000, 3000, 5000, 8000];

export async function start(form) {
  const button = form.querySelector("button");
  button.disabled = true;
  try {
    await fetch(form.action, { method: "POST", body: new FormData(form), redirect: "manual" });
  } catch {
    button.disabled = false;
    return;
  }
  for (const pause of PAUSES) {
    await new Promise((resolve) => setTimeout(resolve, pause));
    const look = await fetch(`${form.action}.png`, { method: "HEAD" }).catch(() => null);
    if (look?.ok) {
      window.location.reload();
      return;
    }
  }
  button.disabled = false;
}
