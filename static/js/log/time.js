/** A line's time as people read it: local, UTC, or not at all. Fast, for it is asked for every row. */
export const TIMES = ["local", "utc", "off"];

const MOST_MINUTES = 500;
const minutes = new Map();

/** `time` is RFC 3339 in UTC with nine digits; a line of another day carries its date. */
export function shortTime(time, mode) {
  if (mode === "off" || !time) return "";
  const minute = time.slice(0, 16);
  if (mode === "utc") return today(new Date().toISOString(), minute) + time.slice(11, 23);
  return localMinute(minute) + time.slice(16, 23);
}

const today = (now, minute) => (now.startsWith(minute.slice(0, 10)) ? "" : `${minute.slice(5, 10)} `);

/** Lines come many to a minute: the costly conversion is done once for each. */
function localMinute(minute) {
  let words = minutes.get(minute);
  if (words !== undefined) return words;
  if (minutes.size > MOST_MINUTES) minutes.clear();
  const date = new Date(`${minute}:00Z`);
  const isToday = date.toDateString() === new Date().toDateString();
  const two = (number) => String(number).padStart(2, "0");
  words = `${isToday ? "" : `${two(date.getMonth() + 1)}-${two(date.getDate())} `}${two(date.getHours())}:${two(date.getMinutes())}`;
  minutes.set(minute, words);
  return words;
}

/** For the tooltip: everything that is known, in both times. */
export function longTime(time) {
  return `${new Date(time).toLocaleString()} (${time})`;
}
