// Moves the gauges: paas/web/shapes/gauges.py draws them first, with the same words and bounds. Change both together.
import { binarySize, percent } from "./words.js";

const ARC = 197.92;
const HIGH = 70;
const VERY_HIGH = 90;
const NONE = "–";

/** Shows what `GET .../stats` or `GET /api/v1/metrics` has answered in the gauges below `root`. */
export function showGauges(root, reading) {
  const gauges = "processes" in reading ? ofApp(reading) : ofMachine(reading);
  for (const element of root.querySelectorAll("[data-gauge]")) show(element, gauges[element.dataset.gauge]);
}

function ofApp({ cpu_percent: cpu, cores, memory_usage: used, memory_limit: limit, processes, stale }) {
  const none = { value: NONE, limit: stale ? "" : "not running", share: null };
  if (!processes.length) return { cpu: none, memory: none };
  const all = cores * 100;
  const ofCores = cores ? `of ${all} %, ${coresWords(cores)}` : "";
  return { cpu: { value: percent(cpu), limit: ofCores, share: all ? (100 * cpu) / all : null }, memory: ofBytes(used, limit) };
}

function ofMachine({ cpu, memory, disk, swap }) {
  return {
    cpu: { value: percent(cpu.usage), limit: `of ${coresWords(cpu.cores)}`, share: cpu.usage },
    memory: ofBytes(memory.used, memory.total),
    disk: ofBytes(disk.used, disk.total),
    swap: ofBytes(swap.used, swap.total),
  };
}

function ofBytes(used, limit) {
  if (!limit) return { value: NONE, limit: "none", share: null };
  return { value: binarySize(used), limit: `of ${binarySize(limit)}`, share: (100 * used) / limit };
}

const coresWords = (cores) => (cores === 1 ? "1 core" : `${cores} cores`);

function wordFor({ share, limit }) {
  if (share === null) return limit || "unknown";
  if (share < HIGH) return "normal";
  return share <= VERY_HIGH ? "high" : "very high";
}

function show(element, gauge) {
  if (!gauge) return;
  const word = wordFor(gauge);
  const shown = Math.min(gauge.share ?? 0, 100);
  element.dataset.level = gauge.share === null ? "unknown" : word.replace(" ", "-");
  element.setAttribute("aria-valuenow", shown.toFixed(1));
  element.setAttribute("aria-valuetext", gauge.share === null ? word.replace("unknown", "not known") : `${gauge.value} ${gauge.limit}, ${word}`);
  element.querySelector(".gauge-value").setAttribute("stroke-dashoffset", (ARC * (1 - shown / 100)).toFixed(2));
  setText(element.querySelector(".gauge-number"), gauge.value);
  setText(element.querySelector(".gauge-limit"), gauge.share === null ? "" : gauge.limit);
  setText(element.querySelector(".gauge-word"), word);
}

function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
