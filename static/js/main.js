// Attaches every behaviour that the page names: data-behaviour="filter" loads ./filter.js and calls attach(element).
// An element may have several, separated by spaces.

const RELOADS = "quayside.reloads";
const MOST_RELOADS = 3;
const PAUSE_MS = 1000;
const attached = new WeakMap();

/** Also for what came into the page later; what has its behaviours already is left alone. */
export function attachBehaviours(root) {
  const elements = [...root.querySelectorAll("[data-behaviour]")];
  return Promise.all(elements.flatMap((element) => element.dataset.behaviour.split(" ").map((name) => attachOnce(name, element))));
}

function attachOnce(name, element) {
  const names = attached.get(element) ?? new Set();
  if (names.has(name)) return true;
  attached.set(element, names.add(name));
  return attach(name, element);
}

/** False when a part of the page could not be fetched. */
async function attach(name, element) {
  let behaviour;
  try {
    behaviour = await import(`./${name}.js`);
  } catch (error) {
    console.error(`The behaviour ${name} could not be loaded.`, error);
    return false;
  }
  try {
    behaviour.attach(element);
  } catch (error) {
    console.error(`The behaviour ${name} could not be attached.`, error);
  }
  return true;
}

/**
 * A module that could not be fetched stays so for the life of the page, so the page is loaded once more. It happens: when
 * this machine's network changes, as with each container that starts on it, a browser drops what is under way.
 */
async function settle(isWhole) {
  try {
    const reloads = isWhole ? 0 : 1 + Number(sessionStorage.getItem(RELOADS));
    sessionStorage.setItem(RELOADS, reloads);
    if (reloads === 0 || reloads > MOST_RELOADS) return;
  } catch {
    return; // Storage is switched off, and with it the count that would end this.
  }
  while (!(await answers())) await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  location.reload();
}

/** Whether the dashboard can be reached: without it the browser would put an error in the place of the page. */
async function answers() {
  try {
    await fetch(import.meta.url, { cache: "no-store" });
    return true;
  } catch {
    return false;
  }
}

/** The rules of a style that could not be fetched cannot be looked at either. */
function hasRules({ sheet }) {
  try {
    return sheet.cssRules.length > 0;
  } catch {
    return false;
  }
}

const hasStyles = [...document.querySelectorAll('link[rel="stylesheet"]')].every(hasRules);
attachBehaviours(document).then((results) => settle(hasStyles && results.every(Boolean)));
