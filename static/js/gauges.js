// The small gauges of a page that is about something else: asked for every 15 s while somebody looks.
import { showGauges } from "./monitoring/gauges.js";

const EVERY_MS = 15_000;

export function attach(root) {
  async function ask() {
    const answer = await fetch(root.dataset.api, { credentials: "same-origin", cache: "no-store" }).catch(() => null);
    const reading = answer?.ok ? await answer.json().catch(() => null) : null;
    root.classList.toggle("is-stale", !reading || reading.stale);
    if (reading) showGauges(root, reading);
  }

  setInterval(() => document.hidden || ask(), EVERY_MS);
}
