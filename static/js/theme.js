// The choice of light, dark or as the system; theme-first.js applies it before the first paint of the next page.

const KEY = "quayside-theme";
const system = matchMedia("(prefers-color-scheme: dark)");

export function attach(group) {
  const buttons = [...group.querySelectorAll("button")];
  let choice = stored();

  function show() {
    const isDark = choice === "dark" || (choice === "auto" && system.matches);
    document.documentElement.dataset.bsTheme = isDark ? "dark" : "light";
    for (const button of buttons) button.setAttribute("aria-pressed", String(button.value === choice));
  }

  for (const button of buttons) {
    button.addEventListener("click", () => {
      choice = button.value;
      store(choice);
      show();
    });
  }
  system.addEventListener("change", show);
  addEventListener("storage", () => {
    choice = stored();
    show();
  });
  show();
}

function stored() {
  try {
    return localStorage.getItem(KEY) ?? "auto";
  } catch {
    return "auto";
  }
}

function store(choice) {
  try {
    localStorage.setItem(KEY, choice);
  } catch {
    // Private windows of some browsers refuse: the choice then lasts as long as the page.
  }
}
