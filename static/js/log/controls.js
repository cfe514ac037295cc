/** The toolbar and its menu: reads what is pressed and chosen, shows what holds, decides nothing. */
const COUNT_LIMIT = 99_999;

export function createControls(root, commands) {
  const find = (name) => root.querySelector(name);
  const jump = find(".log-jump");
  const jumpWords = jump.querySelector("span");
  const menu = find(".log-menu");
  const words = find(".log-search-text");
  const count = find(".log-search-count");
  const problem = find(".log-problem");

  root.addEventListener("click", (event) => {
    const command = event.target.closest("[data-command]")?.dataset.command;
    if (command) commands[command]?.();
    if (command && menu.contains(event.target)) menu.open = false;
  });
  root.addEventListener("change", (event) => {
    const { choice } = event.target.dataset;
    if (choice) commands.choose(choice, event.target.type === "checkbox" ? event.target.checked : event.target.value);
  });
  words.addEventListener("input", () => commands.searchChanged());
  words.addEventListener("keydown", keyInSearch);
  find(".log-search").addEventListener("submit", (event) => event.preventDefault());
  document.addEventListener("click", (event) => menu.contains(event.target) || (menu.open = false));
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !menu.open) return;
    event.preventDefault(); // or it would leave the search as well
    menu.open = false;
    menu.querySelector("summary").focus();
  });

  function keyInSearch(event) {
    if (event.key === "Enter") commands.searchEntered(event.shiftKey ? -1 : 1);
    else if (event.key === "Escape") commands.leaveSearch();
    else return;
    event.preventDefault();
  }

  function press(command, isPressed) {
    for (const button of root.querySelectorAll(`[data-command="${command}"][aria-pressed]`)) {
      button.setAttribute("aria-pressed", String(isPressed));
    }
  }

  function showReading({ following, paused, newLines, joined }) {
    const isAway = !following;
    jump.hidden = !isAway;
    root.classList.toggle("is-paused", paused);
    root.classList.toggle("is-following", following);
    press("pause", paused);
    if (isAway) jumpWords.textContent = jumpText({ paused, newLines, joined });
  }

  function showSearch({ total, number, problem: sentence, isFilter }) {
    const isSearching = words.value !== "";
    count.textContent = isSearching && !sentence ? (number ? `${number} of ${total}` : `${total} found`) : "";
    root.classList.toggle("is-searching", isSearching);
    showProblem("search", isFilter ? "" : sentence); // the server judges a filter, in a syntax of its own
  }

  const problems = new Map();

  /** One sentence for each source of trouble; an empty one takes it away. */
  function showProblem(source, sentence) {
    if (sentence) problems.set(source, sentence);
    else problems.delete(source);
    problem.textContent = [...problems.values()].join(" ");
    problem.hidden = !problems.size;
  }

  function showPreferences({ time, wrap, foldsJson }) {
    find("[data-choice=time]").value = time;
    find("[data-choice=wrap]").checked = wrap;
    find("[data-choice=foldsJson]").checked = foldsJson;
    root.dataset.time = time;
    root.classList.toggle("is-wrapped", wrap);
  }

  /** What the server is asked for, where a list says so. */
  function showFilter({ stream = "", process = "" }) {
    find("[data-choice=stream]").value = stream;
    find("[data-choice=process]").value = process;
  }

  return { press, showReading, showSearch, showProblem, showPreferences, showFilter, words };
}

function jumpText({ paused, newLines }) {
  const many = newLines > COUNT_LIMIT ? `${COUNT_LIMIT.toLocaleString("en")}+` : newLines.toLocaleString("en");
  const news = newLines ? `${many} new ${newLines === 1 ? "line" : "lines"}` : "";
  if (paused) return news ? `Paused \u00b7 ${news}` : "Paused";
  return news || "Latest lines";
}
