// Shows how far a form with files has been sent. data-upload-most is the limit of one request in bytes.
const UNITS = ["bytes", "KB", "MB", "GB"];

export function size(bytes) {
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${value >= 10 || Number.isInteger(value) ? Math.round(value) : value.toFixed(1)} ${UNITS[unit]}`;
}

const fill = (words, values) => words.replace(/\{(\w+)\}/g, (_, key) => values[key]);

export function start(form) {
  const most = Number(form.dataset.uploadMost);
  const box = document.createElement("div");
  box.className = "upload-progress mt-3";
  box.hidden = true;
  const bar = document.createElement("progress");
  bar.max = 100;
  const words = document.createElement("p");
  words.className = "meta mt-2 num";
  words.setAttribute("role", "status");
  box.append(bar, words);
  form.append(box);

  const tell = (text, bad = false) => {
    box.hidden = false;
    words.textContent = text;
    words.classList.toggle("c-bad", bad);
  };
  const chosen = () => [...form.querySelectorAll('input[type="file"]')].flatMap((input) => [...input.files]);

  function tooBig() {
    const files = chosen();
    const total = files.reduce((sum, file) => sum + file.size, 0);
    if (!most || total <= most) return false;
    const largest = files.reduce((a, b) => (a.size > b.size ? a : b));
    bar.hidden = true;
    tell(fill(form.dataset.sayTooBig, { name: largest.name, size: size(total), most: size(most) }), true);
    return true;
  }

  form.addEventListener("change", () => {
    if (!tooBig()) box.hidden = true;
  });

  form.addEventListener("submit", (event) => {
    if (event.defaultPrevented || chosen().length === 0) return;
    event.preventDefault();
    if (tooBig()) return;
    const submitter = event.submitter;
    const data = new FormData(form, submitter);
    const request = new XMLHttpRequest();
    const buttons = [...form.querySelectorAll("button")];
    for (const button of buttons) button.disabled = true;
    bar.hidden = false;
    bar.value = 0;
    bar.setAttribute("aria-label", submitter?.textContent.trim() ?? "");
    const failed = () => {
      for (const button of buttons) button.disabled = false;
      tell(fill(form.dataset.sayFailed, { button: submitter?.textContent.trim() ?? "" }), true);
    };
    request.upload.addEventListener("progress", (progress) => {
      if (!progress.lengthComputable) return;
      const percent = Math.floor((100 * progress.loaded) / progress.total);
      bar.value = percent;
      tell(
        percent < 100
          ? fill(form.dataset.saySending, { percent: `${percent}%`, sent: size(progress.loaded), total: size(progress.total) })
          : form.dataset.sayChecking,
      );
    });
    request.addEventListener("error", failed);
    request.addEventListener("abort", failed);
    request.addEventListener("load", () => {
      // The answer is the page that an ordinary form would have brought: the one redirected to, or the form with
      // its errors. It is shown as it came: asked for once more, it would no longer carry its messages.
      if (request.responseURL && request.status < 400) {
        window.history.pushState(null, "", request.responseURL);
        window.addEventListener("popstate", () => window.location.reload(), { once: true });
        window.scrollTo(0, 0);
      }
      const page = new DOMParser().parseFromString(request.responseText, "text/html");
      document.title = page.title;
      document.body.replaceWith(page.body);
      document.dispatchEvent(new CustomEvent("htmx:load", { detail: { elt: document.body } }));
      document.getElementById("main")?.focus();
    });
    request.open("POST", form.action);
    request.setRequestHeader("Accept", "text/html");
    request.send(data);
  });
}
