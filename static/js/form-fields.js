// Shows, of the fields of a form, those that belong to what is chosen in its select. Without this all are there.
export function start(select) {
  const fields = [...select.form.querySelectorAll("[data-forms]")];
  const show = () => {
    for (const field of fields) field.hidden = !field.dataset.forms.split(" ").includes(select.value);
    for (const group of select.form.querySelectorAll("[data-form-group]")) {
      group.hidden = [...group.querySelectorAll("[data-forms]")].every((field) => field.hidden);
    }
  };
  select.addEventListener("change", show);
  show();
}
