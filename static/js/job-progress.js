// Follows a job until it is done. The address answers {"percent": 0–100, "words": "…", "state": "queued" |
// "running" | "done" | "failed", "url": "/where/to/go" or null}. Without this script the page is reloaded by hand.
const FIRST = 1000;
const SLOWEST = 8000;

export function start(root) {
  if (["done", "failed"].includes(root.dataset.jobState)) return;
  const bar = root.querySelector("progress");
  const percent = root.querySelector(".job-percent");
  const words = root.querySelector(".job-words");
  let pause = FIRST;

  async function look() {
    let job;
    try {
      const answer = await fetch(root.dataset.jobUrl, { headers: { Accept: "application/json" } });
      if (!answer.ok) throw new Error(String(answer.status));
      job = await answer.json();
    } catch {
      words.textContent = root.dataset.sayBroken;
      pause = SLOWEST;
      setTimeout(look, pause);
      return;
    }
    bar.value = job.percent;
    percent.textContent = `${job.percent}%`;
    if (words.textContent !== job.words) words.textContent = job.words;
    if (job.state === "done" || job.state === "failed") {
      bar.className = job.state === "done" ? "ok" : "bad";
      // The page itself knows what to offer next; it is fetched again, or the result is opened.
      if (job.url) window.location.assign(job.url);
      else window.location.reload();
      return;
    }
    pause = Math.min(pause * 1.3, SLOWEST);
    setTimeout(look, pause);
  }

  setTimeout(look, pause);
}
