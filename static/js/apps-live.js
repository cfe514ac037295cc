/**
 * Keeps what a page says of apps as the server says it: states, deployments, what can be done.
 *
 * The server says that an app has changed; the page is then asked for anew, and each part that carries data-refreshed and
 * an id is made equal to what it is there. So live and after a reload the same is shown. The element itself may name one
 * app (data-app) whose changes are all that counts for it, and carries data-login; data-is-answer says that the page is the
 * answer to a form that was refused: it cannot be asked for anew, and what is wrong with the form must stay.
 */
import { createConnection, loginAddress } from "./connection.js";
import { attachBehaviours } from "./main.js";
import { morph } from "./morph.js";

const SOON_MS = 60; // several changes at once are one
const PAUSE_MS = 700; // between two askings, however much changes
const RETRY_MS = 4000;

export function attach(root) {
  const notice = createNotice(root);
  const isAnswer = root.dataset.isAnswer !== undefined;
  let timer = 0;
  let askedAt = -Infinity;
  let isAsking = false;
  let isWanted = false;

  function askSoon(pause = SOON_MS) {
    if (isAnswer) return;
    isWanted = true;
    if (isAsking || document.hidden) return;
    clearTimeout(timer);
    timer = setTimeout(ask, Math.max(pause, askedAt + PAUSE_MS - performance.now()));
  }

  async function ask() {
    isWanted = false;
    isAsking = true;
    askedAt = performance.now();
    const isDone = await refreshPage().catch(() => false);
    isAsking = false;
    if (!isDone) askSoon(RETRY_MS);
    else if (isWanted) askSoon();
  }

  /** False when it is worth another try. */
  async function refreshPage() {
    const answer = await fetch(location.href, { credentials: "same-origin", headers: { Accept: "text/html" } });
    if (answer.redirected || answer.status === 404) return location.reload(); // signed out, renamed or deleted
    if (!answer.ok) return false;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    refreshParts(document.querySelectorAll("[data-refreshed]"), fresh);
    return true;
  }

  function changed({ apps }) {
    const { app } = root.dataset;
    if (!app || apps.includes(Number(app)) || isBesides(apps)) askSoon();
  }

  const connection = createConnection({
    namespace: "/apps",
    ready() {
      connection.succeeded();
      connection.socket.emit("watch", {});
      notice.hide();
      markStale(false);
      askSoon(); // what changed between the page and now
    },
    changed(how) {
      if (how.state !== "lost") return;
      markStale(true);
      notice.show(how.until);
    },
    signedOut: () => location.assign(loginAddress(root.dataset.login)),
    forbidden: () => {},
  });
  connection.socket.on("changed", changed);
  document.addEventListener("visibilitychange", () => isWanted && askSoon());
  connection.open();
}

/** Whether one of the apps is shown beside the one that the page is about: in the side. */
const isBesides = (apps) => apps.some((app) => document.querySelector(`[data-refreshed] [data-app="${app}"]`));

/** All parts first, for what comes in one may look for what comes in another. */
function refreshParts(parts, fresh) {
  for (const part of parts) {
    const wanted = fresh.getElementById(part.id);
    if (wanted) morph(part, wanted);
  }
  attachBehaviours(document);
  for (const table of document.querySelectorAll("[data-refreshed] table")) table.dispatchEvent(new CustomEvent("rows-changed"));
}

function markStale(isStale) {
  for (const part of document.querySelectorAll("[data-refreshed]")) part.classList.toggle("is-stale", isStale);
}

/** Says why what stands here may be out of date. Where the log viewer is, it says the same by itself. */
function createNotice(root) {
  const element = document.createElement("p");
  const words = document.createElement("span");
  const countdown = document.createElement("span");
  let timer = 0;
  element.className = "notice";
  element.hidden = true;
  words.setAttribute("role", "status");
  element.append(words, " ", countdown);
  if (!document.querySelector(".log-view")) root.append(element);

  function tick(until) {
    countdown.textContent = `Trying again in ${Math.max(0, Math.ceil((until - Date.now()) / 1000))} s.`;
  }

  return {
    show(until) {
      const sentence = "The dashboard does not answer. What stands here is the last that it said.";
      if (words.textContent !== sentence) words.textContent = sentence;
      element.hidden = false;
      clearInterval(timer);
      timer = setInterval(tick, 1000, until);
      tick(until);
    },
    hide() {
      clearInterval(timer);
      element.hidden = true;
      words.textContent = "";
    },
  };
}
