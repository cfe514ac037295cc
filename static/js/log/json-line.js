/** Reads a line that is one JSON object, and says what of it to show first. Pure but for `treeOf`, which builds text nodes. */
import { levelOfField } from "./level.js";
import { clip, withSigns } from "./text.js";

const LONGEST = 65_536; // a longer line stays as it came
const MESSAGES = ["message", "msg", "event", "short_message", "@message", "text"];
const LEVEL_FIELDS = ["level", "severity", "lvl", "log.level", "levelname", "loglevel", "@level"];
const TIMES = new Set(["time", "timestamp", "ts", "@timestamp", "t", "date", "datetime"]);
const MOST_FIELDS = 8;
const FIELD_LENGTH = 120;
const MOST_NODES = 500;
const DEEPEST = 8;

/** {value, message, level, fields: "a=1 b=x"} or null when the line is no JSON object. */
export function readJson(text) {
  const line = text.trim();
  if (line[0] !== "{" || line.at(-1) !== "}" || line.length > LONGEST) return null;
  let value;
  try {
    value = JSON.parse(line);
  } catch {
    return null;
  }
  const messageField = MESSAGES.find((name) => typeof value[name] === "string");
  const levelField = LEVEL_FIELDS.find((name) => levelOfField(value[name]));
  return {
    value,
    message: messageField ? value[messageField] : "",
    level: levelField ? levelOfField(value[levelField]) : "",
    fields: fieldsOf(value, new Set([messageField, levelField])),
  };
}

/** The plain fields in one line; what is nested waits in the tree. */
function fieldsOf(value, shown) {
  const names = Object.keys(value).filter((name) => !shown.has(name) && !TIMES.has(name) && !isNested(value[name]));
  return names.slice(0, MOST_FIELDS).map((name) => `${name}=${clip(String(value[name]), FIELD_LENGTH)}`).join(" ");
}

const isNested = (value) => value !== null && typeof value === "object";

/** The whole object as lines of text, indented, bounded in number and depth. */
export function treeOf(value) {
  const tree = document.createElement("div");
  tree.className = "log-json";
  const left = { nodes: MOST_NODES };
  branch(tree, value, { depth: 0, left });
  if (left.nodes <= 0) tree.append(leaf("", "There is more: copy the line to see all of it.", 0));
  return tree;
}

function branch(tree, value, { depth, left }) {
  for (const [name, part] of Object.entries(value)) {
    if ((left.nodes -= 1) <= 0) return;
    const isOpen = isNested(part) && depth < DEEPEST;
    tree.append(leaf(name, isOpen ? (Array.isArray(part) ? "[" : "{") : JSON.stringify(part), depth));
    if (!isOpen) continue;
    branch(tree, part, { depth: depth + 1, left });
    tree.append(leaf("", Array.isArray(part) ? "]" : "}", depth));
  }
}

function leaf(name, text, depth) {
  const line = document.createElement("div");
  const indent = "  ".repeat(depth);
  if (!name) {
    line.textContent = indent + text;
    return line;
  }
  const key = document.createElement("span");
  key.className = "log-json-name";
  key.textContent = `${indent}${withSigns(name)}: `;
  line.append(key, withSigns(text));
  return line;
}
