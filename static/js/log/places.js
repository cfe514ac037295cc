/**
 * Where reading goes on at an edge of the window, so that nothing is left out.
 *
 * In the log of one container the position of a line says it: all others lie before or after it. A log that several
 * write together is shown in the order in which it came, and there only the ends of batches and of pages are exact. A row
 * of such a log carries the end before its batch (`from`) and that after it (`till`); an edge within a batch is put to the
 * nearest end beyond, and the rows that come twice then are dropped by their positions.
 */

/** Called with the ends around a batch or a page of rows, where they are more than the positions of its lines. */
export function between(rows, from, till) {
  if (!till || till === rows.at(-1)?.position) return rows;
  for (const row of rows) Object.assign(row, { from, till });
  return rows;
}

/** What newer rows are asked for after, when `items` are in the window only up to `index`. */
export function newestBefore(items, index) {
  const last = rowFrom(items, index - 1, -1);
  const next = rowFrom(items, index, 1);
  if (!last?.till) return last?.position;
  return next?.till === last.till ? (last.from ?? last.position) : last.till;
}

/** What older rows are asked for before, when `items` are in the window only from `index` on. */
export function oldestFrom(items, index) {
  return rowFrom(items, index - 1, -1)?.till ?? rowFrom(items, index, 1)?.position;
}

/** What older rows are asked for before, when nothing is known of what lies before `items`. */
export function beginning(items) {
  const first = rowFrom(items, 0, 1);
  return first?.from ?? first?.till ?? first?.position;
}

function rowFrom(items, index, step) {
  while (items[index]?.isMarker) index += step;
  return items[index];
}
