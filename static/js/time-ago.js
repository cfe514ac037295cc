// Keeps every <time datetime> of the page true: "2 min ago", and the exact local time on hover.
// The words are those of paas/web/times.py: change both together.

const UNITS = [[86400, "d"], [3600, "h"], [60, "min"]];
const EVERY_MS = 10_000;

export function attach(root) {
  const update = () => root.querySelectorAll("time[datetime]").forEach(refresh);
  update();
  setInterval(() => document.hidden || update(), EVERY_MS);
  document.addEventListener("visibilitychange", () => document.hidden || update());
}

/** Write the words and the title of one <time>; does nothing without a moment. */
export function refresh(time) {
  const moment = Date.parse(time.dateTime);
  if (Number.isNaN(moment)) return;
  setText(time, ago((Date.now() - moment) / 1000));
  const exact = new Date(moment).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "long" });
  if (time.title !== exact) time.title = exact;
}

function ago(seconds) {
  for (const [length, unit] of UNITS) {
    if (seconds >= length) return `${Math.floor(seconds / length)} ${unit} ago`;
  }
  return "just now";
}

function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
