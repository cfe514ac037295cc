/** What a reader likes, kept in this browser. Filters are not kept: lines missing tomorrow would look like lines lost. */
const KEY = "quayside.log";
const DEFAULTS = { time: "local", wrap: false, foldsJson: true };

export function readPreferences() {
  try {
    return { ...DEFAULTS, ...JSON.parse(localStorage.getItem(KEY)) };
  } catch {
    return { ...DEFAULTS }; // storage is switched off, or holds what we did not write
  }
}

export function savePreferences(preferences) {
  try {
    localStorage.setItem(KEY, JSON.stringify(preferences));
  } catch {
    // Storage is full or switched off: the choice holds for this page.
  }
}
