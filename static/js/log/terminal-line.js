/**
 * What a terminal would show at the end of a line that was written over: progress bars with `\r`, backspaces, erasing.
 * Pure. Colours are kept: each cell knows the sequences in force when it was written.
 */
const PARTS = /\x1b\[([\x30-\x3f]*)[\x20-\x2f]*([\x40-\x7e])|\r|\x08|[\s\S]/gu;
const LONGEST = 20_000; // of a line whose end is what counts
const WIDEST = 4_000;

export function overwritten(text) {
  const line = { cells: [], column: 0, colour: "" };
  for (const [part, codes, command] of text.slice(-LONGEST).matchAll(PARTS)) {
    if (command) obey(line, command, codes);
    else if (part === "\r") line.column = 0;
    else if (part === "\b") line.column = Math.max(0, line.column - 1);
    else if (line.column < WIDEST) line.cells[line.column++] = { text: part, colour: line.colour };
  }
  return written(line.cells);
}

function obey(line, command, codes) {
  const number = Math.min(Number.parseInt(codes, 10) || 0, WIDEST);
  if (command === "m") line.colour = isReset(codes) ? "" : (line.colour + `\x1b[${codes}m`).slice(-200);
  else if (command === "K") erase(line, number);
  else if (command === "G") line.column = Math.max(0, number - 1);
  else if (command === "C") line.column = Math.min(WIDEST, line.column + (number || 1));
  else if (command === "D") line.column = Math.max(0, line.column - (number || 1));
}

const isReset = (codes) => codes === "" || codes === "0";

function erase(line, what) {
  if (what === 0) line.cells.length = Math.min(line.cells.length, line.column);
  else if (what === 2) line.cells.length = 0;
  else for (let column = 0; column <= line.column; column += 1) delete line.cells[column];
}

function written(cells) {
  let text = "";
  let colour = "";
  for (let column = 0; column < cells.length; column += 1) {
    const cell = cells[column] ?? { text: " ", colour: "" };
    if (cell.colour !== colour) text += `\x1b[0m${cell.colour}`;
    colour = cell.colour;
    text += cell.text;
  }
  return text;
}
