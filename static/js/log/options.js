/** What the menu and the toolbar let a reader choose: how lines are shown (kept) and which lines come (not kept). */
import { savePreferences } from "./preferences.js";
import { drawText, drawTime } from "./row.js";
import { TIMES } from "./time.js";

export function createOptions({ preferences, controls, window, scroll, reading, levels, search, jump, applyFilter }) {
  const rows = () => window.items.filter((item) => !item.isMarker);
  const choices = {
    time: () => rows().forEach((item) => drawTime(item, preferences.time)),
    wrap: () => {},
    foldsJson: () => {
      for (const item of rows()) if (item.json) drawText(item, item.element, preferences);
      search.look(window.items);
    },
  };

  /** Whatever it does to the rows' height, the line under the eye stays where it is. */
  function prefer(name, value) {
    preferences[name] = value;
    savePreferences(preferences);
    scroll.keep(() => {
      controls.showPreferences(preferences);
      choices[name]();
    });
    if (reading.following) scroll.toBottom();
  }

  function choose(name, value) {
    if (name in choices) prefer(name, value);
    else if (name === "stream" || name === "process") applyFilter({ [name]: value || undefined });
    else if (name === "level") chooseLevel(value);
  }

  /** The window is filled anew: it may hold a thousand rows of one level, from far more lines. */
  function chooseLevel(level) {
    const at = window.edge.oldest && scroll.firstVisible()?.dataset.position;
    levels.set(level);
    if (reading.following || !at) jump.latest({ anew: true });
    else jump.around(at).then((item) => item && scroll.centre(item.element));
  }

  return {
    choose,
    nextTime: () => prefer("time", TIMES[(TIMES.indexOf(preferences.time) + 1) % TIMES.length]),
    toggleWrap: () => prefer("wrap", !preferences.wrap),
  };
}
