/**
 * The newest reading: asked for over HTTP every 15 s, and sent by the server each second while live is on.
 *
 * Live is a wish that is kept; while its connection is lost, asking goes on.
 */
import { createConnection } from "../connection.js";

const EVERY_MS = 15_000;
const SILENT_MS = 10_000; // live, but nothing comes: then it is asked for all the same
const WORDS = { off: "Every 15 s", connecting: "Connecting", live: "Every second", lost: "Not connected, every 15 s" };
const KEY = "quayside-live-figures";

/** `show(reading)` with each; `rows(list)` with what all apps use; `lost(sentence)` when there is none to be had. */
export function createFeed(root, { show, rows, lost, signedOut }) {
  const { api, watch } = root.dataset;
  const wanted = JSON.parse(watch);
  const [control, word] = ['[data-part="live"]', '[data-part="live-word"]'].map((part) => root.querySelector(part));
  let connection = null;
  let isLive = false;
  let heardAt = -Infinity;

  async function ask() {
    const before = heardAt;
    const answer = await fetch(api, { credentials: "same-origin", cache: "no-store" }).catch(() => null);
    if (answer?.status === 401) return signedOut();
    const reading = await answer?.json().catch(() => null);
    if (heardAt !== before) return undefined; // something newer has come meanwhile
    if (answer?.ok && reading) return show(reading);
    return lost(reading?.error?.message ?? "The dashboard does not answer.");
  }

  function tick() {
    if (!document.hidden && !(isLive && performance.now() - heardAt < SILENT_MS)) ask();
  }

  function start() {
    connection = createConnection({
      namespace: "/metrics",
      ready() {
        connection.succeeded();
        for (const each of wanted) connection.socket.emit("watch", each, answered);
      },
      changed: ({ state, message }) => tell(state === "lost" ? "lost" : "connecting", message),
      signedOut,
      forbidden: (message) => tell("off", message),
    });
    for (const event of ["app", "host"]) connection.socket.on(event, heard);
    connection.socket.on("apps", rows);
    connection.socket.on("problem", ({ error }) => lost(error.message));
    connection.open();
  }

  function answered({ error } = {}) {
    if (!error) return;
    connection?.giveUp(error.message);
    lost(error.message);
  }

  function heard(reading) {
    heardAt = performance.now();
    if (!isLive) tell("live");
    show(reading);
  }

  function stop() {
    connection?.close();
    connection = null;
    tell("off");
    tick();
  }

  function tell(state, message = "") {
    isLive = state === "live";
    root.dataset.live = state;
    if (word.textContent !== WORDS[state]) word.textContent = WORDS[state];
    word.title = message;
  }

  function change() {
    keep(control.checked);
    if (control.checked) start();
    else stop();
  }

  control.addEventListener("change", change);
  setInterval(tick, EVERY_MS);
  document.addEventListener("visibilitychange", tick);
  if (control.checked) keep(true); // before this script was there
  else control.checked = kept();
  if (control.checked) start();
  else tell("off");
}

function kept() {
  try {
    return localStorage.getItem(KEY) === "on";
  } catch {
    return false;
  }
}

function keep(isOn) {
  try {
    localStorage.setItem(KEY, isOn ? "on" : "off");
  } catch {
    // Private windows of some browsers refuse: the choice then lasts as long as the page.
  }
}
