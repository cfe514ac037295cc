/**
 * What can be done with one line: copy it, copy a link to it. One small bar serves all rows: it stands on the row under
 * the pointer, or on the one that was chosen.
 */
import { describeTime, wholeText } from "./row.js";

export function createActions({ root, list, window, say }) {
  const bar = root.querySelector(".log-actions");
  const frame = root.querySelector(".log-frame");
  let item = null;
  let chosen = null;

  list.addEventListener("pointerover", (event) => offer(event.target.closest(".log-row")));
  for (const place of [list, bar]) place.addEventListener("pointerleave", leave);
  bar.addEventListener("click", (event) => {
    const action = event.target.closest("button")?.dataset.action;
    if (action && item) ({ line: copyLine, timed: copyTimed, link: copyLink })[action]();
  });

  function leave({ relatedTarget }) {
    if (!bar.contains(relatedTarget) && !list.contains(relatedTarget)) offer(null);
  }

  function offer(element) {
    const target = element ?? chosen?.element;
    item = target?.isConnected ? window.itemOf(target) : null;
    if (item) describeTime(item);
    settle();
  }

  /** Keeps the bar on its row; also called when rows moved or left the page. */
  function settle() {
    if (!item && bar.hidden) return;
    bar.hidden = !item?.element.isConnected;
    if (bar.hidden) return void (item = null);
    bar.style.top = `${item.element.getBoundingClientRect().top - frame.getBoundingClientRect().top}px`;
  }

  const copyLine = () => copy(wholeText(item), "Line copied.");
  const copyTimed = () => copy([item.time, item.process, wholeText(item)].filter(Boolean).join(" "), "Line copied, with its time.");

  function copyLink() {
    const link = new URL(location.href);
    link.hash = encodeURIComponent(item.position);
    history.replaceState(null, "", link);
    choose(item);
    return copy(link.href, "Link to the line copied.");
  }

  async function copy(text, words) {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      if (!copyBySelection(text)) return say("The browser does not let this page copy.");
    }
    return say(words);
  }

  /** Marks one row, and only one, as the one that a link leads to. */
  function choose(next) {
    chosen?.element.classList.remove("is-chosen");
    chosen = next;
    chosen?.element.classList.add("is-chosen");
    offer(null);
  }

  return { choose, settle };
}

/** Without https the clipboard's own interface is missing, and a dashboard on a LAN is often without. */
function copyBySelection(text) {
  const area = document.createElement("textarea");
  area.value = text;
  area.className = "log-copy-area";
  document.body.append(area);
  area.select();
  const isDone = document.execCommand("copy");
  area.remove();
  return isDone;
}
