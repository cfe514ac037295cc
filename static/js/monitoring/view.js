/**
 * Which stretch of time the charts show, kept in the address: a named range that ends now, or, zoomed in, the span
 * between two moments. The page reads the same words when it is loaded.
 */
export const LENGTHS = { "15m": 900, "1h": 3600, "6h": 21600, "24h": 86400, "7d": 604800, "30d": 2592000 };

/** `range` stands where the address names none. */
export function readView(range) {
  const query = new URLSearchParams(location.search);
  const [from, to] = [Number(query.get("from")), Number(query.get("to"))];
  const name = query.get("range") in LENGTHS ? query.get("range") : range;
  return { range: name, process: query.get("process") ?? "", ...(from > 0 && to > from ? { from, to } : {}) };
}

export const isZoomed = (view) => view.from !== undefined;

/** The address of a view; what else the page was asked for stays in it. */
export function addressOf({ range, process, from, to }) {
  const url = new URL(location.href);
  const named = { range, process, from, to };
  for (const [name, value] of Object.entries(named)) {
    if (value === undefined || value === "") url.searchParams.delete(name);
    else url.searchParams.set(name, value);
  }
  return url.href;
}

/** What the history is asked for. */
export function queryOf(view, metrics) {
  const span = isZoomed(view) ? { from: view.from, to: view.to } : { range: view.range };
  return new URLSearchParams({ ...span, ...(view.process ? { process: view.process } : {}), metrics: metrics.join(",") });
}
