// Sends files in pieces of at most 8 MiB (tus), several at once, each with its own row: progress, pause, going on
// after a broken line, a reload or a restarted server. Without this script the form sends its files in one request.
import "../vendor/tus-js-client/tus.min.js";
import { size } from "./upload-progress.js";

const PIECE = 8 * 1024 * 1024; // the server refuses more
const AT_ONCE = 3;
const PAUSES = [0, 1000, 2000, 4000, 8000, 15000, 30000];
const LOOK_EVERY = 500;
const MOST_ANSWERS = 6;

const { tus } = window;
const fill = (words, values) => words.replace(/\{(\w+)\}/g, (_, key) => values[key]);
const wait = (time) => new Promise((resolve) => setTimeout(resolve, time));

function lasting(seconds, words) {
  if (seconds >= 90) return fill(words.minutes, { number: Math.round(seconds / 60) });
  return fill(words.seconds, { number: Math.max(1, Math.round(seconds)) });
}

export function start(form) {
  if (!tus.isSupported || !form.dataset.endpoint) return;
  const words = { ...form.dataset };
  const list = form.querySelector("[data-rows]");
  const pattern = form.querySelector("template[data-row]");
  const rows = new Set();
  const headers = { "X-CSRFToken": form.elements.csrf_token.value, Accept: "application/json" };
  for (const button of form.querySelectorAll('button[type="submit"]')) button.hidden = true;

  const chosen = (name) => form.elements[name]?.value ?? "";
  const next = () => {
    const running = [...rows].filter((row) => row.state === "sending").length;
    [...rows].filter((row) => row.state === "waiting").slice(0, Math.max(0, AT_ONCE - running)).forEach((row) => row.send());
  };

  function add(file) {
    const row = new Row(file);
    rows.add(row);
    list.append(row.element);
    list.hidden = false;
    if (file.size === 0) row.refuse(words.sayEmpty);
    else if (file.size > Number(form.dataset.most)) {
      row.refuse(fill(words.sayTooBig, { name: file.name, size: size(file.size), most: size(Number(form.dataset.most)) }));
    }
    next();
  }

  class Row {
    constructor(file) {
      this.file = file;
      this.state = "waiting";
      this.element = pattern.content.firstElementChild.cloneNode(true);
      this.bar = this.find("progress");
      this.find("[data-name]").textContent = file.name;
      this.find("[data-size]").textContent = size(file.size);
      this.bar.setAttribute("aria-label", file.name);
      for (const button of this.element.querySelectorAll("button")) {
        button.append(Object.assign(document.createElement("span"), { className: "visually-hidden", textContent: ` ${file.name}` }));
      }
      this.find("[data-pause]").addEventListener("click", () => this.pause());
      this.find("[data-go-on]").addEventListener("click", () => this.goOn());
      this.find("[data-discard]").addEventListener("click", () => this.discard());
      this.show("waiting");
      this.upload = new tus.Upload(file, {
        endpoint: form.dataset.endpoint,
        chunkSize: PIECE,
        retryDelays: PAUSES,
        headers,
        metadata: { filename: file.name, type: chosen("type"), work: chosen("work"), item: form.dataset.item ?? "" },
        removeFingerprintOnSuccess: true,
        fingerprint: () => Promise.resolve(["ent", form.dataset.item ?? "", file.name, file.type, file.size, file.lastModified].join("-")),
        onShouldRetry: (error) => {
          const status = error.originalResponse ? error.originalResponse.getStatus() : 0;
          return status === 0 || status === 409 || status === 423 || (status >= 500 && status !== 507);
        },
        onProgress: (sent) => this.tell(sent),
        onSuccess: () => this.complete(),
        onError: (error) => this.broke(error),
      });
    }

    find(selector) {
      return this.element.querySelector(selector);
    }

    show(state) {
      this.state = state;
      this.element.dataset.state = state;
      this.find("[data-pause]").hidden = state !== "sending";
      this.find("[data-go-on]").hidden = !["paused", "broken"].includes(state);
      this.find("[data-discard]").hidden = ["checking", "done"].includes(state);
      if (state === "waiting") this.say(words.sayWaiting);
      if (state === "paused") this.announce(fill(words.sayPaused, { percent: `${Math.floor(this.bar.value)}%` }));
    }

    say(text) {
      this.find("[data-words]").textContent = text;
    }

    announce(text, bad = false) {
      this.say("");
      const news = this.find("[data-news]");
      news.textContent = text;
      news.classList.toggle("c-bad", bad);
    }

    async send() {
      this.show("sending");
      this.announce("");
      this.since = performance.now();
      this.from = undefined;
      const [earlier] = await this.upload.findPreviousUploads();
      if (this.state !== "sending") return;
      if (earlier) this.upload.resumeFromPreviousUpload(earlier);
      this.upload.start();
    }

    tell(sent) {
      const at = performance.now();
      this.bar.value = (100 * sent) / this.file.size;
      if (this.from === undefined) {
        this.from = sent;
        this.since = at;
      }
      if (this.told && at - this.told < LOOK_EVERY && sent < this.file.size) return;
      this.told = at;
      const rate = (sent - this.from) / Math.max(0.2, (at - this.since) / 1000);
      const values = { percent: `${Math.floor((100 * sent) / this.file.size)}%`, sent: size(sent), total: size(this.file.size) };
      if (rate <= 0 || at - this.since < 1000) this.say(fill(words.saySending, values));
      else this.say(fill(words.saySendingFast, { ...values, rate: size(rate), left: lasting((this.file.size - sent) / rate, { minutes: words.sayMinutes, seconds: words.saySeconds }) }));
    }

    async pause() {
      await this.upload.abort();
      this.show("paused");
      next();
    }

    goOn() {
      this.show("waiting");
      next();
    }

    async discard() {
      await this.upload.abort(Boolean(this.upload.url)).catch(() => {});
      rows.delete(this);
      this.element.remove();
      list.hidden = rows.size === 0;
      next();
    }

    broke(error) {
      let message = words.sayBroken;
      try {
        message = JSON.parse(error.originalResponse.getBody()).message || message;
      } catch {
        // no answer at all, or one that is not ours: the line
      }
      this.show("broken");
      this.announce(message, true);
      next();
    }

    refuse(message) {
      this.bar.className = "bad";
      this.show("refused");
      this.announce(message, true);
    }

    async complete() {
      this.show("checking");
      this.bar.value = 100;
      this.say(words.sayChecking);
      for (let attempt = 0; attempt < MOST_ANSWERS; attempt += 1) {
        await wait(PAUSES[attempt]);
        let answer;
        try {
          answer = await fetch(`${this.upload.url}/completion`, { method: "POST", headers });
        } catch {
          continue; // the answer was lost; asked again it is the same
        }
        if (answer.status === 423 || answer.status >= 500) continue;
        const told = await answer.json().catch(() => ({}));
        if (answer.ok && told.state === "taken") this.taken(told);
        else this.refuse(told.message || words.sayBroken);
        next();
        return;
      }
      this.show("broken");
      this.announce(words.sayBroken, true);
      next();
    }

    taken(told) {
      this.show("done");
      this.bar.className = "ok";
      if (form.dataset.item) {
        window.location.assign(told.url);
        return;
      }
      form.querySelector("[data-after]")?.removeAttribute("hidden");
      this.announce(told.findings.length ? words.sayTakenBut : words.sayTaken);
      const link = Object.assign(document.createElement("a"), { href: told.url, textContent: told.title });
      this.find("[data-name]").replaceChildren(link);
      for (const finding of told.findings) {
        const line = this.find("template[data-finding]").content.firstElementChild.cloneNode(true);
        line.querySelector("[data-degree]").textContent = finding.must ? words.sayMust : words.sayShould;
        line.querySelector("[data-degree]").classList.add(finding.must ? "c-bad" : "c-warn");
        line.querySelector("[data-title]").textContent = finding.title;
        line.querySelector("[data-reason]").textContent = finding.reason;
        this.find("[data-findings]").append(line);
      }
      this.find("[data-findings]").hidden = told.findings.length === 0;
      const mend = this.find("[data-mend]");
      mend.href = told.url;
      mend.hidden = !told.findings.some((finding) => finding.mendable);
    }
  }

  const take = (files) => [...files].forEach(add);
  for (const input of form.querySelectorAll('input[type="file"]')) {
    const chosenHere = () => {
      take(input.files);
      input.value = "";
    };
    input.addEventListener("change", chosenHere);
    if (input.files.length) chosenHere(); // on a slow line somebody was faster than this script
  }
  const zone = form.querySelector(".drop") ?? form;
  for (const kind of ["dragenter", "dragover"]) {
    zone.addEventListener(kind, (event) => {
      event.preventDefault();
      zone.classList.add("over");
    });
  }
  for (const kind of ["dragleave", "drop"]) zone.addEventListener(kind, () => zone.classList.remove("over"));
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    take(event.dataTransfer.files);
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  window.addEventListener("online", () => [...rows].filter((row) => row.state === "broken").forEach((row) => row.goOn()));
  window.addEventListener("beforeunload", (event) => {
    if ([...rows].some((row) => ["sending", "checking"].includes(row.state))) event.preventDefault();
  });
}
