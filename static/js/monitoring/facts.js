/**
 * The figures beside the gauges: those that stand once on the page (data-fact), the bars of the cores, and the rows of
 * processes and apps. A row is known by its name; rows come and go with the page that the server draws.
 */
import { morph } from "../morph.js";
import { words } from "./words.js";

const EVERY_MS = 15_000;
const SOONEST_MS = 5_000;
const ROWS = "usage";
const SORTS = { cpu: "cpu_percent", memory: "memory_usage" };

export function createFacts(root) {
  function show(reading) {
    for (const element of root.querySelectorAll("[data-fact]")) setText(element, factOf(element.dataset, reading));
    showCores(root, reading.cpu?.each ?? []);
    if (reading.processes) showProcesses(reading.processes);
  }

  /** Which come and go: the server then draws the rows anew. */
  function showProcesses(processes) {
    const rows = new Map([...root.querySelectorAll("[data-process-row]")].map((row) => [row.dataset.processRow, row]));
    for (const each of processes) showRow(rows.get(keyOf(each)), each);
    if (rows.size !== processes.length || processes.some((each) => !rows.has(keyOf(each)))) refreshRows();
  }

  /** What the apps use, in the order that the table is in. */
  function rows(list) {
    const table = root.querySelector("[data-sort]");
    if (!table) return;
    const found = list.map((each) => [table.querySelector(`[data-app="${each.id}"]`), each]).filter(([row]) => row);
    for (const [row, each] of found) showRow(row, each);
    const by = SORTS[table.dataset.sort];
    const value = (row) => Number(row.dataset[table.dataset.sort] ?? 0);
    if (!by || table.contains(document.activeElement)) return; // nothing moves under the keyboard
    const body = table.tBodies[0];
    const wanted = [...body.rows].sort((a, b) => value(b) - value(a));
    wanted.forEach((row, index) => body.rows[index] === row || body.insertBefore(row, body.rows[index]));
  }

  if (root.dataset.rows === "all") setInterval(() => document.hidden || refreshRows(), EVERY_MS);

  return { show, rows };
}

const keyOf = ({ process, container }) => process ?? container;

/** The rows as the server draws them now; not more often than a sample may bring others. */
async function refreshRows() {
  if (performance.now() - refreshRows.at < SOONEST_MS) return;
  refreshRows.at = performance.now();
  const answer = await fetch(location.href, { credentials: "same-origin", headers: { Accept: "text/html" } }).catch(() => null);
  if (!answer?.ok || answer.redirected) return; // what is wrong is told by the readings
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById(ROWS);
  if (fresh) morph(document.getElementById(ROWS), fresh);
}
refreshRows.at = -Infinity;

/** `fact` is a path in the reading, `unit` how its number is written. */
function factOf({ fact, unit }, reading) {
  const value = fact.split(".").reduce((inside, name) => inside?.[name], reading);
  return words(value, unit);
}

function showCores(root, each) {
  each.forEach((value, index) => {
    const core = root.querySelector(`[data-core="${index}"]`);
    if (!core) return;
    core.setAttribute("aria-valuenow", value.toFixed(1));
    core.querySelector(".core-value").setAttribute("width", Math.min(value, 100).toFixed(1));
    setText(core.querySelector(".core-words"), `${value.toFixed(0)} %`);
  });
}

function showRow(row, each) {
  if (!row) return;
  row.dataset.cpu = each.cpu_percent;
  row.dataset.memory = each.memory_usage;
  for (const cell of row.querySelectorAll("[data-cell]")) setText(cell, factOf({ fact: cell.dataset.cell, unit: cell.dataset.unit }, each));
}

function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
