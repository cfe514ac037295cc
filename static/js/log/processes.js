/**
 * The processes met so far. With the second one their column appears, as wide as the longest name, and a list to choose
 * one from (where there is but one, its name is in the page's head).
 */
const WIDEST = 16;
const MOST = 200; // names in the list: past it a search finds a process sooner
const byNumber = new Intl.Collator("en", { numeric: true }).compare;

export function createProcesses(root) {
  const names = new Set();
  const choice = root.querySelector("[data-choice=process]");
  let last = null;

  function meet(items) {
    const before = names.size;
    for (const { process } of items) {
      if (process === last || !process) continue;
      last = process;
      names.add(process);
    }
    if (names.size !== before) show();
  }

  function show() {
    const width = Math.min(WIDEST, Math.max(...[...names].map((name) => name.length)));
    root.style.setProperty("--log-process-width", `${width + 1}ch`);
    root.classList.toggle("has-processes", names.size > 1);
    offer();
  }

  /** Names are added and never taken away, so an open list does not change under the hand but at its new names. */
  function offer() {
    const known = new Set([...choice.options].map(({ value }) => value));
    for (const name of names) if (!known.has(name) && choice.length <= MOST) choice.add(new Option(name), placeOf(name));
    choice.hidden = names.size < 2;
  }

  const placeOf = (name) => [...choice.options].findIndex(({ value }, index) => index > 0 && byNumber(value, name) > 0);

  return { meet };
}
