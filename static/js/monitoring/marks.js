// What happened, as upright lines in the charts with a sign of its own for each kind, and in a list of words below them.
import { exact } from "./words.js";

const SIGNS = { deployment: "▲", restart: "↻", exit: "✕", out_of_memory: "■", alert: "◆" };
const DASHES = { deployment: [], restart: [4, 3], exit: [2, 2], out_of_memory: [2, 2], alert: [6, 2, 2, 2] };
const NEAR_PX = 6;

/** Draws them over the plot of `chart`, a uPlot. */
export function drawMarks(chart, marks, colours) {
  const { ctx, bbox } = chart;
  const { min, max } = chart.scales.x;
  const scale = devicePixelRatio;
  ctx.save();
  ctx.font = `bold ${11 * scale}px system-ui, sans-serif`;
  ctx.textAlign = "center";
  ctx.lineWidth = scale;
  for (const { at, kind } of marks) {
    if (at < min || at > max) continue;
    const x = Math.round(chart.valToPos(at, "x", true));
    ctx.strokeStyle = ctx.fillStyle = colours[kind] || colours.text;
    ctx.setLineDash((DASHES[kind] ?? []).map((length) => length * scale));
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
    ctx.fillText(SIGNS[kind] ?? "•", x, bbox.top - 3 * scale);
  }
  ctx.restore();
}

/** The mark under the cursor, which stands at `left` in the plot. */
export function markNear(chart, marks, left) {
  const near = ({ at }) => Math.abs(chart.valToPos(at, "x") - left);
  return marks.filter((mark) => near(mark) <= NEAR_PX).sort((a, b) => near(a) - near(b))[0];
}

/** The newest first, in words; without any, the list says so. */
export function listMarks(list, marks) {
  const items = [...marks].sort((a, b) => b.at - a.at).map(item);
  list.replaceChildren(...items);
  list.closest(".happened").classList.toggle("is-empty", items.length === 0);
}

function item({ at, kind, text, href }) {
  const [line, time, sign] = ["li", "time", "span"].map((name) => document.createElement(name));
  const words = document.createElement(href?.startsWith("/") ? "a" : "span");
  if (href?.startsWith("/")) words.href = href;
  time.dateTime = new Date(at * 1000).toISOString();
  time.textContent = exact(at);
  sign.textContent = SIGNS[kind] ?? "•";
  sign.className = "happened-sign";
  sign.dataset.kind = kind;
  sign.setAttribute("aria-hidden", "true");
  words.textContent = text;
  line.append(sign, " ", time, " ", words);
  return line;
}
