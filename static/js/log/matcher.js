/**
 * Finds a plain text or a regular expression in texts. Plain text is found here and now; a pattern runs in a worker that
 * is ended when it takes too long.
 */
const PATIENCE_MS = 1500;
const MOST_IN_A_LINE = 100;
const LONGEST = 10_000; // characters looked at in one line

/** `found(id, [start, end, ...])` for each text with a match, `failed(sentence)` when the pattern cannot be used. */
export function createMatcher({ found, failed }) {
  let worker = null;
  let query = null;
  let number = 0;
  const waiting = new Map();

  function set(words, isPattern) {
    stop();
    number += 1;
    query = words ? { words: words.toLowerCase(), pattern: isPattern ? compile(words) : null } : null;
    return query !== null && (!isPattern || query.pattern !== null);
  }

  function compile(words) {
    try {
      return new RegExp(words, "gi");
    } catch (error) {
      failed(`This pattern is not valid: ${error.message.replace(/^Invalid regular expression: \/.*\/[a-z]*: /s, "")}.`);
      query = null;
      return null;
    }
  }

  /** `texts` is [[id, text], ...]. */
  function search(texts) {
    if (!query || !texts.length) return;
    const short = texts.map(([id, text]) => [id, text.slice(0, LONGEST)]);
    if (query.pattern) ask(short);
    else for (const [id, text] of short) tell(id, plainSpots(text.toLowerCase(), query.words));
  }

  const tell = (id, spots) => spots.length && found(id, spots);

  function ask(texts) {
    worker ??= start();
    number += 1;
    waiting.set(number, setTimeout(giveUp, PATIENCE_MS));
    worker.postMessage({ number, source: query.pattern.source, flags: query.pattern.flags, texts });
  }

  function start() {
    const started = new Worker(new URL("./search-worker.js", import.meta.url), { type: "module" });
    started.onmessage = ({ data }) => {
      if (started !== worker) return;
      clearTimeout(waiting.get(data.number));
      waiting.delete(data.number);
      for (const [id, spots] of data.found) found(id, spots);
    };
    return started;
  }

  function giveUp() {
    stop();
    query = null;
    failed("This pattern takes too long. Try a simpler one.");
  }

  function stop() {
    worker?.terminate();
    worker = null;
    for (const timer of waiting.values()) clearTimeout(timer);
    waiting.clear();
  }

  return { set, search };
}

function plainSpots(text, words) {
  const spots = [];
  for (let at = text.indexOf(words); at >= 0 && spots.length < 2 * MOST_IN_A_LINE; at = text.indexOf(words, at + words.length)) {
    spots.push(at, at + words.length);
  }
  return spots;
}
