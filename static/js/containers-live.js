// Keeps the list of containers as the server says it is. Rows are kept by id and only what differs is written, so that
// nothing flickers, and the filter, the focus and a selection stay. All words come from the server.

import { createConnection, loginAddress } from "./connection.js";
import { showState } from "./container-state.js";
import { refresh } from "./time-ago.js";

const ROW_FIELDS = { name: "name", detail: "detail", image: "image_short", ports: "ports_short", cpu: "cpu", memory: "memory" };

export function attach(root) {
  const table = root.querySelector("table");
  const templates = Object.fromEntries([...root.querySelectorAll("template")].map((each) => [each.dataset.name, each]));
  const notice = root.querySelector("[data-field='notice']");
  const words = root.querySelector("[data-field='notice-words']");
  const countdown = root.querySelector("[data-field='countdown']");
  let saidAt = Date.now();
  let newest = null;
  let ticking = 0;

  function show(listing) {
    root.dataset.shows = listing.shows;
    setText(root.querySelector("[data-field='engine-message']"), listing.engine.message);
    setText(document.getElementById("containers-summary"), listing.summary);
    table.classList.toggle("no-usage", !listing.has_usage);
    showGroups(table, templates, listing.groups);
    table.dispatchEvent(new CustomEvent("rows-changed"));
    tellEngine(listing.engine);
    warn(listing.engine.ok ? "" : `${listing.engine.message} What stands here is the last that it said.`);
    saidAt = Date.now();
  }

  /** Say in the notice why the rows may be out of date; an empty sentence takes it away. */
  function warn(sentence, rest = "") {
    root.classList.toggle("is-stale", sentence !== "");
    notice.hidden = sentence === "" || (root.dataset.shows === "unreachable" && rest === "");
    setText(words, sentence);
    setText(countdown, rest);
  }

  function changed({ state, until }) {
    clearInterval(ticking);
    if (state === "lost") {
      ticking = setInterval(lost, 1000, until);
      lost(until);
    } else if (!notice.hidden) setText(countdown, "Trying now.");
  }

  function lost(until) {
    tellEngine({ ok: null, message: "The dashboard does not answer." });
    const since = new Date(saidAt).toLocaleTimeString();
    const seconds = Math.max(0, Math.ceil((until - Date.now()) / 1000));
    warn(`The dashboard does not answer. What stands here was true at ${since}.`, `Trying again in ${seconds} s.`);
  }

  function drawNewest() {
    if (newest) show(newest);
    newest = null;
  }

  const connection = createConnection({
    namespace: "/containers",
    ready() {
      clearInterval(ticking);
      connection.succeeded();
      connection.socket.emit("watch", {});
    },
    changed,
    signedOut: () => location.assign(loginAddress(root.dataset.login)),
    forbidden: warn,
  });
  connection.socket.on("containers", (listing) => {
    if (newest === null) requestAnimationFrame(drawNewest);
    newest = listing;
  });
  connection.open();
}

function showGroups(table, templates, groups) {
  const bodies = new Map([...table.tBodies].map((body) => [body.dataset.project, body]));
  const rows = new Map([...table.querySelectorAll(".container-row")].map((row) => [row.dataset.id, row]));
  const shown = groups.map((group) => {
    const body = bodies.get(group.name) ?? made(templates.group);
    body.dataset.project = group.name;
    setText(field(body, "project"), group.name || "Without a project");
    setText(field(body, "summary"), group.summary);
    place(body, [body.querySelector(".group-head"), ...group.rows.map((each) => showRow(rows.get(each.id) ?? made(templates.row), each))]);
    return body;
  });
  place(table, [table.tHead, ...shown]);
}

function showRow(element, row) {
  element.dataset.id = row.id;
  element.dataset.filterText = row.search;
  for (const [name, key] of Object.entries(ROW_FIELDS)) setText(field(element, name), row[key]);
  setAttribute(field(element, "name"), "href", row.logs_url);
  setAttribute(field(element, "name"), "title", row.name);
  setAttribute(field(element, "status"), "title", row.status);
  setAttribute(field(element, "image"), "title", row.image);
  setAttribute(field(element, "ports"), "title", row.ports);
  showState(element.querySelector(".state"), row.word);
  showSince(field(element, "since"), row);
  showApp(field(element, "app"), field(element, "adopt"), row);
  return element;
}

function showApp(link, adopt, row) {
  setText(link, row.app);
  setAttribute(link, "href", row.app_url);
  setAttribute(link, "title", row.app);
  link.hidden = row.app === "";
  if (!adopt) return;
  setAttribute(adopt, "value", row.name);
  setAttribute(adopt, "aria-label", `Adopt ${row.name}`);
  adopt.hidden = !row.can_be_adopted;
}

function showSince(time, row) {
  if (time.dateTime === row.since_iso) return;
  time.dateTime = row.since_iso;
  setText(time, row.since_words);
  refresh(time);
}

/** Make `children` the children of `parent`, in this order, moving only what is not in its place. */
function place(parent, children) {
  const wanted = new Set(children);
  for (const child of [...parent.children]) if (!wanted.has(child)) child.remove();
  children.forEach((child, index) => {
    if (parent.children[index] !== child) parent.insertBefore(child, parent.children[index] ?? null);
  });
}

const tellEngine = (detail) => document.dispatchEvent(new CustomEvent("engine-state", { detail }));
const made = (template) => template.content.firstElementChild.cloneNode(true);
const field = (element, name) => element.querySelector(`[data-field="${name}"]`);

function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

function setAttribute(element, name, value) {
  if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}
