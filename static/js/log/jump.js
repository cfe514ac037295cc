/** Takes the window to another place of the log: its live end, its beginning, one line, a gap; and empties it. */
import { PAGE } from "./slide.js";
import { ROWS } from "./window.js";

export function createJump({ scroller, window, scroll, reading, live, api, accept, watch, slide }) {
  const { edge } = window;

  function empty() {
    slide.setAside(null);
    window.reset();
    reading.set({ epoch: reading.epoch + 1, held: false });
  }

  /** The newest lines, and on from there; without a jump where the window is close enough to go on. */
  function latest({ anew = false } = {}) {
    if (reading.joined && !anew) {
      reading.set({ following: true });
      return scroll.toBottom();
    }
    if (!anew && edge.newest && reading.behind <= ROWS) return slide.join(edge.newest, { follow: true });
    return refill();
  }

  /** Watch anew from the newest lines: after a change of filter, or where the window is too far behind. */
  function refill(refused) {
    watch({ tail: ROWS }, () => {
      empty();
      live.restart({});
      reading.set({ joined: true, following: true, paused: false });
    }, refused);
  }

  /** Put lines of another place into the window and stop following. */
  function place(lines, { hasOlder, more, before, after }) {
    empty();
    reading.set({ following: false, joined: false, paused: false, behind: Infinity });
    window.append(accept(lines), after);
    Object.assign(edge, { oldest: before ?? null, hasOlder });
    scroller.scrollTop = 0;
    if (!more && edge.newest) slide.join(edge.newest);
  }

  /**
   * The line at a position, with its neighbours; resolves to its item, or null where the log no longer has it. What
   * before= gives may end before the line or with it: it is then the one that follows.
   */
  async function around(position) {
    const { epoch } = reading;
    const older = await api.before(position, PAGE);
    const newer = older.lines.length ? await api.after(older.after, PAGE) : await api.first(PAGE);
    const lines = [...older.lines, ...newer.lines];
    const wanted = lines.find((line) => line.position === position) ?? newer.lines[0];
    if (epoch !== reading.epoch || !wanted) return null;
    const { before = newer.before, lines: some } = older;
    place(lines, { hasOlder: some.length > 0, more: newer.more, before, after: newer.after ?? older.after });
    return window.items.find((item) => item.position === wanted.position) ?? null;
  }

  async function oldest() {
    reading.set({ following: false });
    if (!edge.hasOlder) return void (scroller.scrollTop = 0);
    const { epoch } = reading;
    const first = await api.first(PAGE);
    if (epoch === reading.epoch) place(first.lines, { ...first, hasOlder: false });
  }

  /** Show what a gap declares: everything from the gap on is read again from the log, so it closes without a seam. */
  async function fill(marker) {
    const { epoch } = reading;
    const { lines, more, after, problem } = await api.after(marker.after, PAGE);
    const index = window.items.indexOf(marker);
    if (epoch !== reading.epoch || index < 0 || problem) return problem;
    reading.set({ following: false, joined: false, behind: Infinity, epoch: epoch + 1 });
    scroll.keep(() => {
      window.dropFrom(index);
      window.append(accept(lines), after ?? marker.after);
    }, window.items[index - 1]?.element);
    if (!more) slide.join(edge.newest);
  }

  /** Take the rows off the page. Nothing is lost: asking for older lines brings them back, the last one included. */
  function clear() {
    const last = live.lastRow();
    const isExact = !last || Boolean(last.till); // then what lies before it includes the last line
    const at = reading.joined || isExact ? live.received() : last.position;
    empty();
    Object.assign(edge, { oldest: isExact ? at : last.position, newest: at });
    slide.setAside(isExact ? null : last);
    if (!reading.joined && at) slide.join(at, { follow: true });
    reading.set({ following: true, held: true });
  }

  function pause() {
    if (reading.paused) return latest();
    return reading.set({ paused: true, joined: false, following: false });
  }

  return { latest, refill, around, oldest, fill, clear, pause };
}
