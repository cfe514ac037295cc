// Figures and moments in words; those of paas/web/shapes/charts.py and containers.py: change both together.

const UNITS = ["B", "KiB", "MiB", "GiB", "TiB"];
const NOTHING = "–";

export const percent = (value) => `${value.toFixed(value < 10 ? 1 : 0)} %`;

/** In the largest binary unit that leaves at least 1; a decimal below 10. */
export function binarySize(size) {
  let power = 0;
  for (; size >= 1024 && power < UNITS.length - 1; power++) size /= 1024;
  return `${size.toFixed(size < 10 && power ? 1 : 0)} ${UNITS[power]}`;
}

const FORMATS = {
  percent,
  bytes: binarySize,
  rate: (value) => `${binarySize(value)}/s`,
  plain: (value) => value.toFixed(2),
  count: String,
  duration,
};

export const words = (value, unit) => (value === null || value === undefined ? NOTHING : FORMATS[unit](value));

/** 25 s, 4 min, 2 h, 9 d */
export function duration(seconds) {
  for (const [length, unit, least] of [[86400, "d", 172800], [3600, "h", 5400], [60, "min", 90]]) {
    if (seconds >= least) return `${Math.round(seconds / length)} ${unit}`;
  }
  return `${Math.max(0, Math.round(seconds))} s`;
}

const format = (options) => new Intl.DateTimeFormat(undefined, { hourCycle: "h23", ...options });
const CLOCK = { hour: "2-digit", minute: "2-digit" };
const DAY = { day: "numeric", month: "short" };
const MINUTES = format(CLOCK);
const SECONDS = format({ ...CLOCK, second: "2-digit" });
const DAYS = format(DAY);
const EXACT = format({ ...DAY, ...CLOCK, second: "2-digit" });

export const exact = (seconds) => EXACT.format(seconds * 1000);

/** What stands at an axis whose marks are `step` seconds apart. */
export function axisTime(seconds, step) {
  const date = new Date(seconds * 1000);
  const isMidnight = date.getHours() === 0 && date.getMinutes() === 0 && date.getSeconds() === 0;
  if (step >= 86400 || isMidnight) return DAYS.format(date);
  return (step < 60 ? SECONDS : MINUTES).format(date);
}
