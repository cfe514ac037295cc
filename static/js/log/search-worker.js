/**
 * Runs a pattern over texts away from the page: JavaScript cannot stop a regular expression that runs away, but a worker
 * can be ended. Gets {number, source, flags, texts: [[id, text], ...]}, answers {number, found: [[id, [start, end, ...]], ...]}.
 */
const MOST_IN_A_LINE = 100;

self.onmessage = ({ data: { number, source, flags, texts } }) => {
  const pattern = new RegExp(source, flags);
  const found = [];
  for (const [id, text] of texts) {
    const spots = spotsOf(pattern, text);
    if (spots.length) found.push([id, spots]);
  }
  self.postMessage({ number, found });
};

function spotsOf(pattern, text) {
  const spots = [];
  for (const match of text.matchAll(pattern)) {
    if (match[0]) spots.push(match.index, match.index + match[0].length);
    if (spots.length >= 2 * MOST_IN_A_LINE) break;
  }
  return spots;
}
