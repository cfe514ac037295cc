/**
 * One Socket.IO connection that comes back by itself, and knows when it must not.
 *
 * Socket.IO's own reconnect is off: it neither counts down where people can see it, nor asks whether the session still
 * lives. A refused upgrade reaches a page as a plain failure, so after every failure the server is asked over HTTP.
 */
import { io } from "../vendor/socket.io/socket.io.esm.min.js";

const PAUSES_SECONDS = [1, 2, 4, 8, 16, 30];
const JITTER = 0.1; // of the pause, to either side: viewers of a restarted dashboard must not come back in step
const CONNECT_MS = 10_000;

/**
 * `changed({state: "connecting" | "lost", message?, until?})`: `until` is the time of the next try. `forbidden(message)`:
 * this person may not, or no longer, see it, and there will be no more tries.
 */
export function createConnection({ namespace, ready, changed, signedOut, forbidden }) {
  const socket = io(namespace, {
    autoConnect: false,
    forceNew: true,
    reconnection: false,
    timeout: CONNECT_MS,
    transports: ["websocket", "polling"],
    tryAllTransports: true,
  });
  let failures = 0;
  let timer = 0;
  let isOver = false;

  function open() {
    if (isOver || socket.connected) return;
    clearTimeout(timer);
    timer = 0;
    changed({ state: "connecting" });
    socket.connect();
  }

  async function fail(message) {
    if (isOver || timer) return;
    const pause = pauseAfter(failures++);
    timer = setTimeout(open, pause);
    changed({ state: "lost", message, until: Date.now() + pause });
    if (!(await sessionHasEnded()) || isOver) return;
    close();
    signedOut();
  }

  function close() {
    isOver = true;
    clearTimeout(timer);
    socket.disconnect();
  }

  function refuse(message) {
    close();
    forbidden(message);
  }

  /** The network or the tab came back: what failed until now says nothing about the next try. */
  function hurry() {
    if (!timer) return;
    failures = 0;
    open();
  }

  socket.on("connect", ready);
  socket.on("disconnect", () => fail("The connection to the dashboard was lost."));
  socket.on("connect_error", ({ data }) => {
    socket.disconnect();
    if (data?.kind === "forbidden") refuse(data.message);
    else fail("The dashboard does not answer.");
  });
  window.addEventListener("online", hurry);
  document.addEventListener("visibilitychange", () => document.hidden || hurry());

  return {
    socket, open, close,
    succeeded: () => (failures = 0),
    /** Connected, but of no use (the watch was not answered): begin again after the usual pause. */
    giveUp(message) {
      socket.disconnect();
      fail(message);
    },
    retryNow: () => timer && open(),
  };
}

export function pauseAfter(failures, random = Math.random) {
  const seconds = PAUSES_SECONDS[Math.min(failures, PAUSES_SECONDS.length - 1)];
  return Math.round(seconds * 1000 * (1 + JITTER * (2 * random() - 1)));
}

/** Only a clear 401 ends a session: a server that cannot be reached says nothing about it. */
async function sessionHasEnded() {
  try {
    const response = await fetch("/api/v1/session", { credentials: "same-origin", cache: "no-store" });
    return response.status === 401;
  } catch {
    return false;
  }
}

/** The login page, with the way back to this very page and line. */
export function loginAddress(login) {
  const url = new URL(login || "/login", location.href);
  url.searchParams.set("next", location.pathname + location.search + location.hash);
  return url.href;
}
