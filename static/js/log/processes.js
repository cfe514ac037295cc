/**
 * The column of processes: it appears with the second one (where there is but one, its name is in the page's head), and is
 * as wide as the longest name met.
 */
const WIDEST = 16;

export function createProcesses(root) {
  const names = new Set();
  let last = null;

  function meet(items) {
    for (const { process } of items) {
      if (process === last || !process || names.has(process)) continue;
      last = process;
      names.add(process);
      show();
    }
  }

  function show() {
    const width = Math.min(WIDEST, Math.max(...[...names].map((name) => name.length)));
    root.style.setProperty("--log-process-width", `${width + 1}ch`);
    root.classList.toggle("has-processes", names.size > 1);
  }

  return { meet };
}
