/** Asks for stored lines over REST. Every call carries the filter of the live stream, so both show the same lines. */
import { rowOf } from "./live.js";
import { between } from "./places.js";

export class ApiError extends Error {
  constructor(status, { kind = "unavailable", message = `The server answered ${status}.` } = {}) {
    super(message);
    Object.assign(this, { status, kind });
  }
}

/**
 * Each call resolves to {lines, more, before, after, problem}: `before` and `after` are where reading goes on to either side,
 * `problem` is a sentence when the engine failed in mid-answer.
 */
export function createApi(address, filter) {
  async function ask(query) {
    const url = new URL(address, location.href);
    for (const [name, value] of Object.entries({ ...filter(), ...query })) url.searchParams.set(name, value);
    const options = { headers: { Accept: "application/json" }, credentials: "same-origin" };
    const response = await fetch(url, options).catch(() => fetch(url, options)); // a network that changed drops what is under way
    if (!response.ok) throw new ApiError(response.status, (await response.json().catch(() => ({}))).error);
    const { lines, more, error, before, after } = await response.json();
    const rows = between(lines.map(asRow), before, after);
    const ends = { before: before ?? rows[0]?.position, after: after ?? rows.at(-1)?.position };
    return { lines: rows, more: more || Boolean(error), ...ends, problem: error?.message };
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
