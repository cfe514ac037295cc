/**
 * How the page is being read, in one place. Whoever changes it says so with `set`; the listener hears of it once.
 *
 * following  the scroll stays at the bottom while lines come
 * joined     the window reaches the live end, so what arrives belongs at its bottom
 * paused     the reader asked for quiet: nothing is appended until they ask again
 * newLines   lines that arrived since following ended
 * behind     lines between the window's newest edge and the live end; Infinity where nobody counted them
 * held       the log was cleared: older lines come only when the reader asks for them
 * epoch      goes up when the window is filled anew: an answer asked for before that is of no use
 */
export function createReading(changed) {
  const reading = { following: true, joined: true, paused: false, newLines: 0, behind: 0, held: false, epoch: 0, set };

  function set(values) {
    Object.assign(reading, values);
    if (reading.following) reading.newLines = 0;
    if (reading.joined) reading.behind = 0;
    changed(reading);
  }

  return reading;
}
