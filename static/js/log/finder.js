/** The search box: finds in the rows on the page, or makes the server send only lines that match. */
const TYPING_MS = 250;

export function createFinder({ controls, search, scroll, reading, applyFilter }) {
  const { words } = controls;
  const pressed = { regex: false, filter: false };
  let timer = 0;

  function changed() {
    clearTimeout(timer);
    timer = setTimeout(look, TYPING_MS);
  }

  function look() {
    clearTimeout(timer);
    timer = 0;
    search.start(words.value, pressed.regex);
    filterOnServer();
  }

  function filterOnServer() {
    const name = pressed.regex ? "regex" : "contains";
    const wanted = pressed.filter && words.value ? { [name]: words.value } : {};
    applyFilter({ contains: undefined, regex: undefined, ...wanted });
  }

  function toggle(name) {
    pressed[name] = !pressed[name];
    controls.press(name, pressed[name]);
    look();
  }

  /** To the next match (1) or the one before (-1): reading begins, so following ends. */
  function step(direction) {
    const element = search.step(direction, scroll.firstVisible());
    if (!element) return;
    reading.set({ following: false });
    scroll.centre(element);
  }

  /** Words that were just typed are looked for first; a search that stands already goes on from its current match. */
  function enter(direction) {
    if (timer) look();
    step(direction);
  }

  function leave() {
    words.value = "";
    look();
    words.blur();
  }

  return {
    changed, step, enter, leave, toggle,
    show: (found) => controls.showSearch({ ...found, isFilter: pressed.filter }),
    focus: () => words.select(),
  };
}
