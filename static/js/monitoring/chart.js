/**
 * One chart: the mean as a line, from the least to the most as a band behind it, what happened as upright lines.
 *
 * A drag zooms, a click or Enter opens a moment, the arrow keys move the cursor. uPlot draws; it sets styles from script
 * alone, which the policy of our pages allows.
 */
import uPlot from "../../vendor/uplot/uPlot.min.js";
import { drawMarks, markNear } from "./marks.js";
import { axisTime, exact, words } from "./words.js";

const HEIGHT_PX = 176;
const AXIS_PX = 68;
const CLICK_PX = 4; // a mouse that moved further between down and up was dragged
const LEAST_TOP = { percent: 5, bytes: 1024 ** 2, rate: 1024, plain: 1 };
const BINARY = Array.from({ length: 50 }, (_, power) => 2 ** power);
const FAR = 10; // moments, with Shift

/** `moved(time)` when the cursor of this chart is moved, null when it leaves; `zoomed(from, to)`, `opened(time)`, `escaped()`. */
export function createChart(element, { colours, moved, zoomed, opened, escaped }) {
  const kind = JSON.parse(element.dataset.chart);
  const [plot, reading, empty] = ["plot", "reading", "empty"].map((name) => element.querySelector(`[data-part="${name}"]`));
  let shown = null; // {series, marks}
  let chart = null;
  let isTold = false;

  function show(series, marks) {
    shown = { series, marks };
    empty.hidden = kind.lines.some(({ name }) => series.columns[name]?.mean.some((value) => value !== null));
    plot.hidden = !empty.hidden;
    if (plot.hidden) return;
    if (chart) draw();
    else chart = new uPlot(options(), data(), plot);
  }

  /** After readings were added, or the theme has changed. */
  function draw() {
    chart?.setData(data());
  }

  function data() {
    const { times, columns } = shown.series;
    const none = times.map(() => null);
    return [times, ...kind.lines.flatMap(({ name }) => ["min", "max", "mean"].map((what) => columns[name]?.[what] ?? none))];
  }

  function options() {
    return {
      width: plot.clientWidth,
      height: HEIGHT_PX,
      legend: { show: false },
      padding: [14, 12, 0, 0],
      scales: { x: { range: () => [shown.series.from, shown.series.to] }, y: { range: (_, __, max) => [0, 1.08 * Math.max(max ?? 0, LEAST_TOP[kind.unit])] } },
      axes: [timeAxis(), valueAxis()],
      series: [{}, ...kind.lines.flatMap((_, index) => lineOf(index + 1))],
      bands: kind.lines.map((_, index) => ({ series: [3 * index + 2, 3 * index + 1], fill: () => colours[`band-${index + 1}`] })),
      cursor: { drag: { x: true, y: false, setScale: false, dist: CLICK_PX }, points: { size: 7 }, y: false },
      hooks: { setCursor: [onCursor], setSelect: [onSelect], draw: [(drawn) => drawMarks(drawn, shown.marks, colours)] },
    };
  }

  const lined = { stroke: () => colours.text, grid: { stroke: () => colours.grid, width: 1 }, ticks: { show: false }, font: "11px system-ui, sans-serif" };
  const timeAxis = () => ({ ...lined, size: 28, space: 70, values: (_, splits, __, ___, step) => splits.map((time) => axisTime(time, step)) });
  const valueAxis = () => ({
    ...lined, size: AXIS_PX, space: 36, ...(kind.unit === "bytes" || kind.unit === "rate" ? { incrs: BINARY } : {}),
    values: (_, splits) => splits.map((value) => (value === 0 ? "0" : words(value, kind.unit))),
  });

  function lineOf(number) {
    const hidden = { stroke: "transparent", width: 0, points: { show: false } };
    const stroke = () => colours[`line-${number}`];
    return [hidden, hidden, { stroke, width: 1.75, dash: number > 1 ? [6, 3] : undefined, points: { size: 4, fill: stroke, stroke } }];
  }

  function onCursor({ cursor: { left, idx } }) {
    const time = left >= 0 && idx !== null ? chart.posToVal(left, "x") : null;
    tell(time === null ? null : idx, left);
    if (!isTold) moved(time);
  }

  function tell(index, left) {
    const { series, marks } = shown;
    if (index === null) return void (reading.textContent = "");
    const mark = markNear(chart, marks, left);
    const lines = kind.lines.map(({ name, label }) => lineWords(label, series.columns[name], index));
    reading.textContent = [exact(series.times[index]), ...new Set(lines), mark?.text].filter(Boolean).join(" · ");
  }

  function lineWords(label, column, index) {
    const [min, mean, max] = ["min", "mean", "max"].map((what) => column?.[what][index] ?? null);
    if (mean === null) return "no figures";
    const [least, most] = [words(min, kind.unit), words(max, kind.unit)];
    const name = kind.lines.length > 1 ? `${label} ` : "";
    return `${name}${words(mean, kind.unit)}${least === most ? "" : ` (${least} to ${most})`}`;
  }

  function onSelect({ select: { left, width } }) {
    if (width <= CLICK_PX) return;
    const [from, to] = [left, left + width].map((at) => chart.posToVal(at, "x"));
    chart.setSelect({ left: 0, width: 0, top: 0, height: 0 }, false);
    zoomed(from, to);
  }

  /** Set by another chart, or by null taken away. */
  function moveTo(time) {
    if (!chart || plot.hidden) return;
    isTold = true;
    chart.setCursor(time === null ? { left: -10, top: -10 } : { left: chart.valToPos(time, "x"), top: 0 });
    isTold = false;
  }

  let downAt = 0;
  plot.addEventListener("mousedown", ({ clientX }) => (downAt = clientX));
  plot.addEventListener("click", ({ clientX }) => {
    if (chart?.cursor.left >= 0 && Math.abs(clientX - downAt) <= CLICK_PX) opened(chart.posToVal(chart.cursor.left, "x"));
  });
  plot.addEventListener("focus", () => reading.setAttribute("aria-live", "polite"));
  plot.addEventListener("blur", () => (reading.setAttribute("aria-live", "off"), moveTo(null), moved(null)));
  plot.addEventListener("keydown", (event) => {
    if (chart && !event.ctrlKey && !event.metaKey && !event.altKey && onKey(event)) event.preventDefault();
  });
  new ResizeObserver(() => chart && plot.clientWidth && chart.setSize({ width: plot.clientWidth, height: HEIGHT_PX })).observe(plot);

  /** Whether the key means something here. */
  function onKey({ key, shiftKey }) {
    const { times } = shown.series;
    const at = chart.cursor.left >= 0 ? chart.cursor.idx : times.length;
    const step = shiftKey ? FAR : 1;
    const index = { ArrowLeft: at - step, ArrowRight: at + step, Home: 0, End: times.length - 1 }[key];
    if (index !== undefined) chart.setCursor({ left: chart.valToPos(times[Math.max(0, Math.min(times.length - 1, index))], "x"), top: 0 });
    else if (key === "Enter" && chart.cursor.left >= 0) opened(chart.posToVal(chart.cursor.left, "x"));
    else if (key === "Escape") escaped();
    else return false;
    return true;
  }

  return { kind, show, draw, moveTo, element };
}
