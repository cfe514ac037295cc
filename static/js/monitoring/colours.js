// The colours of the charts, which css/monitoring.css names for each theme; a canvas has to be told them.

const NAMES = ["text", "grid", "line-1", "line-2", "band-1", "band-2", "deployment", "restart", "exit", "out_of_memory", "alert"];

/** `changed()` is called when the theme is another one. */
export function createColours(root, changed) {
  const colours = {};

  function read() {
    const style = getComputedStyle(root);
    for (const name of NAMES) colours[name] = style.getPropertyValue(`--chart-${name.replaceAll("_", "-")}`).trim();
  }

  new MutationObserver(() => (read(), changed())).observe(document.documentElement, { attributeFilter: ["data-bs-theme"] });
  read();
  return colours;
}
