/**
 * What arrives while we watch: queued, drawn once a frame, acknowledged after it was drawn.
 *
 * The page skips nothing by itself. It draws at most ROWS_PER_FRAME rows at a time and acknowledges no more than it drew;
 * a server that finds too much unacknowledged skips lines and says how many, and that number becomes a marker. While the
 * window does not reach the live end (`reading.joined` is false), lines are only counted and acknowledged at once: they
 * lie after the window's newest edge, where scrolling down asks for them.
 */
import { between, newestBefore } from "./places.js";
import { ROWS } from "./window.js";

const ROWS_PER_FRAME = 250; // about 25 ms of drawing: past it a frame becomes a pause that is felt
const TAKEN_MS = 250; // how often a slow stream is acknowledged: at 25 times a second it cost the server most of its CPU
const TAKEN_LINES = 500; // and how much of a quick one goes unacknowledged: an eighth of what the server allows
const TAKEN_CHARACTERS = 48 * 1024;
const SPARE_ABOVE = 100; // rows left above the eye when the window gives way to new lines

export function createLive({ window, scroll, reading, request, taken, accept, rate }) {
  const queue = [];
  let received = null;
  let lastRow = null;
  let ignoring = 0;
  let drawn = null;
  let drawnLines = 0;
  let drawnCharacters = 0;
  let timer = 0;

  /** One `lines` message of the contract: its rows are JSON text of [[position, time, process, stream, text], ...]. */
  function receive({ position, skipped, rows }) {
    const entries = between(JSON.parse(rows).map(rowOf), received, position);
    rate.arrived(entries.length + skipped);
    if (skipped) entries.unshift({ isMarker: true, kind: "skipped", skipped, after: received });
    enqueue(entries, position);
  }

  function receiveMarker(marker) {
    enqueue([{ ...marker, isMarker: true }], marker.position);
  }

  function enqueue(entries, position) {
    received = position ?? received;
    queue.push({ entries, position });
    request();
  }

  function draw() {
    const { entries, position, scanned } = nextEntries();
    if (entries.length) newest(entries, scanned);
    acknowledge(position, entries);
    if (queue.length) request();
  }

  function acknowledge(position, entries) {
    drawn = position ?? drawn;
    drawnLines += entries.length;
    for (const { text } of entries) drawnCharacters += text?.length ?? 0;
    if (drawnLines >= TAKEN_LINES || drawnCharacters >= TAKEN_CHARACTERS) sayTaken();
    else timer ||= setTimeout(sayTaken, TAKEN_MS);
  }

  function sayTaken() {
    if (drawn) taken(drawn);
    forgetTaken();
  }

  function forgetTaken() {
    clearTimeout(timer);
    timer = drawnLines = drawnCharacters = 0;
    drawn = null;
  }

  function nextEntries() {
    const entries = [];
    let position = null;
    let scanned = null;
    while (queue.length && entries.length < ROWS_PER_FRAME) {
      const part = queue[0].entries.splice(0, ROWS_PER_FRAME - entries.length);
      for (const entry of part) entries.push(entry);
      scanned = newestBefore([...part, queue[0].entries[0] ?? {}], part.length) ?? scanned;
      if (queue[0].entries.length) break;
      scanned = position = queue.shift().position ?? position;
    }
    return { entries, position, scanned };
  }

  function newest(entries, scanned) {
    lastRow = entries.findLast((entry) => !entry.isMarker) ?? lastRow;
    if (ignoring) entries = withoutIgnored(entries);
    const shown = accept(entries);
    if (!reading.joined) count(shown, entries.length);
    else if (reading.following && !scroll.isMovingUp()) follow(shown, scanned);
    else stay(shown, scanned);
  }

  /** A watch begun only to count starts with one line that was there before: it is no news. */
  function withoutIgnored(entries) {
    const rows = entries.filter((entry) => !entry.isMarker);
    const ignored = new Set(rows.slice(0, ignoring));
    ignoring -= ignored.size;
    return entries.filter((entry) => !ignored.has(entry));
  }

  function follow(entries, scanned) {
    window.append(entries, scanned);
    window.trimTop();
    if (!document.hidden) scroll.toBottom();
  }

  function stay(entries, scanned) {
    const room = ROWS - window.rows() + Math.max(0, scroll.itemsAbove() - SPARE_ABOVE);
    const fitting = entries.slice(0, Math.max(0, room));
    const isWhole = fitting.length === entries.length;
    scroll.keep(() => {
      window.append(fitting, isWhole ? scanned : newestBefore(entries, fitting.length));
      window.trimTop();
    });
    if (!isWhole) reading.set({ joined: false });
    count(entries, entries.length - fitting.length);
  }

  /** `beyond` of them did not come into the window. */
  function count(entries, beyond) {
    let lines = 0;
    for (const entry of entries) lines += entry.isMarker ? (entry.skipped ?? 0) : 1;
    if (lines || beyond) reading.set({ newLines: reading.newLines + lines, behind: reading.behind + beyond });
  }

  return {
    receive, receiveMarker, draw,
    /** Where a lost connection resumes: everything up to here was received, drawn or not. */
    received: () => received,
    lastRow: () => lastRow,
    /** Begin a new watch: what is still queued will come again, or is of no use any more. */
    restart({ position = null, ignore = 0 }) {
      rate.restart();
      queue.length = 0;
      forgetTaken();
      received = position;
      ignoring = ignore;
    },
  };
}

export function rowOf([position, time, process, stream, text]) {
  return { position, time, process, stream, text };
}
