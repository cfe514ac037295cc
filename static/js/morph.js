/**
 * Makes an element equal to another one by changing only what differs: elements stay, and with them the focus, a selection,
 * what was typed and what was opened. Children that carry an id, data-app or data-deployment are known by it; the others by
 * their place.
 */
import { refresh } from "./time-ago.js";

const TYPED = "input, textarea, select";

/** Does not change `fresh`'s document but takes what is new out of it. */
export function morph(element, fresh) {
  if (element.isEqualNode(fresh)) return;
  if (element.localName === "time" && element.dateTime === fresh.dateTime) return; // its words are told by time-ago.js
  morphAttributes(element, fresh);
  morphChildren(element, fresh);
  if (element.localName === "time") refresh(element);
}

function morphAttributes(element, fresh) {
  for (const { name } of [...element.attributes]) {
    if (!fresh.hasAttribute(name) && !isTheReaders(element, name)) element.removeAttribute(name);
  }
  for (const { name, value } of fresh.attributes) {
    if (element.getAttribute(name) !== value && !isTheReaders(element, name)) element.setAttribute(name, value);
  }
}

/** What the reader has done is not the server's to undo. */
function isTheReaders(element, name) {
  if (name === "open") return element.localName === "details" || element.localName === "dialog";
  return element.matches(TYPED) && (name === "value" || name === "checked") && isTouched(element);
}

const isTouched = (field) => field === document.activeElement || field.value !== field.defaultValue || field.checked !== field.defaultChecked;

function morphChildren(element, fresh) {
  if (element.matches("textarea") && isTouched(element)) return;
  const known = new Map([...element.children].filter(keyOf).map((child) => [keyOf(child), child]));
  let at = element.firstChild;
  for (const wanted of [...fresh.childNodes]) {
    const key = keyOf(wanted);
    const match = key ? known.get(key) : isAlike(at, wanted) ? at : null;
    if (!match) element.insertBefore(wanted, at);
    else if (match === at) at = at.nextSibling;
    else element.insertBefore(match, at);
    if (match) morphNode(match, wanted);
  }
  while (at) {
    const next = at.nextSibling;
    at.remove();
    at = next;
  }
}

const keyOf = (node) => node.id || node.dataset?.app || node.dataset?.deployment || "";
const isAlike = (node, wanted) => node && node.nodeName === wanted.nodeName && !keyOf(node);

function morphNode(node, wanted) {
  if (node.nodeType === Node.ELEMENT_NODE) morph(node, wanted);
  else if (node.nodeValue !== wanted.nodeValue) node.nodeValue = wanted.nodeValue;
}
