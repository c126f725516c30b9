// Saves a long text while it is written, and never loses one.
//
// Contract: POST form fields body, version, csrf_token to data-autosave-url with Accept: application/json.
//   200 {"version": n, "saved_at": "ISO time", "message": "…", "words": n}   message and words may be missing
//   409 {"mine": "…", "theirs": "…", "version": n, "message": "…"}   both texts are shown and the person chooses;
//       "merged" and "clean" beside them are one text made of both. Where they are missing the save is sent once more
//       with `base`, the text that was written on from, in case the server makes it from that.
//   401, 400                                     the sign-in has lapsed: the text stays in localStorage until saved
//   other                                        said beside the text; the text stays in localStorage until saved
const PAUSE = 1500;
const RETRY = 15000;

export function start(root) {
  const area = root.querySelector("textarea") ?? root.querySelector("input[type=text]");
  const state = root.querySelector(".autosave-state");
  if (!area || !state) return;
  const say = (key) => root.dataset[`say${key}`];
  // By person: on a shared computer nobody is offered what somebody else was writing.
  const store = `autosave:${root.dataset.autosaveOwner}:${root.dataset.autosaveUrl}`;
  let version = root.dataset.autosaveVersion;
  let saved = area.value;
  let timer = 0;
  let sending = false;
  let choosing = false;
  let leaving = false;
  state.hidden = false;

  const shown = area.form?.querySelector('input[name="version"]');
  const based = area.form?.querySelector('textarea[name="base"]');

  function tell(text, tone, link) {
    state.textContent = text;
    state.className = `autosave-state ${tone ? `c-${tone}` : ""}`;
    if (link) {
      const anchor = document.createElement("a");
      anchor.href = link;
      anchor.textContent = say("SignIn");
      state.append(" ", anchor);
    }
  }

  function keep() {
    try {
      localStorage.setItem(store, JSON.stringify({ text: area.value, version, base: saved, at: new Date().toISOString() }));
    } catch {
      // A full or forbidden store: the text is still in the field, and the page says that it is not saved.
    }
  }

  function forget() {
    try {
      localStorage.removeItem(store);
    } catch {
      // Nothing was kept, so nothing has to go.
    }
  }

  // As the server stores it: a text that differs only by this is the saved one.
  const tidy = (text) => text.normalize("NFC").replace(/\r\n?/g, "\n").trim();

  const clock = (iso) =>
    new Date(iso).toLocaleTimeString(document.documentElement.lang, {
      hour: "2-digit", minute: "2-digit", hour12: false, timeZone: "Asia/Bangkok",
    });

  function accept(next, text) {
    version = String(next);
    root.dataset.autosaveVersion = version;
    if (shown) shown.value = version;
    if (based) {
      based.value = text;
      based.disabled = false;
    }
    saved = text;
  }

  function schedule(after = PAUSE) {
    clearTimeout(timer);
    timer = setTimeout(send, after);
  }

  async function send({ base = null } = {}) {
    if (sending || choosing || area.value === saved) return;
    sending = true;
    const text = area.value;
    const fields = new URLSearchParams({ body: text, version, csrf_token: root.dataset.autosaveCsrf });
    if (base !== null) fields.set("base", base);
    tell(say("Saving"), "mute");
    let answer;
    let body = {};
    try {
      answer = await fetch(root.dataset.autosaveUrl, {
        method: "POST",
        headers: { Accept: "application/json" },
        body: fields,
        // So that it arrives even where the page is being left; browsers take at most 64 KiB then.
        keepalive: document.visibilityState === "hidden" && fields.toString().length < 60000,
      });
      body = await answer.json().catch(() => ({}));
    } catch {
      sending = false;
      keep();
      tell(say("Offline"), "warn");
      schedule(RETRY);
      return;
    }
    sending = false;
    if (answer.ok) {
      accept(body.version, text);
      if ("words" in body) area.dispatchEvent(new CustomEvent("counted", { detail: { words: body.words, text } }));
      tell(body.message || say("Saved").replace("{time}", clock(body.saved_at || Date.now())), "ok");
      if (area.value === text) forget();
      else schedule();
    } else if (answer.status === 409 && "theirs" in body) {
      keep();
      if (!("merged" in body) && base === null && based && saved !== null) {
        send({ base: saved });
        return;
      }
      choose(text, body);
    } else if (answer.status === 401 || body.sign_in) {
      keep();
      tell(say("Lapsed"), "bad", body.sign_in);
    } else {
      keep();
      tell(`${say("Refused")} ${body.message ?? ""}`, "bad");
    }
  }

  function panel(title) {
    const box = document.createElement("section");
    box.className = "notice notice-warn conflict";
    box.setAttribute("role", "alertdialog");
    box.setAttribute("aria-label", title);
    box.tabIndex = -1;
    const inner = document.createElement("div");
    const heading = document.createElement("b");
    heading.textContent = title;
    inner.append(heading);
    box.append(inner);
    root.after(box);
    return [box, inner];
  }

  function button(text, act, kind = "second") {
    const made = document.createElement("button");
    made.type = "button";
    made.className = `btn btn-${kind} btn-sm`;
    made.textContent = text;
    made.addEventListener("click", act);
    return made;
  }

  function sideBySide(pairs) {
    const row = document.createElement("div");
    row.className = "conflict-texts";
    for (const [title, text] of pairs) {
      const column = document.createElement("div");
      const label = document.createElement("p");
      label.className = "strong small";
      label.textContent = title;
      const shownText = document.createElement("pre");
      shownText.textContent = text;
      shownText.tabIndex = 0;
      column.append(label, shownText);
      row.append(column);
    }
    return row;
  }

  function choose(sent, body) {
    choosing = true;
    tell(body.message || say("Conflict"), "warn");
    const [box, inner] = panel(say("Conflict"));
    // The server's copy of what was sent names exhibits by the numbers that they have now.
    const brought = body.mine ?? sent;
    const renumbered = brought !== tidy(sent) && "mine" in body;
    const settle = (text) => {
      choosing = false;
      accept(body.version, body.theirs);
      area.value = text;
      box.remove();
      area.focus();
      area.dispatchEvent(new Event("input", { bubbles: true }));
      if (text === body.theirs) {
        forget();
        tell("", "");
      } else send();
    };
    const actions = document.createElement("div");
    actions.className = "actions";
    const both = "merged" in body && say("UseMerged");
    // What was typed since the answer came would not be in it: then the person is asked again.
    const again = () => {
      choosing = false;
      box.remove();
      send();
    };
    const unless = (text) => (area.value === sent ? settle(text) : again());
    if (both) {
      actions.append(button(say("UseMerged"), () => unless(body.merged), "primary"));
    }
    actions.append(
      button(say("KeepMine"), () => (renumbered ? unless(brought) : settle(area.value)), both ? "second" : "primary"),
      button(say("KeepTheirs"), () => settle(body.theirs)),
      button(say("Both"), () => {
        const joined = (text) => `${text}\n\n${body.theirs}`;
        if (renumbered) unless(joined(brought));
        else settle(joined(area.value));
      }),
    );
    const texts = [[say("Mine"), brought], [say("Theirs"), body.theirs]];
    if (both) texts.push([say(body.clean ? "Merged" : "MergedUnclean"), body.merged]);
    inner.append(sideBySide(texts), actions);
    box.focus();
  }

  function offerKept() {
    let kept = null;
    try {
      kept = JSON.parse(localStorage.getItem(store));
    } catch {
      forget();
    }
    if (!kept || tidy(kept.text) === tidy(area.value)) {
      forget();
      return;
    }
    const [box, inner] = panel(say("Restored").replace("{time}", clock(kept.at)));
    const actions = document.createElement("div");
    actions.className = "actions";
    const close = () => {
      box.remove();
      area.focus();
    };
    actions.append(
      button(say("Restore"), () => {
        // With the version it was written from: where somebody saved since, the server answers 409 and both are shown.
        version = kept.version;
        saved = kept.base ?? null;
        if (based) {
          based.value = saved ?? "";
          based.disabled = saved === null;
        }
        if (shown) shown.value = version;
        area.value = kept.text;
        close();
        area.dispatchEvent(new Event("input", { bubbles: true }));
        send();
      }, "primary"),
      button(say("Discard"), () => {
        forget();
        close();
      }),
    );
    inner.append(sideBySide([[say("Mine"), kept.text]]), actions);
  }

  area.addEventListener("input", () => {
    if (area.value !== saved) keep();
    schedule();
  });
  area.addEventListener("blur", () => schedule(0));
  window.addEventListener("online", () => schedule(0));
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") send();
  });
  // A form that is sent carries the text itself; what was kept is dropped once the page after it has the same text.
  area.form?.addEventListener("submit", (event) => {
    clearTimeout(timer);
    leaving = !event.defaultPrevented;
  });
  // Leaving with a text that the server does not have is asked about, though this browser keeps it as well.
  window.addEventListener("beforeunload", (event) => {
    if (leaving || tidy(area.value) === tidy(saved ?? "")) return;
    keep();
    send();
    event.preventDefault();
  });
  window.addEventListener("pageshow", () => {
    leaving = false;
  });
  offerKept();
}
