/**
 * The level of a line, from the ways in which programs write it. Pure.
 *
 * A word counts only where a level stands: after times, brackets and names at the start, as a field, as glog's letter.
 * "0 errors", "GET /error" or a sentence about an ERROR have none.
 */
export const LEVELS = ["trace", "debug", "info", "warn", "error", "fatal"];
export const WORDS = { trace: "TRACE", debug: "DEBUG", info: "INFO", warn: "WARN", error: "ERROR", fatal: "FATAL" };

const NAMES = {
  trace: "trace", trc: "trace", verbose: "trace", silly: "trace", finest: "trace", finer: "trace",
  debug: "debug", debu: "debug", dbg: "debug", fine: "debug",
  info: "info", information: "info", informational: "info", inf: "info", notice: "info", log: "info", hint: "info",
  warn: "warn", warning: "warn", wrn: "warn",
  error: "error", err: "error", erro: "error", severe: "error",
  fatal: "fatal", ftl: "fatal", critical: "fatal", crit: "fatal", panic: "fatal", emerg: "fatal", emergency: "fatal", alert: "fatal",
};
const LOOK_AT = 240;
const GLOG = /^([IWEF])\d{4} \d\d:\d\d:\d\d/;
const GLOG_LEVELS = { I: "info", W: "warn", E: "error", F: "fatal" };
const FIELD = /(?:^|[\s{,])"?(?:log\.)?(?:level|lvl|severity|loglevel)"?\s*[=:]\s*"?([a-z]{3,13})\b/i;
const BRACKETED = /[[(<|]\s*(trace|debug|info|notice|warn(?:ing)?|err(?:or)?|fatal|crit(?:ical)?|panic|emerg|alert)\s*[\])>|]/i;
const SHOUTED =
  /(?:^|[\s[(|<:-])(TRACE|TRC|DEBUG|DEBU|DBG|INFO|INF|NOTICE|WARN|WARNING|WRN|ERROR|ERRO|ERR!?|SEVERE|FATAL|FTL|PANIC|CRITICAL|CRIT|EMERG|ALERT|LOG|HINT)(?=[\s\]):|>,-]|$)/;
const SPOKEN = /^\s*(?:[\w./-]{1,40}:\s+)?(trace|debug|info|notice|warn|warning|error|fatal|panic|critical)(?:\[[^\]]*\])?:\s/i;
const THROWN = /^(?:Traceback \(most recent call last\)|(?:Exception in thread|Uncaught|Unhandled) |(?:[A-Za-z_]\w*\.)*[A-Z]\w*(?:Error|Exception)(?::\s|$))/;
const PROSE = /(?:^|\s)[a-z]{2,}(?=[\s,.]|$)/g;
const IN_A_SENTENCE = /(?:^|\s)(?:no|not|any|an?|the|this|that|without|with|of|for|to|in|on|is|was|and|or)\s*$/i;
const PINO = [[60, "fatal"], [50, "error"], [40, "warn"], [30, "info"], [20, "debug"], [0, "trace"]];

/** One of LEVELS, or "" where the line does not say. */
export function levelOf(text) {
  const start = text.slice(0, LOOK_AT);
  const glog = GLOG.exec(start);
  if (glog) return GLOG_LEVELS[glog[1]];
  return named(FIELD.exec(start)) || named(SPOKEN.exec(start)) || bracketed(start) || shouted(start) || thrown(start);
}

/** The level that a field of a JSON line names: a word, or pino's and bunyan's number. */
export function levelOfField(value) {
  if (typeof value === "string") return NAMES[value.toLowerCase()] ?? "";
  if (typeof value !== "number" || value < 1) return "";
  return value < 10 ? "" : PINO.find(([least]) => value >= least)[1];
}

const named = (match) => (match && NAMES[match[1].toLowerCase().replace("!", "")]) || "";
const thrown = (start) => (THROWN.test(start) ? "error" : "");

function bracketed(start) {
  const match = BRACKETED.exec(start);
  return match && isPrefix(start.slice(0, match.index)) ? named(match) : "";
}

function shouted(start) {
  const match = SHOUTED.exec(start);
  return match && isPrefix(start.slice(0, match.index)) ? named(match) : "";
}

/** Times, numbers, one name: what stands before a level. Two plain words make a sentence, and so does an article. */
const isPrefix = (before) =>
  before.length <= 120 && (before.match(PROSE)?.length ?? 0) < 2 && !IN_A_SENTENCE.test(before);
