// The service's light prose as nodes, and back: the same grammar as portfolio/works/prose.py, which alone decides what
// pages and print show. A blank line parts paragraphs, "- " begins a bullet, "1. " a number, **words** are bold and
// [words](https://…) is a link. Reading builds nodes one by one; nothing is ever handed to the parser of the page.
const LINK = /^(?:https?:\/\/|mailto:)(?:[^\s()<>[\]"'\\]|\([^\s()<>[\]"'\\]*\))+$/;
const LINKED = /\[([^[\]\n]+)\]\(((?:https?:\/\/|mailto:)(?:[^\s()<>[\]"'\\]|\([^\s()<>[\]"'\\]*\))+)\)/g;
const BOLD = /(?<!\*)\*\*(?![\s*])((?:(?!\*\*).)+?)(?<![\s*])\*\*(?!\*)/g;
const BULLET = /^\s*[-•]\s+(\S.*)$/;
const NUMBER = /^\s*([0-9๐-๙]{1,3})[.)]\s+(\S.*)$/;
const NEVER = new Set(["SCRIPT", "STYLE", "TEMPLATE", "HEAD", "TITLE", "META", "LINK", "IFRAME", "OBJECT", "EMBED",
  "SVG", "svg", "MATH", "math", "NOSCRIPT", "TEXTAREA", "SELECT", "BUTTON", "INPUT", "AUDIO", "VIDEO", "CANVAS", "IMG"]);
const BLOCKS = new Set(["P", "DIV", "UL", "OL", "LI", "BLOCKQUOTE", "H1", "H2", "H3", "H4", "H5", "H6", "PRE", "TABLE",
  "THEAD", "TBODY", "TFOOT", "TR", "TD", "TH", "CAPTION", "SECTION", "ARTICLE", "HEADER", "FOOTER", "MAIN", "ASIDE",
  "NAV", "FIGURE", "FIGCAPTION", "DL", "DT", "DD", "ADDRESS", "HR", "CENTER", "FORM", "FIELDSET", "BODY"]);

const western = (digits) => Number([...digits].map((digit) => {
  const thai = "๐๑๒๓๔๕๖๗๘๙".indexOf(digit);
  return thai < 0 ? digit : thai;
}).join(""));

// Words alone, as they are counted: no marks of bold, no addresses behind words.
export const plain = (text) => text.replace(BOLD, "$1").replace(LINKED, "$1");

// An address as it may be stored, or "" where it may not: https://…, http://… and mailto:… only.
export function address(typed) {
  let url = typed.trim();
  if (!url) return "";
  if (/^[^\s@/:]+@[^\s@/:]+\.[^\s@/:]+$/.test(url)) url = `mailto:${url}`;
  else if (!/^[a-z][a-z0-9+.-]*:/i.test(url) && /^[^\s/:]+\.[^\s/:.]{2,}(?:[/?#:]|$)/.test(url)) url = `https://${url}`;
  url = url.replace(/["'\\<>[\]\s]/g, (sign) => encodeURIComponent(sign).replace("'", "%27"));
  if (!LINK.test(url)) url = url.replace(/[()]/g, (sign) => (sign === "(" ? "%28" : "%29"));
  return LINK.test(url) ? url : "";
}

// Blocks of a text: {kind: "p" | "ul" | "ol", lines: [text], start}.
export function blocks(text) {
  const found = [];
  for (const raw of text.split("\n")) {
    const line = raw.trim();
    const last = found.at(-1);
    const bullet = BULLET.exec(raw.trimEnd());
    const number = NUMBER.exec(raw.trimEnd());
    if (!line) {
      if (last) last.blankAfter = true;
    } else if (bullet) {
      if (last?.kind === "ul") last.lines.push(bullet[1]);
      else found.push({ kind: "ul", lines: [bullet[1]], start: 1 });
      found.at(-1).blankAfter = false;
    } else if (number) {
      const value = western(number[1]);
      if (last?.kind === "ol" && value === last.start + last.lines.length) last.lines.push(number[2]);
      else found.push({ kind: "ol", lines: [number[2]], start: value });
      found.at(-1).blankAfter = false;
    } else if (!last || last.blankAfter) {
      found.push({ kind: "p", lines: [line], start: 1 });
    } else if (last.kind === "p") {
      last.lines.push(line);
    } else {
      last.lines[last.lines.length - 1] += ` ${line}`;
    }
  }
  return found;
}

function linked(text, into) {
  let end = 0;
  for (const link of text.matchAll(LINKED)) {
    if (link.index > end) into.append(text.slice(end, link.index));
    const anchor = document.createElement("a");
    anchor.setAttribute("href", link[2]);
    anchor.textContent = link[1];
    into.append(anchor);
    end = link.index + link[0].length;
  }
  if (end < text.length) into.append(text.slice(end));
}

function words(line, into) {
  let end = 0;
  for (const bold of line.matchAll(BOLD)) {
    linked(line.slice(end, bold.index), into);
    const strong = document.createElement("strong");
    linked(bold[1], strong);
    into.append(strong);
    end = bold.index + bold[0].length;
  }
  linked(line.slice(end), into);
}

// The text as nodes for the editor.
export function nodes(text) {
  const all = document.createDocumentFragment();
  for (const block of blocks(text)) {
    const element = document.createElement(block.kind);
    if (block.kind === "p") {
      block.lines.forEach((line, place) => {
        if (place) element.append(document.createElement("br"));
        words(line, element);
      });
    } else {
      if (block.start !== 1) element.setAttribute("start", block.start);
      for (const line of block.lines) {
        const entry = document.createElement("li");
        words(line, entry);
        element.append(entry);
      }
    }
    all.append(element);
  }
  return all;
}

function isBold(element, bold) {
  const weight = /font-weight\s*:\s*([^;]+)/i.exec(element.getAttribute("style") ?? "")?.[1].trim();
  if (weight) return /^(?:bold|bolder|[6-9]00)/i.test(weight);
  return bold || /^(?:B|STRONG|H[1-6]|TH)$/.test(element.tagName);
}

// Pieces of one look as text. Bold marks must touch words, and a link's words hold no brackets.
function written(pieces) {
  const lines = [[]];
  for (const piece of pieces) {
    piece.text.split("\n").forEach((part, place) => {
      if (place) lines.push([]);
      const line = lines.at(-1);
      const last = line.at(-1);
      if (last && last.bold === piece.bold && last.url === piece.url) last.text += part;
      else if (part) line.push({ ...piece, text: part });
    });
  }
  return lines.map((line) => {
    let said = "";
    let open = null;
    const close = () => {
      if (open === null) return;
      const [, before, inside, after] = /^(\s*)([^]*?)(\s*)$/.exec(open);
      said += inside && !inside.includes("**") ? `${before}**${inside}**${after}` : open;
      open = null;
    };
    for (const piece of line) {
      const [, before, inside, after] = /^(\s*)([^]*?)(\s*)$/.exec(piece.text);
      const text = piece.url && inside
        ? `${before}[${inside.replaceAll("[", "(").replaceAll("]", ")")}](${piece.url})${after}`
        : piece.text;
      if (piece.bold) open = (open ?? "") + text;
      else {
        close();
        said += text;
      }
    }
    close();
    return said.trim();
  });
}

// Nodes as text: those of the editor, and (with `foreign`) those of Word or of a web page, of which only paragraphs,
// lists, bold words and links remain.
export function text(root, foreign = false) {
  const found = [];
  let pieces = [];

  const flush = () => {
    const lines = written(pieces).filter(Boolean);
    pieces = [];
    if (lines.length) found.push({ kind: "p", text: lines.join("\n") });
  };

  const entry = (kind, start) => {
    const line = written(pieces).filter(Boolean).join(" ");
    pieces = [];
    if (!line) return;
    const last = found.at(-1);
    if (last?.kind === kind && !last.closed) last.lines.push(line);
    else found.push({ kind, lines: [line], start });
  };

  const wordEntry = (element) => {
    // Word writes its lists as paragraphs with the mark as text.
    const mark = [...element.querySelectorAll("[style]")].find((one) => /mso-list\s*:\s*Ignore/i.test(one.getAttribute("style")));
    if (!mark && !/MsoListParagraph/.test(element.className)) return false;
    flush();
    const numbered = /^[0-9๐-๙]{1,3}[.)]/.test(mark?.textContent.trim() ?? "");
    mark?.remove();
    for (const child of element.childNodes) walk(child, false, "");
    entry(numbered ? "ol" : "ul", 1);
    return true;
  };

  const list = (element) => {
    flush();
    const kind = element.tagName === "OL" ? "ol" : "ul";
    const start = kind === "ol" ? Math.min(999, Math.max(0, Number(element.getAttribute("start")) || 1)) : 1;
    if (found.length) found.at(-1).closed = true;
    for (const child of element.childNodes) {
      if (child.nodeType === Node.ELEMENT_NODE && (child.tagName === "UL" || child.tagName === "OL")) {
        entry(kind, start);
        list(child);
      } else {
        for (const inner of child.nodeType === Node.ELEMENT_NODE ? [...child.childNodes] : [child]) {
          if (inner.nodeType === Node.ELEMENT_NODE && (inner.tagName === "UL" || inner.tagName === "OL")) {
            entry(kind, start);
            list(inner);
          } else walk(inner, isBold(child.nodeType === Node.ELEMENT_NODE ? child : element, false), "", true);
        }
        if (child.nodeType === Node.ELEMENT_NODE) entry(kind, start);
      }
    }
    entry(kind, start);
    if (found.length) found.at(-1).closed = true;
  };

  const walk = (node, bold, url, within = false) => {
    if (node.nodeType === Node.TEXT_NODE) {
      let said = node.data.replaceAll("\u00a0", " ").replaceAll("\ufeff", "");
      if (foreign) said = said.replace(/[ \t\r\n]+/g, " ");
      if (said) pieces.push({ text: said, bold, url });
      return;
    }
    if (node.nodeType !== Node.ELEMENT_NODE || NEVER.has(node.tagName) || node.hidden) return;
    if (node.tagName === "BR") {
      pieces.push({ text: "\n", bold: false, url: "" });
      return;
    }
    if ((node.tagName === "UL" || node.tagName === "OL") && !within) {
      list(node);
      return;
    }
    if (foreign && node.tagName === "P" && wordEntry(node)) return;
    const inner = isBold(node, bold);
    const to = node.tagName === "A" ? address(node.getAttribute("href") ?? "") : url;
    const block = BLOCKS.has(node.tagName);
    const cell = node.tagName === "TD" || node.tagName === "TH";
    if (block && within) pieces.push({ text: " ", bold: false, url: "" });
    else if (block && !cell) flush();
    for (const child of [...node.childNodes]) walk(child, inner, to, within || cell);
    if (block && (within || cell)) pieces.push({ text: " ", bold: false, url: "" });
    else if (block) flush();
  };

  for (const child of [...root.childNodes]) walk(child, false, "");
  flush();
  return found
    .map((block) => block.kind === "p"
      ? block.text
      : block.lines.map((line, place) => (block.kind === "ul" ? `- ${line}` : `${block.start + place}. ${line}`)).join("\n"))
    .join("\n\n");
}
