/**
 * The window that slides over the log: an ordered list of rows and markers, and its two edges as positions.
 *
 * It holds what is on the page and nothing else, and never measures. Between its edges it has every line of the log, save
 * those that a marker declares and those that the level filter leaves out; what lies beyond an edge can be asked for.
 * `edge.oldest` is what lines are loaded *before*, `edge.newest` what they are loaded *after*.
 */
import { beginning, newestBefore, oldestFrom } from "./places.js";

export const ROWS = 1000;
const MARKERS = 200;

export function createWindow(list, draw) {
  const items = [];
  const positions = new Set();
  const edge = { oldest: null, newest: null, hasOlder: true };
  let listener = { entered() {}, left() {} };
  let rows = 0;

  function drawn(entries) {
    const fragment = document.createDocumentFragment();
    const kept = entries.filter((item) => !positions.has(item.position) || item.isMarker);
    for (const item of kept) {
      item.element = draw(item);
      fragment.append(item.element);
      if (item.isMarker) continue;
      positions.add(item.position);
      rows += 1;
    }
    return [kept, fragment];
  }

  function forget(gone) {
    for (const item of gone) {
      item.element.remove();
      if (item.isMarker) continue;
      positions.delete(item.position);
      rows -= 1;
    }
    if (gone.length) listener.left(gone);
  }

  /** `newest` is the position of the last line looked at, which the level filter may have left out. */
  function append(entries, newest) {
    const [kept, fragment] = drawn(entries);
    list.append(fragment);
    items.push(...kept);
    edge.newest = newest ?? edge.newest;
    edge.oldest ??= beginning(entries) ?? newest ?? null;
    listener.entered(kept);
  }

  function prepend(entries, oldest) {
    dropLeadingGaps();
    const [kept, fragment] = drawn(entries);
    list.prepend(fragment);
    items.unshift(...kept);
    edge.oldest = oldest ?? edge.oldest;
    listener.entered(kept);
  }

  const isOver = (rowsGone, itemsGone) => rows - rowsGone > ROWS || items.length - itemsGone > ROWS + MARKERS;

  function trimTop() {
    let count = 0;
    for (let gone = 0; isOver(gone, count); count += 1) gone += items[count].isMarker ? 0 : 1;
    if (!count) return;
    edge.oldest = oldestFrom(items, count) ?? edge.oldest;
    forget(items.splice(0, count));
    dropLeadingGaps();
    edge.hasOlder = true;
  }

  /** A gap at the top declares lines that loading older ones will bring: it has nothing left to say. */
  function dropLeadingGaps() {
    let count = 0;
    while (items[count]?.skipped) count += 1;
    forget(items.splice(0, count));
  }

  /** How many rows left the page at the bottom, which is then no longer the live end. */
  function trimBottom() {
    let count = 0;
    let gone = 0;
    for (; isOver(gone, count); count += 1) gone += items.at(-1 - count).isMarker ? 0 : 1;
    if (count) dropFrom(items.length - count);
    return gone;
  }

  function dropFrom(index) {
    edge.newest = newestBefore(items, index) ?? edge.newest;
    forget(items.splice(index));
  }

  function reset() {
    forget(items.splice(0));
    Object.assign(edge, { oldest: null, newest: null, hasOlder: true });
  }

  return {
    items, edge, append, prepend, trimTop, trimBottom, dropFrom, reset,
    rows: () => rows,
    has: (position) => positions.has(position),
    itemOf: (element) => items.find((item) => item.element === element),
    /** `entered(items)` and `left(items)`, after they did. */
    listen: (hears) => (listener = hears),
  };
}
