// The badge of a container's state in the head of its page, told by whatever on the page hears of it ("container-state").

export function attach(element) {
  document.addEventListener("container-state", ({ detail: word }) => word && showState(element, word));
}

/** Make what templates/parts/_state.html has drawn show another of the six words. */
export function showState(element, word) {
  if (element.dataset.state === word) return;
  element.dataset.state = word;
  element.querySelector(".state-word").textContent = word;
  const use = element.querySelector("use");
  use.setAttribute("href", use.getAttribute("href").replace(/#.*/, `#state-${word}`));
}
