/**
 * Colours of a line: text with SGR sequences in, runs of text with their classes and colours out. anser reads the
 * sequences; nothing of its HTML is used. The number of runs is bounded: past it a line goes on without colours.
 */
import Anser from "../../vendor/anser/anser.js";

const MOST_RUNS = 200;
const SEQUENCE = /\x1b\[[\x30-\x3f]*[\x20-\x2f]*[\x40-\x7e]/g;
const DARKEST = 90; // a colour below this brightness (0 to 255) could not be read on the log's ground
const STEPS = [0, 95, 135, 175, 215, 255];

export const hasColours = (text) => text.includes("\x1b[");

/** [{text, classes: [..], colour?, ground?}]; colours are CSS colours for what no class can name. */
export function runsOf(text) {
  const cut = bombAt(text);
  const chunks = Anser.ansiToJson(text.slice(0, cut), { use_classes: true, remove_empty: true });
  const runs = chunks.map(run);
  if (cut < text.length) runs.push({ text: text.slice(cut).replace(SEQUENCE, ""), classes: [] });
  return runs;
}

/** Where the sequences become too many; anser's time grows with their square. */
function bombAt(text) {
  SEQUENCE.lastIndex = 0;
  for (let count = 0, match; (match = SEQUENCE.exec(text)); count += 1) if (count >= MOST_RUNS) return match.index;
  return text.length;
}

function run(chunk) {
  const classes = chunk.decorations.map((decoration) => `ansi-${decoration}`);
  const colour = paint(chunk.fg, chunk.fg_truecolor, "fg", classes);
  const ground = paint(chunk.bg, chunk.bg_truecolor, "bg", classes);
  return { text: chunk.content, classes, colour: colour && !chunk.bg ? legible(colour) : colour, ground };
}

/** Adds the class of one of the sixteen named colours; anything else comes back as [red, green, blue]. */
function paint(name, truecolor, side, classes) {
  if (!name) return null;
  if (name === "ansi-truecolor") return truecolor ? truecolor.split(",").map(Number) : null;
  if (name.startsWith("ansi-palette-")) return palette(Number(name.slice(13)));
  classes.push(`${name}-${side}`);
  return null;
}

/** xterm's 6 x 6 x 6 cube and its 24 greys. */
export function palette(index) {
  if (index >= 232) return Array(3).fill(8 + 10 * (index - 232));
  const cube = index - 16;
  return [STEPS[Math.floor(cube / 36)], STEPS[Math.floor(cube / 6) % 6], STEPS[cube % 6]];
}

function legible(colour) {
  const brightness = 0.299 * colour[0] + 0.587 * colour[1] + 0.114 * colour[2];
  return brightness >= DARKEST ? colour : colour.map((part) => Math.round(part + (DARKEST - brightness)));
}
