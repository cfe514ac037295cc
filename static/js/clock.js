/**
 * The server's time on a page, whatever the clock of this machine says, and times that tick.
 * The words are those of paas/web/shapes/steps.py and deployment_rows.py: change them together.
 */
const HIGHEST_SECONDS = 90; // below it a duration is told in seconds
const HIGHEST_MINUTES = 90;

/** `tick()` is called at each full second of what it was told to follow, while it is told to. */
export function createClock(tick) {
  let ahead = 0; // how far the server's clock is before performance.now()
  let timer = 0;

  const now = () => performance.now() / 1000 + ahead;

  function run(since) {
    stop();
    const passed = Math.max(0, now() - since);
    timer = setTimeout(() => (tick(), run(since)), 1000 - ((passed * 1000) % 1000) + 5);
  }

  function stop() {
    clearTimeout(timer);
  }

  return {
    now, run, stop,
    /** A message that has just come says what time it is there. */
    set: (moment) => (ahead = moment - performance.now() / 1000),
  };
}

/** Seconds since 1970 of an RFC 3339 time, null of none. */
export const seconds = (time) => (time ? Date.parse(time) / 1000 : null);

/** 00:42, 1:02:03 */
export function clockWords(passed) {
  const whole = Math.max(0, Math.floor(passed));
  const two = (number) => String(number).padStart(2, "0");
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return `${hours ? `${hours}:` : ""}${two(minutes)}:${two(rest)}`;
}

/** 3 s, 4 min, 2 h */
export function durationWords(passed) {
  if (passed < HIGHEST_SECONDS) return `${Math.max(0, Math.round(passed))} s`;
  return passed < HIGHEST_MINUTES * 60 ? `${Math.round(passed / 60)} min` : `${Math.round(passed / 3600)} h`;
}
