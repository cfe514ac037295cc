// A box that hides the rows of a table that do not hold all of its words. "/" goes to it, Escape empties it, the
// address keeps it (?q=). After rows change, dispatch "rows-changed" on the table.

export function attach(box) {
  const input = box.querySelector("input");
  const count = box.querySelector(".filter-count");
  const table = document.getElementById(box.dataset.table);
  const nothing = table.parentElement.querySelector(".nothing-matches");

  function apply() {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    const rows = [...table.querySelectorAll(box.dataset.rows)];
    let shown = 0;
    for (const row of rows) {
      row.hidden = !words.every((word) => row.dataset.filterText.includes(word));
      shown += row.hidden ? 0 : 1;
    }
    for (const group of table.tBodies) group.hidden = !group.querySelector(`${box.dataset.rows}:not([hidden])`);
    table.tHead.hidden = shown === 0;
    count.textContent = words.length ? `${shown} of ${rows.length}` : "";
    box.classList.toggle("is-filtering", words.length > 0);
    nothing.hidden = shown > 0 || rows.length === 0;
    nothing.querySelector(".filter-words").textContent = input.value.trim();
  }

  function filterBy(text) {
    input.value = text;
    keepInAddress(text);
    apply();
  }

  input.addEventListener("input", () => filterBy(input.value));
  input.addEventListener("keydown", (event) => {
    if (event.key === "Escape") input.value ? filterBy("") : input.blur();
  });
  nothing.querySelector("[data-action='clear-filter']").addEventListener("click", () => {
    filterBy("");
    input.focus();
  });
  table.addEventListener("rows-changed", apply);
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    event.preventDefault();
    input.focus();
    input.select();
  });
  input.value = new URLSearchParams(location.search).get("q") ?? "";
  apply();
}

function isTyping(element) {
  return element.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(element.tagName);
}

function keepInAddress(text) {
  const address = new URL(location.href);
  text.trim() ? address.searchParams.set("q", text.trim()) : address.searchParams.delete("q");
  history.replaceState(history.state, "", address);
}
