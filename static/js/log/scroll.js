/**
 * Measures and moves the scroller. It knows pixels and nothing of lines.
 *
 * The browser's own scroll anchoring is switched off in log.css: it does nothing at the very top, where older lines are
 * loaded, and gives way to heuristics elsewhere. `keep` does the same work exactly.
 */
export const EDGE_PX = 50;
const GESTURE_MS = 300;
const UPWARD_KEYS = new Set(["ArrowUp", "PageUp", "Home"]);

export function createScroll(scroller, list) {
  let gestureAt = -Infinity;
  let anchor = null;
  const gesture = () => (gestureAt = performance.now());

  scroller.addEventListener("wheel", (event) => event.deltaY < 0 && gesture(), { passive: true });
  scroller.addEventListener("touchmove", gesture, { passive: true });
  scroller.addEventListener("keydown", (event) => UPWARD_KEYS.has(event.key) && gesture());

  function distance() {
    return scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight;
  }

  /** The index of the first child that reaches below `y` (in the viewport's pixels); their number when none does. */
  function indexAt(y) {
    let low = 0;
    let high = list.children.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (list.children[middle].getBoundingClientRect().bottom > y) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  const top = () => scroller.getBoundingClientRect().top;
  const itemsAbove = () => indexAt(top());
  const itemsBelow = () => Math.max(0, list.children.length - 1 - indexAt(top() + scroller.clientHeight));

  /** The first visible line; a marker only where there is no line, for it may leave when what it declares is loaded. */
  function firstVisible() {
    const first = list.children[itemsAbove()] ?? null;
    for (let item = first; item; item = item.nextElementSibling) if (item.dataset.position) return item;
    return first;
  }

  /** Remember what the eye rests on, for changes that are noticed only after they were made (a resized window). */
  function remember() {
    const element = firstVisible();
    anchor = element && { element, offset: element.getBoundingClientRect().top - top() };
  }

  function restore() {
    if (!anchor?.element.isConnected) return;
    scroller.scrollTop += anchor.element.getBoundingClientRect().top - top() - anchor.offset;
  }

  /** Change the list so that the first visible element (or the one given) stays exactly where it is on the screen. */
  function keep(change, fixed = firstVisible()) {
    const before = fixed?.getBoundingClientRect().top;
    change();
    if (fixed?.isConnected) scroller.scrollTop += fixed.getBoundingClientRect().top - before;
  }

  function toBottom() {
    scroller.scrollTop = scroller.scrollHeight;
  }

  function centre(element) {
    const box = element.getBoundingClientRect();
    scroller.scrollTop += box.top - top() - (scroller.clientHeight - Math.min(box.height, scroller.clientHeight)) / 2;
  }

  return {
    distance, keep, toBottom, centre, remember, restore, itemsAbove, itemsBelow, firstVisible,
    atBottom: () => distance() < EDGE_PX,
    /** True while the reader is moving up: snapping back to the bottom now would take the scroll out of their hand. */
    isMovingUp: () => performance.now() - gestureAt < GESTURE_MS,
  };
}
