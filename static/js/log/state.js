/**
 * Shows how things stand: a dot, a word, and when lost the seconds to the next try. The countdown is for the eye only;
 * the polite live region hears of a change of state once. Where there are no lines, the reason stands in their place.
 */
const WORDS = { connecting: "connecting", live: "live", lost: "lost", ended: "ended" };

export function createState(root) {
  const word = root.querySelector(".log-state-word");
  const note = root.querySelector(".log-state-note");
  const retry = root.querySelector(".log-retry");
  const announcer = root.querySelector(".log-announce");
  const empty = root.querySelector(".log-empty-all");
  const nothingYet = empty.textContent;
  let timer = 0;

  /** `until` is the time of the next try; without one the server tries by itself and says so in `message`. */
  function show({ state, message = "", until = 0 }) {
    const isNew = root.dataset.state !== state;
    clearInterval(timer);
    root.dataset.state = state;
    word.textContent = WORDS[state];
    word.parentElement.title = message;
    retry.hidden = !until;
    note.textContent = message;
    empty.textContent = (state === "ended" && message) || nothingYet;
    if (until) countDown(message, until);
    if (isNew && state !== "connecting") announcer.textContent = `Log ${WORDS[state]}. ${message}`;
  }

  function countDown(message, until) {
    const tell = () => {
      const seconds = Math.max(0, Math.ceil((until - Date.now()) / 1000));
      note.textContent = `Next try in ${seconds} s \u00b7 ${message}`;
    };
    tell();
    timer = setInterval(tell, 250);
  }

  return { show };
}
