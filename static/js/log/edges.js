/** Says at both ends of the window what lies beyond: loading, the beginning of the log, or why loading failed. */
export function createEdges(root, { older, newer }) {
  const ends = { older: end(".log-edge-older", older), newer: end(".log-edge-newer", newer) };

  function end(name, load) {
    const element = root.querySelector(name);
    const button = element.querySelector("button");
    button.addEventListener("click", load);
    return { element, words: element.querySelector("span"), button, outcome: {} };
  }

  function report(direction, outcome) {
    ends[direction].outcome = outcome;
  }

  /** Both ends have a fixed height, so that words coming and going move nothing. */
  function show({ hasOlder, isEmpty, joined }) {
    put(ends.older, hasOlder, hasOlder ? "" : isEmpty ? "" : "The log begins here");
    put(ends.newer, !joined, "");
    ends.newer.element.hidden = joined;
  }

  function put({ words, button, outcome }, hasMore, otherwise) {
    const text = outcome.isLoading ? "Loading\u2026" : (outcome.problem ?? otherwise);
    if (words.textContent !== text) words.textContent = text;
    button.hidden = !hasMore || Boolean(outcome.isLoading);
  }

  return { report, show };
}
