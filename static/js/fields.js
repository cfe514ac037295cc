/**
 * Fills a part of a page with what the server says of it. All words come from the server. Only what differs is written,
 * so that nothing flickers, and the focus, a selection and a reader's place stay.
 *
 * data-field="row.title"   shows the value at that path: as a state, a status, a moment or a text, as the element is
 * data-shown="can_cancel"  is hidden while the value is empty or false
 * data-href, data-hint     the address that a link leads to; the words on hover
 */
import { showState } from "./container-state.js";
import { refresh } from "./time-ago.js";

export function fill(root, values) {
  for (const element of root.querySelectorAll("[data-field]")) put(element, at(values, element.dataset.field));
  for (const element of root.querySelectorAll("[data-shown]")) element.hidden = !at(values, element.dataset.shown);
  for (const element of root.querySelectorAll("[data-href]")) setAttribute(element, "href", at(values, element.dataset.href));
  for (const element of root.querySelectorAll("[data-hint]")) setAttribute(element, "title", at(values, element.dataset.hint));
}

/** The value at a path, undefined where the values do not reach so far. */
const at = (values, path) => path.split(".").reduce((value, name) => value?.[name], values);

function put(element, value) {
  if (value === undefined) return; // a field that somebody else fills
  if (element.localName === "time") showMoment(element, value ?? "");
  else if (element.classList.contains("deployment-state")) showStatus(element, value);
  else if (element.classList.contains("state")) showState(element, value);
  else setText(element, String(value ?? ""));
}

/** Make what templates/parts/_deployment_state.html has drawn show another status. */
function showStatus(element, status) {
  if (element.dataset.status === status) return;
  element.dataset.status = status;
  setText(element.querySelector(".state-word"), status);
  showIcon(element, `status-${status}`);
}

export function showIcon(element, name) {
  const use = element.querySelector("use");
  setAttribute(use, "href", use.getAttribute("href").replace(/#.*/, `#${name}`));
}

function showMoment(time, iso) {
  if (time.dateTime === iso) return;
  time.dateTime = iso;
  if (iso) refresh(time);
  else setText(time, "");
}

export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

export function setAttribute(element, name, value) {
  if (value !== undefined && element.getAttribute(name) !== String(value)) element.setAttribute(name, value);
}

/** Make `children` the children of `parent`, in this order, moving only what is not in its place. */
export function place(parent, children) {
  const wanted = new Set(children);
  for (const child of [...parent.children]) if (!wanted.has(child)) child.remove();
  children.forEach((child, index) => {
    if (parent.children[index] !== child) parent.insertBefore(child, parent.children[index] ?? null);
  });
}
