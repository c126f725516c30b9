// Counts words and characters against a target and says over-long before anything is sent.
import { plain } from "./prose.js";

const segmenter = typeof Intl.Segmenter === "function" ? new Intl.Segmenter("th", { granularity: "word" }) : null;

export function countWords(text) {
  const said = plain(text);
  if (!segmenter) return said.split(/\s+/).filter(Boolean).length;
  let words = 0;
  for (const part of segmenter.segment(said)) if (part.isWordLike) words += 1;
  return words;
}

// The server counts code points after NFC; so does this.
export function countCharacters(text) {
  return [...text.normalize("NFC")].length;
}

const fill = (words, values) => words.replace(/\{(\w+)\}/g, (_, key) => values[key]);
const figure = (number) => number.toLocaleString("en");

export function start(area) {
  const place = document.getElementById(`${area.id}-count`);
  if (!place) return;
  const { countMost, countLow, countHigh, countWords: words, countTarget, countLeft, countOver } = area.dataset;
  const most = Number(countMost);
  let waiting = 0;
  // The server's dictionary of Thai may be another edition: what it counted last is the measure, and what the browser
  // finds more or less since then is added to it.
  let offset = "countSaved" in area.dataset ? Number(area.dataset.countSaved) - countWords(area.value) : 0;
  if (!area.value.trim()) offset = 0;

  const show = () => {
    const characters = countCharacters(area.value);
    const over = most > 0 && characters > most;
    const counted = area.value.trim() ? Math.max(0, countWords(area.value) + offset) : 0;
    const said = [fill(words, { n: figure(counted) })];
    if (Number(countHigh)) said.push(fill(countTarget, { low: countLow, high: countHigh }));
    if (over) said.push(fill(countOver, { n: figure(characters - most), most: figure(most) }));
    else if (most && characters > most * 0.9) said.push(fill(countLeft, { n: figure(most - characters) }));
    place.textContent = said.join(" · ");
    place.classList.toggle("over", over);
    area.setCustomValidity(over ? said.at(-1) : "");
    area.toggleAttribute("aria-invalid", over);
    if (over) area.setAttribute("aria-invalid", "true");
  };

  area.addEventListener("counted", (event) => {
    offset = event.detail.words - countWords(event.detail.text);
    show();
  });
  area.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(show, 250);
  });
  area.form?.addEventListener("submit", (event) => {
    show();
    if (!area.validity.valid && most > 0 && countCharacters(area.value) > most) {
      event.preventDefault();
      area.focus();
      area.reportValidity();
    }
  });
  show();
}
