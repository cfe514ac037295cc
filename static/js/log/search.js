/**
 * Search over the rows on the page, with every match highlighted and one of them current.
 *
 * Highlights are ranges of the CSS Custom Highlight API: the rows' elements stay as they are, so nothing moves, nothing is
 * rebuilt and a selection survives. Static ranges, because live ones would be adjusted on every change of the list.
 */
import { createMatcher } from "./matcher.js";

const canHighlight = "highlights" in CSS;

export function createSearch({ window, changed }) {
  const all = canHighlight ? new Highlight() : null;
  const current = canHighlight ? new Highlight() : null;
  const spots = new Map(); // item -> its ranges
  const byId = new Map();
  let nextId = 0;
  let at = null; // {item, index}
  let problem = "";
  let isUsable = false;
  const matcher = createMatcher({ found, failed });

  if (canHighlight) {
    current.priority = 1;
    CSS.highlights.set("log-match", all);
    CSS.highlights.set("log-match-current", current);
  }

  /** Begin anew; an empty text ends the search. */
  function start(words, isPattern) {
    clear();
    problem = "";
    isUsable = matcher.set(words, isPattern);
    look(window.items);
    changed(summary());
  }

  function clear() {
    spots.clear();
    byId.clear();
    all?.clear();
    current?.clear();
    at = null;
  }

  function failed(message) {
    clear();
    isUsable = false;
    problem = message;
    changed(summary());
  }

  /** Rows came onto the page, or were drawn anew. */
  function look(items) {
    if (!isUsable) return;
    matcher.search(items.filter((item) => !item.isMarker).map(ticket));
  }

  function ticket(item) {
    forget([item]);
    nextId += 1;
    byId.set(nextId, item);
    return [nextId, item.element.lastElementChild.textContent];
  }

  function found(id, places) {
    const item = byId.get(id);
    byId.delete(id);
    if (!item?.element.isConnected) return;
    const ranges = rangesIn(item.element.lastElementChild, places);
    spots.set(item, ranges);
    if (all) for (const range of ranges) all.add(range);
    changed(summary());
  }

  function forget(items) {
    for (const item of items) {
      const ranges = spots.get(item);
      if (!ranges) continue;
      spots.delete(item);
      if (all) for (const range of ranges) all.delete(range);
      if (at?.item === item) at = null;
    }
  }

  function left(items) {
    if (!spots.size) return;
    forget(items);
    changed(summary());
  }

  /** The next match in a direction (1 or -1), from the current one or from `from`, around the ends. Its element, or null. */
  function step(direction, from) {
    const items = window.items.filter((item) => spots.has(item));
    if (!items.length) return null;
    at = at ? beside(items, direction) : nearest(items, direction, from);
    current?.clear();
    current?.add(spots.get(at.item)[at.index]);
    changed(summary());
    return at.item.element;
  }

  function beside(items, direction) {
    const index = at.index + direction;
    if (index >= 0 && index < spots.get(at.item).length) return { item: at.item, index };
    const item = items.at((items.indexOf(at.item) + direction) % items.length);
    return { item, index: direction > 0 ? 0 : spots.get(item).length - 1 };
  }

  function nearest(items, direction, from) {
    const start = window.items.indexOf(window.itemOf(from));
    const ahead = items.find((item) => window.items.indexOf(item) >= start);
    const behind = items.findLast((item) => window.items.indexOf(item) < start);
    const item = direction > 0 ? (ahead ?? items[0]) : (behind ?? items.at(-1));
    return { item, index: direction > 0 ? 0 : spots.get(item).length - 1 };
  }

  function summary() {
    let total = 0;
    let number = 0;
    for (const item of spots.size ? window.items : []) {
      if (item === at?.item) number = total + at.index + 1;
      total += spots.get(item)?.length ?? 0;
    }
    return { total, number, problem };
  }

  return { start, look, left, step };
}

/** Ranges over the text nodes of `cell` for [start, end, ...] counted in its whole text. */
function rangesIn(cell, places) {
  const walker = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
  const ends = [];
  let length = 0;
  for (let node; (node = walker.nextNode()); ) ends.push({ node, start: length, end: (length += node.length) });
  const ranges = [];
  for (let index = 0; index < places.length; index += 2) {
    const first = ends.find((part) => part.end > places[index]);
    const last = ends.find((part) => part.end >= places[index + 1]);
    if (!first || !last) continue;
    ranges.push(new StaticRange({
      startContainer: first.node, startOffset: places[index] - first.start,
      endContainer: last.node, endOffset: places[index + 1] - last.start,
    }));
  }
  return ranges;
}
