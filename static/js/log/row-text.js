/**
 * Fills an element with a line's text: colours as spans, addresses as links, unseen characters as signs. Text from a
 * container becomes text nodes and nothing else.
 */
import { hasColours, runsOf } from "./ansi.js";
import { hasUnseen, sign, UNSEEN, withSigns } from "./text.js";

const MOST_PARTS = 400; // links and signs in one line; past it signs are plain text and links are none
const ADDRESS = "https?://[^\\s\"'<>`\\\\^{|}\\x00-\\x20\\x7f-\\x9f\\u061c\\u200e\\u200f\\u2028-\\u202e\\u2060-\\u2069\\ufeff]+";
const PARTS = new RegExp(`(${ADDRESS})|(${UNSEEN.source})`, "g");
const TRAILING = /[.,;:!?'")\]}]+$/;

export function fill(element, text) {
  const isPlain = !hasUnseen(text) && !text.includes("://");
  if (isPlain) element.textContent = text; // most lines: one text node, no search
  else element.replaceChildren(...parts(text));
}

function parts(text) {
  const left = { parts: MOST_PARTS };
  if (!hasColours(text)) return pieces(text, left);
  return runsOf(text).flatMap((run) => (isBare(run) ? pieces(run.text, left) : [span(run, left)]));
}

const isBare = (run) => !run.classes.length && !run.colour && !run.ground;

function span(run, left) {
  const element = document.createElement("span");
  element.className = run.classes.join(" ");
  if (run.colour) element.style.color = `rgb(${run.colour})`;
  if (run.ground) element.style.backgroundColor = `rgb(${run.ground})`;
  element.append(...pieces(run.text, left));
  return element;
}

function pieces(text, left) {
  const nodes = [];
  let from = 0;
  for (const match of text.matchAll(PARTS)) {
    if ((left.parts -= 1) <= 0) break;
    if (match.index > from) nodes.push(text.slice(from, match.index));
    const piece = match[1] ? link(match[1]) : { node: mark(match[2]), length: match[2].length };
    nodes.push(piece.node);
    from = match.index + piece.length;
  }
  if (from < text.length) nodes.push(withSigns(text.slice(from)));
  return nodes;
}

/** A stop or a bracket after an address belongs to the sentence, unless the bracket was opened in the address. */
function link(address) {
  let target = address.replace(TRAILING, "");
  const rest = address.slice(target.length);
  if (rest.startsWith(")") && target.includes("(")) target += ")";
  if (!URL.canParse(target)) return { node: target, length: target.length };
  const element = document.createElement("a");
  Object.assign(element, { href: target, target: "_blank", rel: "noopener noreferrer", textContent: target });
  return { node: element, length: target.length };
}

function mark(character) {
  const element = document.createElement("span");
  element.className = "log-sign";
  element.textContent = sign(character);
  return element;
}
