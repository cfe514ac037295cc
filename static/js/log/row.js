/**
 * The elements of one row and of one marker. Rows have no listeners of their own: the viewer listens on the list.
 *
 * What a row shows is worked out once, when it is drawn, and kept on its item: `plain` for searching and copying,
 * `json` when it folds, `isLong` or `isOverwritten` when there is more to see than is shown.
 */
import { readJson, treeOf } from "./json-line.js";
import { levelOf, WORDS } from "./level.js";
import { fill } from "./row-text.js";
import { clip, plain, sizeOf, tidy, wasOverwritten, withSigns } from "./text.js";
import { longTime, shortTime } from "./time.js";

export const SHOWN_CHARACTERS = 2000;
const READ_CHARACTERS = 16_000; // of a long line's beginning: enough for what is shown and the colours in it
const LEVEL_WIDTH = 6;
const COLOURS = 8;
const shape = makeShape();

/** Reads level and JSON of a line once, before it is known whether the line will be shown. */
export function study(row) {
  if (row.level !== undefined) return row;
  const { text } = row;
  row.isOverwritten = wasOverwritten(text);
  row.shown = tidy(row.isOverwritten ? text : text.length > READ_CHARACTERS ? clip(text, READ_CHARACTERS) : text);
  row.plain = plain(row.shown);
  row.json = text.length > READ_CHARACTERS ? null : readJson(row.plain);
  row.level = row.json?.level || levelOf(row.plain);
  row.isLong = row.plain.length > SHOWN_CHARACTERS || text.length > READ_CHARACTERS;
  return row;
}

/** The line as it was written, without colours: what is copied. */
export const wholeText = (row) => withSigns(plain(tidy(row.text)));

export function drawRow(row, { time, foldsJson }) {
  const element = shape.cloneNode(true);
  const [timeCell, processCell, levelCell] = element.children;
  Object.assign(element.dataset, { position: row.position, stream: row.stream, process: row.process });
  timeCell.textContent = shortTime(row.time, time);
  processCell.textContent = row.process;
  processCell.className = `log-process log-process-${hash(row.process) % COLOURS}`;
  if (row.level) element.dataset.level = row.level;
  levelCell.textContent = (WORDS[row.level] ?? (row.stream === "stderr" ? "stderr" : "")).padEnd(LEVEL_WIDTH);
  drawText(row, element, { foldsJson });
  return element;
}

/** Also draws anew, when the row is opened, closed or shown in another manner. */
export function drawText(row, element, { foldsJson }) {
  const cell = element.lastElementChild;
  element.classList.toggle("is-open", Boolean(row.isOpen));
  if (row.json && foldsJson) drawFolded(row, cell);
  else if (row.isOpen) drawWhole(row, cell);
  else drawShort(row, cell);
}

function drawShort(row, cell) {
  fill(cell, row.isLong ? clip(row.shown, shownLength(row)) : row.shown);
  if (row.isLong) cell.append("\u2026 ", toggle(`show all ${sizeOf(row.text.length)}`, "log-more", false));
  else if (row.isOverwritten) cell.append(" ", toggle("show what was overwritten", "log-more", false));
}

/** Sequences of colours take room in the text and none on the screen. */
const shownLength = (row) => SHOWN_CHARACTERS + Math.min(row.shown.length - row.plain.length, READ_CHARACTERS);

function drawWhole(row, cell) {
  fill(cell, row.isOverwritten ? plain(row.text) : tidy(row.text));
  cell.append(" ", toggle("show less", "log-more", true));
}

function drawFolded(row, cell) {
  const { message, fields, value } = row.json;
  const head = message ? clip(message, SHOWN_CHARACTERS) : clip(row.plain, SHOWN_CHARACTERS);
  fill(cell, head);
  cell.prepend(toggle("", "log-fold", Boolean(row.isOpen)));
  if (message && fields) cell.append(dim(` ${withSigns(fields)}`));
  if (row.isOpen) cell.append(treeOf(value));
}

function dim(text) {
  const element = document.createElement("span");
  element.className = "log-fields";
  element.textContent = text;
  return element;
}

function toggle(words, name, isOpen) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = name;
  button.textContent = words;
  button.setAttribute("aria-expanded", String(isOpen));
  if (!words) button.setAttribute("aria-label", "Details of this line");
  return button;
}

export function drawTime(row, time) {
  row.element.firstElementChild.textContent = shortTime(row.time, time);
}

export function describeTime(row) {
  row.element.firstElementChild.title = longTime(row.time);
}

/** A thin rule with words in it. A gap says how many lines it stands for, and offers them where their place is known. */
export function drawMarker(marker) {
  const element = document.createElement("div");
  element.className = "log-marker";
  element.dataset.kind = marker.kind;
  const words = document.createElement("span");
  words.textContent = marker.skipped ? gapWords(marker.skipped) : withSigns(marker.message ?? marker.kind);
  element.append(words);
  if (marker.time && !marker.skipped) words.append(` \u00b7 ${shortTime(marker.time, "local").slice(0, -4)}`);
  if (marker.skipped) element.dataset.skipped = marker.skipped;
  if (marker.skipped && marker.after) element.append(loader("Load them"));
  return element;
}

const gapWords = (skipped) =>
  `${skipped.toLocaleString("en")} ${skipped === 1 ? "line" : "lines"} skipped: the page could not keep up`;

function loader(words) {
  const button = document.createElement("button");
  Object.assign(button, { type: "button", className: "log-load", textContent: words });
  return button;
}

function makeShape() {
  const row = document.createElement("div");
  row.className = "log-row";
  for (const name of ["log-time", "log-process", "log-level", "log-text"]) {
    const cell = document.createElement("span");
    cell.className = name;
    row.append(cell);
  }
  return row;
}

function hash(text) {
  let sum = 0;
  for (let index = 0; index < text.length; index += 1) sum = (Math.imul(sum, 31) + text.charCodeAt(index)) >>> 0;
  return sum;
}
