/** What the history has answered, as columns of numbers, to which the readings that come while the page is open are added. */

/** `append` changes the columns in place: the last bucket while its time lasts, then a new one. */
export function createSeries({ from, to, step_seconds: step, times, series }) {
  const columns = Object.fromEntries(Object.entries(series).map(([name, { min, mean, max }]) => [name, { min: [...min], mean: [...mean], max: [...max] }]));
  const all = { from, to, step, times: [...times], columns };
  const span = to - from;

  function append(at, figures) {
    if (at <= (all.times.at(-1) ?? -Infinity)) return;
    all.to = at;
    all.from = at - span;
    const last = all.times.at(-1);
    if (last === undefined || at - last >= step) open(at);
    for (const [name, column] of Object.entries(columns)) merge(column, figures[name] ?? null, at - all.times.at(-1));
    while (all.times[0] < all.from - step) drop();
  }

  /** Where nothing was heard for longer than a step there is a gap. */
  function open(at) {
    const last = all.times.at(-1);
    if (last !== undefined && at - last > 2.5 * Math.max(step, 15)) push(last + step);
    push(last !== undefined && at - last < 2 * step ? last + step : at);
  }

  function push(time) {
    all.times.push(time);
    for (const { min, mean, max } of Object.values(columns)) for (const list of [min, mean, max]) list.push(null);
  }

  function drop() {
    all.times.shift();
    for (const { min, mean, max } of Object.values(columns)) for (const list of [min, mean, max]) list.shift();
  }

  return Object.assign(all, { append });
}

/** `age` is how many seconds the bucket is old already: so many readings, one a second, its mean may stand for. */
function merge({ min, mean, max }, value, age) {
  if (value === null) return;
  const index = mean.length - 1;
  const known = mean[index];
  const weight = known === null ? 0 : Math.max(1, Math.round(age));
  min[index] = known === null ? value : Math.min(min[index], value);
  max[index] = known === null ? value : Math.max(max[index], value);
  mean[index] = ((known ?? 0) * weight + value) / (weight + 1);
}
