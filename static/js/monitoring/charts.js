/**
 * All charts of a page: one stretch of time, one cursor, one question to the server.
 *
 * What is shown stands in the address, so a zoom is a step that the browser's own way back undoes.
 */
import { createChart } from "./chart.js";
import { createColours } from "./colours.js";
import { listMarks } from "./marks.js";
import { createSeries } from "./series.js";
import { createTable } from "./table.js";
import { addressOf, isZoomed, queryOf, readView } from "./view.js";
import { exact } from "./words.js";

const EVERY_MS = 60_000;

/** Where several apps are told of. */
const withApp = (mark) => (!mark.app || mark.text.startsWith(`${mark.app}: `) ? mark : { ...mark, text: `${mark.app}: ${mark.text}` });

/** `failed(sentence)` when the history cannot be read, with "" when it can be again; `signedOut()`. */
export function createCharts(root, { failed, signedOut }) {
  const { history, range, log } = root.dataset;
  const [out, span, list] = ['[data-command="zoom-out"]', '[data-part="range-words"]', '[data-part="marks"]'].map((part) => root.querySelector(part));
  const colours = createColours(root, () => charts.forEach((chart) => chart.draw()));
  const charts = [...root.querySelectorAll("[data-chart]")].map((element) => createChart(element, { colours, moved, zoomed, opened, escaped: zoomOut }));
  const tables = charts.map(createTable);
  const metrics = charts.flatMap(({ kind }) => kind.lines.map(({ name }) => name));
  let view = readView(range);
  let series = null;
  let happened = [];
  let asked = 0;

  async function load() {
    const number = ++asked;
    const answer = await fetch(`${history}?${queryOf(view, metrics)}`, { credentials: "same-origin", cache: "no-store" }).catch(() => null);
    if (number !== asked) return; // something else is wanted by now
    if (answer?.status === 401) return signedOut();
    const document_ = await answer?.json().catch(() => null);
    if (number !== asked) return;
    if (!answer?.ok || !document_) return failed(document_?.error?.message ?? "The dashboard does not answer.");
    failed("");
    show(document_);
  }

  function show({ marks = [], ...answer }) {
    series = createSeries(answer);
    happened = log ? marks : marks.map(withApp);
    charts.forEach((chart) => chart.show(series, happened));
    tables.forEach((table) => table(series));
    listMarks(list, happened);
    root.dataset.drawn = String(asked);
    root.dataset.seconds = String(series.to - series.from);
  }

  /** One reading more at the right edge, while that is now. */
  function append(at, figures) {
    if (!series || isZoomed(view) || document.hidden) return;
    series.append(at, figures);
    charts.forEach((chart) => chart.show(series, happened));
  }

  function moved(time) {
    for (const chart of charts) chart.moveTo(time);
  }

  function zoomed(from, to) {
    const least = Math.max(to - from, 30);
    go({ ...view, from: Math.floor(from), to: Math.ceil(from + least) });
  }

  function zoomOut() {
    if (isZoomed(view)) go({ range: view.range, process: view.process });
  }

  /** Opens the log at a moment, where there is one. */
  function opened(time) {
    if (log) location.assign(`${log}#at=${time.toFixed(3)}`);
  }

  function go(next) {
    view = next;
    globalThis.history.pushState(null, "", addressOf(view));
    look();
  }

  function look() {
    out.hidden = !isZoomed(view);
    span.textContent = isZoomed(view) ? `${exact(view.from)} to ${exact(view.to)}` : "";
    mark("range", isZoomed(view) ? "" : view.range);
    mark("process", view.process);
    load();
  }

  function mark(name, value) {
    for (const link of root.querySelectorAll(`[data-${name}]`)) {
      if (link.dataset[name] === value) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
  }

  function onClick(event) {
    const link = event.target.closest("a[data-range], a[data-process]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (link.dataset.range) go({ range: link.dataset.range, process: view.process });
    else go({ ...view, process: link.dataset.process });
  }

  root.addEventListener("click", onClick);
  out.addEventListener("click", zoomOut);
  addEventListener("popstate", () => {
    view = readView(range);
    look();
  });
  setInterval(() => document.hidden || load(), EVERY_MS);
  document.addEventListener("visibilitychange", () => document.hidden || load());
  look();

  return { append, load, process: () => view.process };
}
