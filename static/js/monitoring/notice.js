/** Says when what stands on the page is not of now, and how old it is; the gauges turn grey meanwhile. */
import { duration } from "./words.js";

export function createNotice(root) {
  const [box, sentence, since] = ["notice", "notice-words", "notice-age"].map((part) => root.querySelector(`[data-part="${part}"]`));
  const { engine } = root.dataset;
  let readAt = Date.now() - 1000 * Number(root.dataset.age || 0);
  let now = ""; // why the figures of now are not
  let isLost = false; // not even those of the machine come
  let before = ""; // why the charts are not
  if (root.classList.contains("is-stale")) now = engine;
  draw();

  function reading({ stale, age_seconds: seconds }) {
    readAt = Date.now() - 1000 * seconds;
    now = stale ? engine : "";
    isLost = false;
    draw();
  }

  function lost(message) {
    now = message;
    isLost = true;
    draw();
  }

  function history(message) {
    before = message;
    draw();
  }

  function draw() {
    const words = now || (before && `The charts could not be brought up to date: ${before}`);
    root.classList.toggle("is-stale", now !== "");
    root.classList.toggle("is-lost", isLost);
    box.hidden = words === "";
    if (sentence.textContent !== words) sentence.textContent = words;
    const old = now ? `These figures are ${duration((Date.now() - readAt) / 1000)} old.` : "";
    if (since.textContent !== old) since.textContent = old;
  }

  setInterval(() => box.hidden || draw(), 1000);

  return { reading, lost, history };
}
