/**
 * Makes a raw line fit for a page: escape sequences that mean no colour go, what cannot be seen gets a visible sign.
 * Pure: strings in, strings out. The regular expressions run in linear time whatever the line holds.
 */
import { overwritten } from "./terminal-line.js";

/** Operating system commands (titles, links), device strings, character sets, keypad modes: nothing of a log. */
const OTHER_ESCAPES = /\x1b(?:[\]PX^_][^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)|[()*+\-./ #%][\x20-\x7e]|[=>78cDEHMNOZ])/g;
const COLON_COLOUR = /\x1b\[([\d;:]*:[\d;:]*)m/g;
const ESCAPES = /\x1b\[[\x30-\x3f]*[\x20-\x2f]*[\x40-\x7e]/g;

/** Control characters (a tab is none), marks that change the direction of text, separators that break a line. */
export const UNSEEN = /[\x00-\x08\x0a-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2060\u2066-\u2069\ufeff]/g;
const HAS_UNSEEN = new RegExp(UNSEEN.source);

export const hasUnseen = (text) => HAS_UNSEEN.test(text);

/** The line with its colours and nothing else of a terminal's language; what `\r` wrote over is gone, as on a terminal. */
export function tidy(raw) {
  let text = raw.endsWith("\r") ? raw.slice(0, -1) : raw;
  if (text.includes("\x1b")) text = text.replace(OTHER_ESCAPES, "").replace(COLON_COLOUR, semicolons);
  return wasOverwritten(text) ? overwritten(text) : text;
}

export const wasOverwritten = (text) => /[\r\b]/.test(text.endsWith("\r") ? text.slice(0, -1) : text);

/** `38:2:<space>:r:g:b` and `38:2:r:g:b` are the standard's own way to write what most write with semicolons. */
function semicolons(_, codes) {
  const parts = codes.split(";").map((part) => {
    const numbers = part.split(":");
    if (numbers[1] === "2" && numbers.length > 5) numbers.splice(2, 1);
    return numbers[0] === "4" ? (numbers[1] === "0" ? "24" : "4") : numbers.join(";");
  });
  return `\x1b[${parts.join(";")}m`;
}

/** Without any escape sequence: for searching, copying, finding the level. */
export function plain(text) {
  return text.includes("\x1b") ? text.replace(ESCAPES, "") : text;
}

/** The sign that stands for an unseen character: Unicode's control pictures, else its number. */
export function sign(character) {
  const code = character.codePointAt(0);
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  if (code === 0x7f) return "\u2421";
  return `[U+${code.toString(16).toUpperCase().padStart(4, "0")}]`;
}

export const withSigns = (text) => (hasUnseen(text) ? text.replace(UNSEEN, sign) : text);

/** At most `limit` characters, never half a surrogate pair. */
export function clip(text, limit) {
  if (text.length <= limit) return text;
  const isPair = (text.charCodeAt(limit - 1) & 0xfc00) === 0xd800;
  return text.slice(0, isPair ? limit - 1 : limit);
}

export function sizeOf(characters) {
  if (characters < 1024) return `${characters} characters`;
  if (characters < 1000 * 1024) return `${Math.round(characters / 1024)} KB`;
  return `${(characters / 1024 / 1024).toFixed(1)} MB`;
}
