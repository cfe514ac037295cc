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
  function place(lines, { hasOlder, more }) {
    empty();
    reading.set({ following: false, joined: false, paused: false, behind: Infinity });
    window.append(accept(lines), lines.at(-1)?.position);
    Object.assign(edge, { oldest: lines[0]?.position ?? null, hasOlder });
    scroller.scrollTop = 0;
    if (!more && edge.newest) slide.join(edge.newest);
  }

  /**
   * The line at a position, with its neighbours; resolves to its item, or null where the log no longer has it. Neither
   * before= nor after= contains the line itself, but it is the one that follows what lies before it.
   */
  async function around(position) {
    const epoch = reading.epoch;
    const before = (await api.before(position, PAGE)).lines;
    const { lines, more } = before.length ? await api.after(before.at(-1).position, PAGE) : await api.first(PAGE);
    if (epoch !== reading.epoch || !lines.length) return null;
    place([...before, ...lines], { hasOlder: before.length > 0, more });
    return window.items.find((item) => item.position === lines[0].position) ?? null;
  }

  async function oldest() {
    reading.set({ following: false });
    if (!edge.hasOlder) return void (scroller.scrollTop = 0);
    const { epoch } = reading;
    const { lines, more } = await api.first(PAGE);
    if (epoch === reading.epoch) place(lines, { hasOlder: false, more });
  }

  /** Show what a gap declares: everything from the gap on is read again from the log, so it closes without a seam. */
  async function fill(marker) {
    const { epoch } = reading;
    const { lines, more, problem } = await api.after(marker.after, PAGE);
    const index = window.items.indexOf(marker);
    if (epoch !== reading.epoch || index < 0 || problem) return problem;
    reading.set({ following: false, joined: false, behind: Infinity, epoch: epoch + 1 });
    scroll.keep(() => {
      window.dropFrom(index);
      window.append(accept(lines), lines.at(-1)?.position ?? marker.after);
    }, window.items[index - 1]?.element);
    if (!more) slide.join(edge.newest);
  }

  /** Take the rows off the page. Nothing is lost: asking for older lines brings them back, the last one included. */
  function clear() {
    const last = live.lastRow();
    const at = reading.joined ? live.received() : (last?.position ?? live.received());
    empty();
    Object.assign(edge, { oldest: last?.position ?? at, newest: at });
    slide.setAside(last);
    if (!reading.joined && at) slide.join(at, { follow: true });
    reading.set({ following: true, held: true });
  }

  function pause() {
    if (reading.paused) return latest();
    return reading.set({ paused: true, joined: false, following: false });
  }

  return { latest, refill, around, oldest, fill, clear, pause };
}
