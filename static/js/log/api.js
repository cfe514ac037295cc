/** Asks for stored lines over REST. Every call carries the filter of the live stream, so both show the same lines. */
import { rowOf } from "./live.js";

export class ApiError extends Error {
  constructor(status, { kind = "unavailable", message = `The server answered ${status}.` } = {}) {
    super(message);
    Object.assign(this, { status, kind });
  }
}

/** Each call resolves to {lines, more, problem}: `problem` is a sentence when the engine failed in mid-answer. */
export function createApi(address, filter) {
  async function ask(query) {
    const url = new URL(address, location.href);
    for (const [name, value] of Object.entries({ ...filter(), ...query })) url.searchParams.set(name, value);
    const response = await fetch(url, { headers: { Accept: "application/json" }, credentials: "same-origin" });
    if (!response.ok) throw new ApiError(response.status, (await response.json().catch(() => ({}))).error);
    const { lines, more, error } = await response.json();
    return { lines: lines.map(asRow), more: more || Boolean(error), problem: error?.message };
  }

  return {
    /** The oldest lines of the log. */
    first: (limit) => ask({ after: "", limit }),
    before: (position, limit) => ask({ before: position, limit }),
    after: (position, limit) => ask({ after: position, limit }),
    last: async (limit) => {
      const answer = await ask({ tail: limit });
      return { ...answer, more: answer.more || answer.lines.length >= limit };
    },
  };
}

const asRow = (line) => rowOf([line.position, line.time, line.process, line.stream, line.text]);
