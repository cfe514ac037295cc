/**
 * How many lines came in the last minute, in the toolbar: those that were skipped count too, those that were there before
 * do not. It is counted by whole seconds, and nothing is said before it is known: a minute after the watch began.
 */
const MINUTE = 60;
const SETTLED = 15; // seconds within which the first lines of a watch are those that were there before

export function createRate(root) {
  const element = root.querySelector(".log-rate");
  const counts = new Map();
  let began = null;

  const now = () => Math.floor(performance.now() / 1000);

  function begin(second) {
    counts.clear();
    began = second;
    element.textContent = "";
  }

  function arrived(lines) {
    const second = now();
    if (!counts.size && began !== null && second - began < SETTLED) began = second;
    counts.set(second, (counts.get(second) ?? 0) + lines);
  }

  function tick() {
    if (root.dataset.state !== "live") return begin(null);
    const second = now();
    began ??= second;
    for (const each of counts.keys()) if (each < second - MINUTE) counts.delete(each);
    if (second - began > MINUTE) show(second);
  }

  function show(second) {
    let lines = 0;
    for (const [each, count] of counts) if (each < second) lines += count; // this one is not over
    const words = `${lines.toLocaleString("en")} ${lines === 1 ? "line" : "lines"}/min`;
    if (element.textContent !== words) element.textContent = words;
  }

  setInterval(tick, 1000);
  return { arrived, restart: () => begin(now()) };
}
