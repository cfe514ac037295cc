/**
 * The page of what an app or the machine uses: gauges and figures of now, charts of before.
 *
 * The parts stand in ./monitoring/. The server has drawn the page with the last sample; here it is kept true, or said how
 * old it is.
 */
import { loginAddress } from "./connection.js";
import { createCharts } from "./monitoring/charts.js";
import { createFacts } from "./monitoring/facts.js";
import { createFeed } from "./monitoring/feed.js";
import { showGauges } from "./monitoring/gauges.js";
import { createNotice } from "./monitoring/notice.js";
import { figuresOf } from "./monitoring/figures.js";

export function attach(root) {
  const signedOut = () => location.assign(loginAddress(root.dataset.login));
  const notice = createNotice(root);
  const facts = createFacts(root);
  const charts = createCharts(root, { failed: notice.history, signedOut });

  function show(reading) {
    showGauges(root, reading);
    facts.show(reading);
    notice.reading(reading);
    const figures = reading.stale ? null : figuresOf(reading, charts.process());
    if (figures) charts.append(Date.parse(reading.timestamp) / 1000, figures);
  }

  createFeed(root, { show, rows: facts.rows, lost: notice.lost, signedOut });
}
