// A calm surface over a textarea: words that are bold look bold, lists look like lists. What is stored, counted, saved
// and sent stays the textarea's light prose (static/js/prose.js); without this module the page works with it alone.
//
// The browser's own editing commands are used, so that its undo, its spell-check and every input method go on working.
import { address, nodes, text } from "./prose.js";

export function start(root) {
  const area = root.querySelector("textarea");
  const bar = root.querySelector(".editor-bar");
  if (!area || !bar) return;
  const say = (key) => root.dataset[`say${key}`];
  const surface = document.createElement("div");
  surface.className = "editor-surface prose";
  surface.contentEditable = "true";
  surface.lang = area.lang;
  surface.setAttribute("role", "textbox");
  surface.setAttribute("aria-multiline", "true");
  for (const name of ["aria-labelledby", "aria-describedby", "aria-invalid"]) {
    if (area.hasAttribute(name)) surface.setAttribute(name, area.getAttribute(name));
  }
  let own = false;
  let kept = null;

  // The textarea is hidden but still asked to take the focus, by whoever counts and saves.
  area.focus = (options) => surface.focus(options);

  const draw = () => {
    surface.replaceChildren(nodes(area.value));
    if (!surface.firstChild) {
      const empty = document.createElement("p");
      empty.append(document.createElement("br"));
      surface.append(empty);
    }
  };

  const store = () => {
    const said = text(surface);
    if (said === area.value) return;
    own = true;
    area.value = said;
    area.dispatchEvent(new Event("input", { bubbles: true }));
    own = false;
  };

  const run = (command, value) => {
    surface.focus();
    document.execCommand(command, false, value);
    store();
    show();
  };

  // Clean nodes only: what comes here was built by prose.js.
  const insert = (fragment) => {
    const holder = document.createElement("div");
    const only = fragment.childNodes.length === 1 && fragment.firstChild.tagName === "P";
    holder.append(...(only ? [...fragment.firstChild.childNodes] : [...fragment.childNodes]));
    run("insertHTML", holder.innerHTML);
  };

  const chosen = () => {
    const selection = getSelection();
    return selection.rangeCount && surface.contains(selection.anchorNode) ? selection.getRangeAt(0) : null;
  };

  const restore = () => {
    surface.focus();
    if (!kept) return;
    const selection = getSelection();
    selection.removeAllRanges();
    selection.addRange(kept);
  };

  const around = (tag) => {
    let node = chosen()?.commonAncestorContainer;
    while (node && node !== surface) {
      if (node.nodeType === Node.ELEMENT_NODE && node.tagName === tag) return node;
      node = node.parentNode;
    }
    return null;
  };

  // The bar ---------------------------------------------------------------------------------
  const buttons = [...bar.querySelectorAll("button[data-act]")];
  const panels = [...root.querySelectorAll(".editor-panel")];
  const states = { bold: "bold", bullets: "insertUnorderedList", numbers: "insertOrderedList" };

  function show() {
    for (const button of buttons) {
      const act = button.dataset.act;
      if (states[act]) button.setAttribute("aria-pressed", String(document.queryCommandState(states[act])));
      if (act === "link") button.setAttribute("aria-pressed", String(Boolean(around("A"))));
    }
  }

  const close = (back = true) => {
    for (const panel of panels) panel.hidden = true;
    for (const button of buttons) if (button.hasAttribute("aria-expanded")) button.setAttribute("aria-expanded", "false");
    if (back) restore();
  };

  const open = (name) => {
    const panel = root.querySelector(`.editor-panel[data-panel="${name}"]`);
    const was = panel.hidden;
    kept = chosen() ?? kept;
    close(!was);
    if (!was) return;
    panel.hidden = false;
    bar.querySelector(`[data-act="${name}"]`).setAttribute("aria-expanded", "true");
    panel.querySelector(".editor-wrong").textContent = "";
    if (name === "link") {
      const anchor = around("A");
      panel.querySelector("[data-field=words]").value = anchor?.textContent ?? kept?.toString() ?? "";
      panel.querySelector("[data-field=address]").value = anchor?.getAttribute("href") ?? "";
      panel.querySelector("[data-act=unlink]").hidden = !anchor;
    }
    panel.querySelector("select, input").focus();
  };

  const link = () => {
    const panel = root.querySelector('.editor-panel[data-panel="link"]');
    const typed = panel.querySelector("[data-field=address]");
    const url = address(typed.value);
    if (!url) {
      panel.querySelector(".editor-wrong").textContent = say("BadAddress");
      typed.setAttribute("aria-invalid", "true");
      typed.focus();
      return;
    }
    typed.removeAttribute("aria-invalid");
    const said = panel.querySelector("[data-field=words]").value.trim() || url.replace(/^mailto:/, "");
    close();
    const anchor = around("A");
    if (anchor) getSelection().selectAllChildren(anchor);
    if (anchor || (chosen() && !chosen().collapsed && chosen().toString().trim() === said)) {
      document.execCommand("createLink", false, url);
      if (anchor && around("A")?.textContent !== said) document.execCommand("insertText", false, said);
      store();
    } else {
      const made = document.createElement("a");
      made.setAttribute("href", url);
      made.textContent = said;
      const holder = document.createElement("div");
      holder.append(made);
      run("insertHTML", holder.innerHTML);
    }
    show();
  };

  const cite = () => {
    const panel = root.querySelector('.editor-panel[data-panel="cite"]');
    const number = panel.querySelector("select").value;
    const page = panel.querySelector("[data-field=page]").value.trim();
    const most = Number(panel.querySelector("select").selectedOptions[0]?.dataset.pages) || 9999;
    if (page && !(/^[0-9๐-๙]{1,4}$/.test(page) && thaiNumber(page) >= 1 && thaiNumber(page) <= most)) {
      panel.querySelector(".editor-wrong").textContent = say("BadPage").replace("{most}", most);
      panel.querySelector("[data-field=page]").focus();
      return;
    }
    close();
    const thai = /[ก-ฮ]/.test(area.value) || document.documentElement.lang === "th";
    const where = page && (thai ? ` หน้า ${thaiNumber(page)}` : `, p. ${thaiNumber(page)}`);
    run("insertText", thai ? `[หลักฐาน ${number}${where}]` : `[exhibit ${number}${where}]`);
  };

  const thaiNumber = (typed) => Number([...typed].map((sign) => {
    const thai = "๐๑๒๓๔๕๖๗๘๙".indexOf(sign);
    return thai < 0 ? sign : thai;
  }).join(""));

  const acts = {
    bold: () => run("bold"),
    bullets: () => run("insertUnorderedList"),
    numbers: () => run("insertOrderedList"),
    undo: () => run("undo"),
    redo: () => run("redo"),
    link: () => open("link"),
    cite: () => open("cite"),
    unlink: () => {
      close();
      const anchor = around("A");
      if (anchor) getSelection().selectAllChildren(anchor);
      run("unlink");
    },
    "apply-link": link,
    "apply-cite": cite,
    close: () => close(),
  };

  // One stop for the tab key; arrows, Home and End move within (WAI-ARIA toolbar).
  const stop = (button) => {
    for (const one of buttons) one.tabIndex = one === button ? 0 : -1;
  };
  bar.addEventListener("keydown", (event) => {
    const at = buttons.indexOf(document.activeElement);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: buttons.length - 1 }[event.key];
    if (at < 0 || to === undefined) return;
    event.preventDefault();
    const next = buttons[(to + buttons.length) % buttons.length];
    stop(next);
    next.focus();
  });
  bar.addEventListener("focusin", (event) => buttons.includes(event.target) && stop(event.target));
  // A press must not take the caret out of the text.
  bar.addEventListener("mousedown", (event) => event.preventDefault());
  root.addEventListener("click", (event) => {
    const act = event.target.closest("button[data-act]")?.dataset.act;
    if (acts[act]) acts[act]();
  });
  for (const panel of panels) {
    panel.addEventListener("keydown", (event) => {
      if (event.key === "Escape") close();
      else if (event.key === "Enter" && event.target.tagName !== "BUTTON") {
        event.preventDefault();
        acts[`apply-${panel.dataset.panel}`]();
      }
    });
    // What is typed here is no part of the text that autosave watches.
    panel.addEventListener("input", (event) => event.stopPropagation());
  }

  // The surface -------------------------------------------------------------------------------
  surface.addEventListener("input", (event) => {
    event.stopPropagation();
    store();
  });
  surface.addEventListener("blur", () => {
    kept = chosen() ?? kept;
    area.dispatchEvent(new Event("blur"));
  });
  surface.addEventListener("beforeinput", (event) => {
    if (/^format(?!Bold|Remove)/.test(event.inputType)) event.preventDefault();
  });
  surface.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
    const act = event.shiftKey
      ? { Digit7: "numbers", Digit8: "bullets" }[event.code]
      : { KeyB: "bold", KeyK: "link" }[event.code];
    if (!act) return;
    event.preventDefault();
    acts[act]();
  });

  const take = (data) => {
    const html = data.getData("text/html");
    // Parsed apart from the page: nothing in it runs, loads or styles anything. Only its light prose comes in.
    const said = html
      ? text(new DOMParser().parseFromString(html, "text/html").body, true)
      : data.getData("text/plain").replace(/\r\n?/g, "\n");
    if (said) insert(nodes(said));
  };
  surface.addEventListener("paste", (event) => {
    event.preventDefault();
    take(event.clipboardData);
  });
  surface.addEventListener("dragstart", (event) => event.preventDefault());
  surface.addEventListener("drop", (event) => {
    event.preventDefault();
    const range = document.caretRangeFromPoint?.(event.clientX, event.clientY);
    if (range) {
      getSelection().removeAllRanges();
      getSelection().addRange(range);
    }
    take(event.dataTransfer);
  });
  document.addEventListener("selectionchange", () => chosen() && show());

  // Whoever else writes into the textarea (a text kept from before, a choice between two) is shown.
  area.addEventListener("input", () => {
    if (!own) draw();
  });

  document.execCommand("defaultParagraphSeparator", false, "p");
  document.execCommand("styleWithCSS", false, false);
  draw();
  area.hidden = true;
  area.before(surface);
  bar.hidden = false;
  for (const plain of root.parentElement.querySelectorAll(".editor-plain")) plain.hidden = true;
  stop(buttons[0]);
}
