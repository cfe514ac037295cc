/**
 * The live log: puts together what stands in ./log/ and lets each part hear of the others.
 *
 * The way of a line: connection -> stream -> live (queue, one drawing a frame, `taken`) -> window (rows on the page).
 * The way of the reader: scroll -> slide (older, newer) and jump (latest, oldest, a line, a gap) -> window.
 */
import { createActions } from "./log/actions.js";
import { createApi } from "./log/api.js";
import { createControls } from "./log/controls.js";
import { createEdges } from "./log/edges.js";
import { createFinder } from "./log/finder.js";
import { createFrame } from "./log/frame.js";
import { createJump } from "./log/jump.js";
import { createKeyboard } from "./log/keyboard.js";
import { createLevelFilter } from "./log/level-filter.js";
import { createLive } from "./log/live.js";
import { createOptions } from "./log/options.js";
import { positionOf } from "./log/moment.js";
import { readPreferences } from "./log/preferences.js";
import { createProcesses } from "./log/processes.js";
import { createReading } from "./log/reading.js";
import { createRate } from "./log/rate.js";
import { drawMarker, drawRow, drawText, study } from "./log/row.js";
import { createScroll } from "./log/scroll.js";
import { createSearch } from "./log/search.js";
import { createSlide } from "./log/slide.js";
import { createState } from "./log/state.js";
import { createWatching } from "./log/watching.js";
import { createWindow } from "./log/window.js";

const SAID_MS = 2500;

