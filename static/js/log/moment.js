/**
 * Which line of a log an address names: `#<position>`, or `#at=<seconds since 1970>` for the first line from a moment on.
 */
const POSITION = /[{,]\s*"position":\s*("(?:[^"\\]|\\.)*")/;

/** Resolves to a position, to "" where nothing is named, to null where the log has no line from that moment on. */
export async function positionOf(hash, address) {
  const named = decodeURIComponent(hash.slice(1));
  const at = /^at=(\d+(?:\.\d+)?)$/.exec(named);
  return at ? firstFrom(at[1], address) : named;
}

/** Reading ends with the first line: what follows it may be long. */
async function firstFrom(seconds, address) {
  const url = new URL(address, location.href);
  url.searchParams.set("since", seconds);
  const control = new AbortController();
  const answer = await fetch(url, { headers: { Accept: "application/json" }, credentials: "same-origin", signal: control.signal });
  if (!answer.ok) throw Object.assign(new Error("The log could not be read."), { status: answer.status });
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    text += part.value;
    const found = POSITION.exec(text);
    if (!found) continue;
    control.abort();
    return JSON.parse(found[1]);
  }
  return null;
}
