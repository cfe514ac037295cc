/** The table behind a chart: every moment with its means, the newest first. Written while it is open. */
import { exact, words } from "./words.js";

export function createTable({ element, kind }) {
  const details = element.querySelector(".chart-table");
  const body = element.querySelector('[data-part="rows"]');
  let series = null;

  function write() {
    if (!details.open || !series) return;
    const { times, columns } = series;
    const rows = times.map((time, index) => [time, kind.lines.map(({ name }) => columns[name]?.mean[index] ?? null)]);
    body.replaceChildren(...rows.filter(([, values]) => values.some((value) => value !== null)).reverse().map(row));
  }

  function row([time, values]) {
    const line = document.createElement("tr");
    const head = Object.assign(document.createElement("th"), { scope: "row", textContent: exact(time) });
    const cells = values.map((value) => Object.assign(document.createElement("td"), { className: "cell-number", textContent: words(value, kind.unit) }));
    line.append(head, ...cells);
    return line;
  }

  details.addEventListener("toggle", write);

  return (shown) => {
    series = shown;
    write();
  };
}
