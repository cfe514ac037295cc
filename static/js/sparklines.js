/** Keeps the small lines in a list of apps true: now and then, while somebody looks, they are drawn anew by the server. */
import { morph } from "./morph.js";

const EVERY_MS = 60_000;

export function attach(table) {
  async function refresh() {
    const answer = await fetch(location.href, { credentials: "same-origin", headers: { Accept: "text/html" } }).catch(() => null);
    if (!answer?.ok || answer.redirected) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const row of table.querySelectorAll("[data-app]")) {
      const wanted = fresh.querySelector(`#${table.id} [data-app="${row.dataset.app}"] .cell-spark`);
      if (wanted) morph(row.querySelector(".cell-spark"), wanted);
    }
  }

  setInterval(() => document.hidden || refresh(), EVERY_MS);
}
