// The command palette: Ctrl+K, Cmd+K or the search entry of the side opens it; arrows choose, Enter goes, Escape closes.
// The results are links, so a click with Ctrl or the middle button opens them beside.

const STEPS = new Map([["ArrowDown", 1], ["ArrowUp", -1]]);

export function attach(dialog) {
  const input = dialog.querySelector("input");
  const list = dialog.querySelector('[role="listbox"]');
  const said = dialog.querySelector('[role="status"]');
  let asking = new AbortController();
  let isAsking = false;
  let goesFirst = false;

  function open() {
    if (dialog.open) return;
    input.value = "";
    show([]);
    said.textContent = "";
    dialog.showModal();
    input.focus();
    ask();
  }

  async function ask() {
    asking.abort();
    asking = new AbortController();
    const { signal } = asking;
    const words = input.value.trim();
    isAsking = true;
    try {
      const answer = await fetch(`${dialog.dataset.api}?q=${encodeURIComponent(words)}`, { signal });
      if (answer.status === 401) return location.reload(); // which leads to the login page, and from there back here
      const body = await answer.json();
      if (signal.aborted) return;
      if (!answer.ok) throw new Error(body.error.message);
      show(body.results);
      said.textContent = summary(body.results.length, words);
    } catch (error) {
      if (signal.aborted) return;
      show([]);
      said.textContent = error instanceof TypeError ? "The dashboard does not answer. Type on to try again." : error.message;
    }
    isAsking = false;
    if (goesFirst) go();
  }

  function show(results) {
    list.replaceChildren(...results.map(option));
    list.scrollTop = 0;
    input.setAttribute("aria-expanded", String(results.length > 0));
    choose(list.firstElementChild);
  }

  function option({ kind, name, detail, url }, index) {
    const link = dialog.querySelector(`template[data-kind="${kind}"]`).content.firstElementChild.cloneNode(true);
    link.id = `palette-${index}`;
    link.href = url;
    link.querySelector(".palette-name").textContent = name;
    link.querySelector(".palette-detail").textContent = detail;
    return link;
  }

  function chosen() {
    return list.querySelector('[aria-selected="true"]');
  }

  function choose(link) {
    chosen()?.setAttribute("aria-selected", "false");
    if (!link) return input.removeAttribute("aria-activedescendant");
    link.setAttribute("aria-selected", "true");
    link.scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", link.id);
  }

  function step(by) {
    const links = [...list.children];
    if (links.length) choose(links[(links.indexOf(chosen()) + by + links.length) % links.length]);
  }

  /** To what is chosen. While the answer to what was typed is on its way, as soon as it is there. */
  function go() {
    goesFirst = isAsking;
    if (!isAsking) chosen()?.click();
  }

  input.addEventListener("input", () => {
    goesFirst = false;
    ask();
  });
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (STEPS.has(event.key)) step(STEPS.get(event.key));
    else if (event.key === "Enter") go();
    else return;
    event.preventDefault();
  });
  list.addEventListener("pointermove", ({ target }) => {
    const link = target.closest('[role="option"]');
    if (link && link !== chosen()) choose(link);
  });
  list.addEventListener("click", (event) => event.ctrlKey || event.metaKey || event.shiftKey || dialog.close());
  dialog.querySelector("button").addEventListener("click", () => dialog.close());
  // What lies around the dialog counts as the dialog itself, whose whole area its children cover.
  dialog.addEventListener("click", ({ target }) => target === dialog && dialog.close());
  dialog.addEventListener("close", () => {
    goesFirst = false;
    asking.abort();
  });

  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
    event.preventDefault();
    open();
  });
  for (const entry of document.querySelectorAll("[data-opens-palette]")) {
    entry.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      open();
    });
  }
}

function summary(count, words) {
  if (count) return `${count} ${count === 1 ? "result" : "results"}`;
  return words ? `Nothing that you may see has “${words}” in its name. Try fewer letters.` : "";
}
