// Ties and unties in place: the answer's table takes the place of this one, and the pressed cell keeps the focus. Without
// this script each press is a form that comes back to its row.
export function start(section) {
  section.addEventListener("submit", async (event) => {
    const form = event.target;
    const pressed = event.submitter;
    const word = form.elements.code?.value ?? pressed?.value ?? "";
    event.preventDefault();
    section.setAttribute("aria-busy", "true");
    const place = section.querySelector(".scroll");
    const left = place ? place.scrollLeft : 0;
    try {
      const answer = await fetch(form.action, { method: "POST", body: new FormData(form, pressed) });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.getElementById(section.id);
      if (!answer.ok || !fresh) throw new Error(String(answer.status));
      section.replaceChildren(...fresh.childNodes);
    } catch {
      window.location.reload();
      return;
    } finally {
      section.removeAttribute("aria-busy");
    }
    const again = section.querySelector(".scroll");
    if (again) again.scrollLeft = left;
    [...section.querySelectorAll("button.m")].find((button) => button.value === word)?.focus({ preventScroll: true });
  });
}