export function attach(root) {
  const scroller = root.querySelector(".log-scroll");
  const list = root.querySelector(".log-rows");
  const preferences = readPreferences();
  const filter = {};
  let isStale = true;
  let isEmpty = true;

  const frame = createFrame(onFrame);
  const reading = createReading(() => {
    isStale = true;
    frame();
  });
  const levels = createLevelFilter();
  const state = createState(root);
  const scroll = createScroll(scroller, list);
  const window = createWindow(list, draw);
  const api = createApi(root.dataset.api, () => filter);
  const watching = createWatching({ root, filter, reading, state, hears });
  const { watch, taken } = watching;
  const accept = levels.accept;
  const live = createLive({ window, scroll, reading, request: frame, taken, accept, rate: createRate(root) });
  const parts = { root, list, scroller, window, scroll, reading, live, api, accept, watch };
  const edges = createEdges(root, { older: () => slide.older(), newer: () => slide.newer() });
  const slide = createSlide({ ...parts, report, failed: watching.failed });
  const jump = createJump({ ...parts, slide });
  const commands = {};
  const controls = createControls(root, commands);
  const search = createSearch({ window, changed: (found) => finder.show(found) });
  const applyFilter = watching.filtering({ jump, controls });
  const finder = createFinder({ controls, search, scroll, reading, applyFilter });
  const options = createOptions({ ...parts, preferences, controls, levels, search, jump, applyFilter });
  const actions = createActions({ root, list, window, say });

  function draw(item) {
    return item.isMarker ? drawMarker(item) : drawRow(study(item), preferences);
  }

  function onFrame() {
    live.draw();
    slide.check();
    actions.settle();
    if (!isStale && isEmpty === !window.items.length) return;
    isStale = false;
    isEmpty = !window.items.length;
    controls.showReading(reading);
    showEdges();
  }

  const processes = createProcesses(root);

  function entered(items) {
    search.look(items);
    processes.meet(items);
  }

  function report(direction, outcome) {
    edges.report(direction, outcome);
    isStale = true;
    frame();
  }

  function showEdges() {
    edges.show({ hasOlder: Boolean(window.edge.oldest && window.edge.hasOlder), joined: reading.joined, isEmpty });
    root.classList.toggle("is-empty", isEmpty);
    root.classList.toggle("is-filtered", levels.isOn() || Object.keys(filter).length > 0);
  }

  function onScroll() {
    const following = reading.joined && !reading.paused && scroll.atBottom();
    if (following !== reading.following) reading.set({ following });
    scroll.remember();
    actions.settle();
    slide.check();
  }

  /** At the very top there is no scroll to hear of, so the wish for older lines is read from the wheel and the keys. */
  function onUpward(event) {
    if (scroller.scrollTop > 0 || !window.edge.hasOlder || !window.edge.oldest) return;
    if (event.deltaY < 0 || event.key === "ArrowUp" || event.key === "PageUp") slide.older();
  }

  function settle() {
    if (reading.following) scroll.toBottom();
    else scroll.restore();
    scroll.remember();
  }

  function onClick(event) {
    const element = event.target.closest(".log-row, .log-marker");
    const item = element && window.itemOf(element);
    if (!item) return;
    if (event.target.closest(".log-more, .log-fold")) open(item);
    else if (event.target.closest(".log-load")) jump.fill(item).catch(watching.failed);
    else if (event.target.closest(".log-time")) actions.choose(item);
  }

  function open(item) {
    item.isOpen = !item.isOpen;
    scroll.keep(() => drawText(item, item.element, preferences), item.element);
    search.look([item]);
    if (!scroll.atBottom()) reading.set({ following: false });
  }

  /** Opens the log at the line, or at the moment, that the address names. */
  async function openLine() {
    if (location.hash.length < 2) return;
    reading.set({ following: false, joined: false, behind: Infinity });
    const position = await positionOf(location.hash, root.dataset.api).catch((error) => void watching.failed(error));
    const item = position && (await jump.around(position).catch((error) => void watching.failed(error)));
    if (position === null) return void (say("No line was written since then."), jump.latest({ anew: true }));
    if (!item) return void (say("This line is not in the log any more."), jump.latest({ anew: true }));
    scroll.centre(item.element);
    actions.choose(item);
  }

  function say(words) {
    const place = root.querySelector(".log-said");
    place.textContent = words;
    clearTimeout(say.timer);
    say.timer = setTimeout(() => (place.textContent = ""), SAID_MS);
  }

  /** What the connection tells. */
  function hears() {
    return { live, slide, controls, firstRequest };
  }

  function firstRequest() {
    const isElsewhere = !reading.joined && !reading.paused;
    return isElsewhere ? { request: { tail: 1 }, ignore: 1 } : { request: { tail: Number(root.dataset.tail) || 100 } };
  }

  Object.assign(commands, {
    pause: jump.pause,
    clear: jump.clear,
    latest: () => jump.latest(),
    oldest: () => jump.oldest().catch((error) => report("older", { problem: error.message })),
    follow: () => (reading.following ? reading.set({ following: false }) : jump.latest()),
    retry: watching.retryNow,
    regex: () => finder.toggle("regex"),
    filter: () => finder.toggle("filter"),
    next: () => finder.step(1),
    previous: () => finder.step(-1),
    help: () => root.querySelector(".log-help").showModal(),
    choose: options.choose,
    searchChanged: finder.changed,
    searchEntered: finder.enter,
    leaveSearch: () => (finder.leave(), scroller.focus({ preventScroll: true })),
  });
  createKeyboard({
    "/": finder.focus, "?": commands.help, f: commands.follow, p: commands.pause, w: options.toggleWrap, t: options.nextTime,
    g: commands.oldest, G: commands.latest, n: commands.next, N: commands.previous, Escape: commands.leaveSearch,
  });
  window.listen({
    entered,
    left: (items) => search.left(items),
  });
  scroller.addEventListener("scroll", onScroll, { passive: true });
  scroller.addEventListener("wheel", onUpward, { passive: true });
  scroller.addEventListener("keydown", onUpward);
  list.addEventListener("click", onClick);
  new ResizeObserver(settle).observe(scroller);
  document.addEventListener("visibilitychange", () => document.hidden || (reading.following && scroll.toBottom()));
  globalThis.addEventListener("hashchange", openLine);
  controls.showPreferences(preferences);
  openLine();
  watching.open();
  frame();
}
