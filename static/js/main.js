// Attaches every behaviour that the page names: data-behaviour="filter" loads ./filter.js and calls attach(element).
// An element may have several, separated by spaces.

const attached = new WeakMap();

/** Also for what came into the page later; what has its behaviours already is left alone. */
export function attachBehaviours(root) {
  for (const element of root.querySelectorAll("[data-behaviour]")) {
    for (const name of element.dataset.behaviour.split(" ")) attachOnce(name, element);
  }
}

function attachOnce(name, element) {
  const names = attached.get(element) ?? new Set();
  if (names.has(name)) return;
  attached.set(element, names.add(name));
  attach(name, element);
}

async function attach(name, element) {
  try {
    const behaviour = await import(`./${name}.js`);
    behaviour.attach(element);
  } catch (error) {
    console.error(`The behaviour ${name} could not be attached.`, error);
  }
}

attachBehaviours(document);
