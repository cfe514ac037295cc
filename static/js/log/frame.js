/**
 * Runs one drawing at the next animation frame, however often it is asked for.
 *
 * A hidden tab gets no frames and its timers are held back to one a minute, but tasks of a message channel still run:
 * there the drawing goes on through one. So a tab in the background loses nothing and its memory stays bounded, at the
 * price of building rows that nobody looks at (never of measuring them: see live.js).
 */
export function createFrame(draw) {
  const channel = new MessageChannel();
  let due = false;

  function run() {
    if (!due) return;
    due = false;
    draw();
  }

  function wake() {
    if (document.hidden) channel.port2.postMessage(0);
    else requestAnimationFrame(run);
  }

  channel.port1.onmessage = run;
  document.addEventListener("visibilitychange", () => {
    if (due) wake();
  });

  return function request() {
    if (due) return;
    due = true;
    wake();
  };
}
