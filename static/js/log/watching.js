/**
 * What the server says about the watch, and what follows from it: states, resuming, refusals, the way to the login page.
 */
import { createConnection, loginAddress } from "../connection.js";
import { createStream } from "./stream.js";
import { createSubject, tell } from "./subject.js";

const SESSION_OVER = "not_signed_in";
const NO_FILTER = { contains: undefined, regex: undefined, stream: undefined, process: undefined };
const PASSING = new Set(["unavailable", "too_many", SESSION_OVER]);

export function createWatching({ root, filter, state, hears }) {
  const { namespace, login } = root.dataset;
  const watched = JSON.parse(root.dataset.watch);
  const connection = createConnection({ namespace, ready, changed, signedOut, forbidden: stop });
  const subject = createSubject(watched, state);
  const handlers = { lines, status: subject.status, marker, end, problem };
  const stream = createStream({ connection, watched, filter: () => filter, handlers });

  function ready() {
    const { live, firstRequest } = hears();
    const position = live.received();
    if (position) return stream.start({ position }, hooks({ position }, () => {}));
    const { request, ignore } = firstRequest();
    return stream.start(request, hooks(request, () => live.restart({ ignore })));
  }

  function changed(how) {
    if (how.state === "lost") hears().slide.abandonJoin();
    state.show(how);
    tell("log-connection", how);
  }

  function signedOut() {
    location.assign(loginAddress(login));
  }

  /** `begin` runs when the server has said yes, before the first line of the new watch. */
  function watch(request, begin, refusal) {
    stream.watch(request, hooks(request, begin, refusal));
  }

  function hooks(request, begin, refusal) {
    return {
      begin(answer) {
        hears().controls.showProblem("stream", "");
        subject.answered(answer);
        tell("log-connection", { state: "live" });
        begin(answer);
      },
      refused: (error) => (refusal && error.kind === "invalid" ? refusal(error) : refused(request, error)),
    };
  }

  function refused(request, { kind, message }) {
    const { slide, live } = hears();
    slide.abandonJoin();
    if (PASSING.has(kind)) return connection.giveUp(message);
    if (!request.position) return stop(message);
    live.restart({}); // a position that the log no longer knows: begin at its end, and say so
    live.receiveMarker({ kind: "resynchronised", message: `${message} The log goes on from its newest lines.` });
    return watch({ tail: Number(root.dataset.tail) || 100 }, () => {});
  }

  function stop(message) {
    connection.close();
    state.show({ state: "ended", message });
    tell("log-connection", { state: "ended", message });
  }

  function lines(batch) {
    hears().live.receive(batch);
  }

  function marker(message) {
    hears().live.receiveMarker(message);
  }

  function end({ message }) {
    if (subject.ended) subject.ended();
    else stop(message);
  }

  function problem({ error }) {
    if (error.kind !== SESSION_OVER) hears().controls.showProblem("stream", error.message);
  }

  /** Changes which lines the server sends. When it refuses, everything stays as it was and the reason is shown. */
  function filtering({ jump, controls }) {
    return function applyFilter(change) {
      controls.showProblem("filter", "");
      if (Object.entries(change).every(([name, value]) => filter[name] === value)) return;
      const before = { ...filter };
      merge(filter, change);
      jump.refill((error) => {
        merge(filter, { ...NO_FILTER, ...before });
        controls.showFilter(filter);
        controls.showProblem("filter", error.message);
      });
    };
  }

  /** A failed REST call may be the first to learn that the session is over. */
  function failed(error) {
    if (error.status === 401) signedOut();
    else if (error.status === undefined) console.error("A part of the log could not be loaded.", error);
  }

  return { watch, filtering, failed, open: connection.open, retryNow: connection.retryNow, taken: stream.taken };
}

function merge(filter, change) {
  for (const [name, value] of Object.entries(change)) {
    if (value === undefined) delete filter[name];
    else filter[name] = value;
  }
}
