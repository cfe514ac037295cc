/**
 * Runs in the page before its own scripts: sees every row and every gap as it enters the DOM, and the long tasks.
 * Works for the viewer and for the baselines' bare page alike.
 */
(() => {
  const probe = {
    shown: 0, skipped: 0, repeated: 0, last: -1, mostRows: 0, longestTask: 0,
    keeps: true, latencies: [], clockOffset: clockOffset(),
  };
  const rows = document.getElementsByClassName("log-row");
  globalThis.benchProbe = probe;

  /** Wall clock minus page clock in ms, when Date.now() ticks. Whatever comes between makes it smaller: take the largest. */
  function clockOffset() {
    let best = -Infinity;
    for (let round = 0; round < 20; round += 1) {
      const before = Date.now();
      let now = before;
      while (now === before) now = Date.now();
      best = Math.max(best, now - (performance.timeOrigin + performance.now()));
    }
    return best;
  }

  function look(node, now) {
    if (node.nodeType !== Node.ELEMENT_NODE) return;
    if (node.classList.contains("log-row")) take(node, now);
    else if (node.classList.contains("log-marker")) probe.skipped += Number(node.dataset.skipped ?? 0);
  }

  function take(row, now) {
    const [number, writtenNs] = (row.querySelector(".log-text") ?? row).textContent.split(" ", 2).map(Number);
    if (!writtenNs) return; // a build says more than what is measured
    probe.shown += 1;
    if (number <= probe.last) probe.repeated += 1;
    else probe.last = number;
    if (probe.keeps) probe.latencies.push(now - writtenNs / 1e6);
  }

  new MutationObserver((records) => {
    const now = performance.timeOrigin + performance.now() + probe.clockOffset;
    for (const { addedNodes } of records) for (const node of addedNodes) look(node, now);
    probe.mostRows = Math.max(probe.mostRows, rows.length);
  }).observe(document, { childList: true, subtree: true });

  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) probe.longestTask = Math.max(probe.longestTask, duration);
  }).observe({ type: "longtask", buffered: true });
})();
