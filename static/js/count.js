// Counts words and characters against a target and says over-long before anything is sent.
const segmenter = typeof Intl.Segmenter === "function" ? new Intl.Segmenter("th", { granularity: "word" }) : null;

export function countWords(text) {
  if (!segmenter) return text.split(/\s+/).filter(Boolean).length;
  let words = 0;
  for (const part of segmenter.segment(text)) if (part.isWordLike) words += 1;
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

  const show = () => {
    const characters = countCharacters(area.value);
    const over = most > 0 && characters > most;
    const said = [fill(words, { n: figure(countWords(area.value)) })];
    if (Number(countHigh)) said.push(fill(countTarget, { low: countLow, high: countHigh }));
    if (over) said.push(fill(countOver, { n: figure(characters - most), most: figure(most) }));
    else if (most && characters > most * 0.9) said.push(fill(countLeft, { n: figure(most - characters) }));
    place.textContent = said.join(" · ");
    place.classList.toggle("over", over);
    area.setCustomValidity(over ? said.at(-1) : "");
    area.toggleAttribute("aria-invalid", over);
    if (over) area.setAttribute("aria-invalid", "true");
  };

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
