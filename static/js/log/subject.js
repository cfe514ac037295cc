/**
 * What the log is of: a container, an app or a deployment. Tells the page what the server says of it.
 *
 * Whatever stands beyond the viewer listens on the document: "container-state" (a word), "deployment-status" (the
 * server's message), "log-connection" ({state, message, until}).
 */
const RUNNING = new Set(["running", "paused", "restarting"]);
const IS_OVER = "The deployment is over: this is all of its log.";

/** `watch` is what the server is asked for. */
export function createSubject(watch, state) {
  return watch.deployment === undefined ? ofContainers(watch, state) : ofDeployment(state);
}

function ofContainers(watch, state) {
  const isOne = watch.container !== undefined;

  function answered({ container }) {
    if (!container) return state.show({ state: "live" });
    tellState(container);
    const isRunning = RUNNING.has(container.state);
    return state.show({ state: isRunning ? "live" : "ended", message: isRunning ? "" : container.status });
  }

  function status({ state: name, message, container }) {
    if (container || name === "ended") tellState(container ?? { word: "unknown" }); // removed: no state is true any more
    state.show({ state: name, message: message || (name === "ended" ? container?.status : "") || "" });
  }

  const tellState = ({ word }) => isOne && tell("container-state", word);

  return { answered, status };
}

/** The connection stays after the end of the log: a search through it is answered by the server. */
function ofDeployment(state) {
  let hasEnded = false;

  function show() {
    state.show(hasEnded ? { state: "ended", message: IS_OVER } : { state: "live" });
  }

  function ended() {
    hasEnded = true;
    show();
  }

  return { answered: show, status: (message) => tell("deployment-status", message), ended };
}

export function tell(name, detail) {
  document.dispatchEvent(new CustomEvent(name, { detail }));
}
