// Attaches every behaviour that the page names: data-behaviour="filter" loads ./filter.js and calls attach(element).
// An element may have several, separated by spaces.

for (const element of document.querySelectorAll("[data-behaviour]")) {
  for (const name of element.dataset.behaviour.split(" ")) attach(name, element);
}

async function attach(name, element) {
  try {
    const behaviour = await import(`./${name}.js`);
    behaviour.attach(element);
  } catch (error) {
    console.error(`The behaviour ${name} could not be attached.`, error);
  }
}
