/**
 * Lets rows of a level or worse pass. What says no level counts as information; an indented line goes with the line
 * before it in its stream, so that a stack trace stays with its error.
 */
import { LEVELS } from "./level.js";
import { study } from "./row.js";

const CONTINUES = /^(?:\s+\S|Caused by: |\.\.\. \d+ more)/;

export function createLevelFilter() {
  const passed = new Map();
  let least = -1;

  function passes(row) {
    study(row);
    if (!row.level && CONTINUES.test(row.plain) && passed.has(row.stream)) return passed.get(row.stream);
    const isLet = LEVELS.indexOf(row.level || "info") >= least;
    passed.set(row.stream, isLet);
    return isLet;
  }

  return {
    accept: (entries) => (least < 0 ? entries : entries.filter((entry) => entry.isMarker || passes(entry))),
    isOn: () => least >= 0,
    /** "" lets everything pass. */
    set(level) {
      least = LEVELS.indexOf(level);
      passed.clear();
    },
  };
}
