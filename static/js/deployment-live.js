/**
 * One deployment's page, kept as the server says it is: status, stages, progress, times, what can be done now.
 *
 * The log viewer on the same page has the connection and passes on what it hears: "deployment-status" and
 * "log-connection" on the document. Beside what fields.js fills, the macros have drawn data-live="elapsed", "progress",
 * "progress-words", "steps" and "announced". A form with data-quiet is sent without leaving the page.
 */
import { clockWords, createClock, durationWords, seconds } from "./clock.js";
import { fill, place, setAttribute, setText, showIcon } from "./fields.js";

const ANNOUNCE_MS = 1000; // stages that pass quicker are told as one
const ENDS = new Set(["success", "failed", "cancelled", "interrupted"]);

export function attach(root) {
  const find = (name) => root.querySelector(`[data-live="${name}"]`);
  const [elapsed, bar, percent, list, announcer] = ["elapsed", "progress", "progress-words", "steps", "announced"].map(find);
  const title = document.title;
  const clock = createClock(tick);
  let last = null;
  let announcing = 0;

  function show(message) {
    const isNews = message.status !== root.dataset.status || message.stage !== root.dataset.stage;
    last = message;
    clock.set(seconds(message.now));
    Object.assign(root.dataset, { status: message.status, stage: message.stage });
    fill(root, { ...message, ...message.page });
    showProgress(message.progress);
    showSteps(message.page.steps);
    tick();
    isRunning() ? clock.run(seconds(message.started_at)) : clock.stop();
    document.title = `${message.status} \u00b7 ${title}`;
    if (isNews) announce(message);
  }

  const isRunning = () => last?.started_at && !ENDS.has(last.status);

  function showProgress(progress) {
    setAttribute(bar, "aria-valuenow", progress);
    setAttribute(bar.querySelector("rect"), "width", `${progress}%`);
    setText(percent, `${progress} %`);
  }

  function showSteps(steps) {
    const elements = new Map([...list.children].map((element) => [element.dataset.stage, element]));
    for (const step of steps) showStep(elements.get(step.stage), step);
    place(list, steps.map(({ stage }) => elements.get(stage)));
  }

  function tick() {
    if (!last) return;
    const began = seconds(last.started_at);
    setText(elapsed, began ? clockWords((seconds(last.ended_at) ?? clock.now()) - began) : "");
    for (const { stage, since, seconds: before } of last.page.steps) {
      if (since === null) continue;
      const time = list.querySelector(`.step[data-stage="${stage}"] .step-time`); // the root has a data-stage too
      setText(time, durationWords(before + clock.now() - since));
    }
  }

  /** Politely and late, so that of several changes at once the last is said. */
  function announce({ status, page }) {
    clearTimeout(announcing);
    const words = ENDS.has(status) ? page.row.error : page.row.stage_words;
    announcing = setTimeout(() => setText(announcer, [`Deployment ${status}`, words].filter(Boolean).join(": ")), ANNOUNCE_MS);
  }

  /** Without a connection nobody knows: what stands is drawn as unknown is, and no time runs on. */
  function connectionChanged({ state }) {
    const isLost = state === "lost";
    if (isLost) clock.stop();
    if (state !== "connecting") root.classList.toggle("is-stale", isLost && !ENDS.has(root.dataset.status));
  }

  async function send(event) {
    const form = event.target.closest("form[data-quiet]");
    if (!form) return;
    event.preventDefault();
    const buttons = form.querySelectorAll("button");
    for (const button of buttons) button.disabled = true;
    const isDone = await sent(form);
    for (const button of buttons) button.disabled = false;
    if (!isDone) form.submit(); // the server's own page says what is wrong
  }

  document.addEventListener("deployment-status", ({ detail }) => {
    if (String(detail.deployment_id) === root.dataset.deployment) show(detail);
  });
  document.addEventListener("log-connection", ({ detail }) => connectionChanged(detail));
  root.addEventListener("submit", send);
}

function showStep(element, { state, state_words, lasted }) {
  setText(element.querySelector(".step-time"), lasted);
  if (element.dataset.state === state) return;
  element.dataset.state = state;
  setText(element.querySelector(".step-state"), state_words);
  showIcon(element, `step-${state}`);
  if (state === "now") element.setAttribute("aria-current", "step");
  else element.removeAttribute("aria-current");
}

/** Whether the server took it: it answers with a way back to this page, which is not followed. */
async function sent(form) {
  try {
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form), redirect: "manual", credentials: "same-origin" });
    return answer.ok || answer.type === "opaqueredirect";
  } catch {
    return false;
  }
}
