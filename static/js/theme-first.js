// Runs before the first paint, as a plain script in <head>: the chosen theme must not flash, and what needs
// JavaScript may show itself. theme.js changes the choice later.
(() => {
  const root = document.documentElement;
  let choice = null;
  try {
    choice = localStorage.getItem("quayside-theme");
  } catch {
    // A browser that keeps nothing follows the system.
  }
  const isDark = choice === "dark" || (choice !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  root.dataset.bsTheme = isDark ? "dark" : "light";
  root.classList.add("has-js");
})();
