/**
 * Moves the window over the log: older lines at its top, newer ones at its bottom.
 *
 * Where the window reaches the log's end again it joins the live stream by watching anew from its newest edge. Positions
 * are never compared, only handed back to the server, which resumes right after them: nothing comes twice, nothing is left out.
 */
import { newestBefore, oldestFrom } from "./places.js";
import { ROWS } from "./window.js";

const NEAR_PX = 800;
export const PAGE = 400;
const SPARE = 60; // rows left beyond the edge of the screen when the window gives way
const PAGES_AT_ONCE = 25; // looked through for rows that the level filter lets pass

export function createSlide({ scroller, window, scroll, reading, live, api, accept, watch, report, failed }) {
  const { edge } = window;
  const busy = { older: false, newer: false };
  let setAside = null; // the last line before a clear, which before= would leave out
  let isJoining = false;

  /** One load in a direction, reported only if the window is still the one that asked. */
  async function page(direction, load) {
    if (busy[direction]) return;
    busy[direction] = true;
    const { epoch } = reading;
    report(direction, { isLoading: true });
    try {
      const outcome = await load();
      if (epoch === reading.epoch) report(direction, outcome ?? {});
    } catch (error) {
      if (epoch === reading.epoch) report(direction, { problem: error.message });
      failed(error);
    } finally {
      busy[direction] = false;
    }
  }

  /** Look through pages until enough can be shown: a strict level filter passes few. Null when nobody wants it any more. */
  async function seek(ask, from, isOlder) {
    const { epoch } = reading;
    let found = { rows: [], more: true, at: from };
    for (let pages = 0; pages < PAGES_AT_ONCE && found.more && !found.problem && found.rows.length < SPARE; pages += 1) {
      const { lines, more, problem, before, after } = await ask(found.at);
      if (epoch !== reading.epoch) return null;
      const rows = accept(lines).filter((row) => !window.has(row.position));
      const at = (isOlder ? before : after) ?? found.at;
      found = { rows: isOlder ? [...rows, ...found.rows] : [...found.rows, ...rows], more, problem, at };
    }
    return found;
  }

  function older() {
    return page("older", async () => {
      const found = await seek((at) => (at ? api.before(at, PAGE) : api.last(PAGE)), edge.oldest, true);
      if (!found) return;
      if (setAside) found.rows.push(...accept([setAside]));
      setAside = null;
      reading.set({ held: false });
      placeOlder(found);
      return { problem: found.problem };
    });
  }

  function placeOlder({ rows, more, at }) {
    const spare = reading.following ? 0 : Math.max(0, scroll.itemsBelow() - SPARE);
    const room = Math.max(0, ROWS - window.rows() + spare);
    const fitting = room ? rows.slice(-room) : [];
    const isWhole = fitting.length === rows.length;
    scroll.keep(() => {
      window.prepend(fitting, isWhole ? at : oldestFrom(rows, rows.length - fitting.length));
      edge.hasOlder = more || !isWhole;
      const gone = window.trimBottom();
      if (gone) reading.set({ joined: false, behind: reading.behind + gone });
    });
    if (reading.following) scroll.toBottom();
  }

  function newer() {
    return page("newer", async () => {
      const found = await seek((at) => api.after(at, PAGE), edge.newest, false);
      if (!found) return;
      if (placeNewer(found) && !found.more) join(edge.newest);
      return { problem: found.problem };
    });
  }

  function placeNewer({ rows, at }) {
    const room = Math.max(0, ROWS - window.rows() + Math.max(0, scroll.itemsAbove() - SPARE));
    const fitting = rows.slice(0, room);
    const isWhole = fitting.length === rows.length;
    scroll.keep(() => {
      window.append(fitting, isWhole ? at : newestBefore(rows, fitting.length));
      window.trimTop();
    });
    reading.set({ behind: Math.max(0, reading.behind - fitting.length) });
    return isWhole;
  }

  /** Let the live stream go on from `position`, which must be the window's newest edge. */
  function join(position, { follow = false } = {}) {
    const { epoch } = reading;
    isJoining = true;
    watch({ position }, () => {
      isJoining = false;
      if (epoch !== reading.epoch) return;
      live.restart({ position });
      reading.set({ joined: true, paused: false, newLines: 0, following: follow || scroll.atBottom() });
      if (reading.following) scroll.toBottom();
    });
  }

  /** Load what the reader is about to reach. */
  function check() {
    if (mayGrowOlder() && scroller.scrollTop < NEAR_PX) older();
    if (mayGrowNewer() && scroll.distance() < NEAR_PX) newer();
  }

  const mayGrowOlder = () =>
    !busy.older && edge.hasOlder && edge.oldest && !reading.held && !(reading.following && window.rows() >= ROWS);
  const mayGrowNewer = () => !busy.newer && !isJoining && !reading.joined && !reading.paused && edge.newest;

  return {
    older, newer, join, check,
    /** The connection was lost: the watch that was to join will not be answered. */
    abandonJoin: () => (isJoining = false),
    setAside: (row) => (setAside = row),
  };
}
