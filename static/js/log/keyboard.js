/** One key, one command. Keys do nothing while somebody types, and nothing with Ctrl, Alt or Meta held. */
const TYPING = "input, textarea, select, [contenteditable]";

/** `commands` is {key: function}. */
export function createKeyboard(commands) {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented) return;
    if (event.target.closest?.(TYPING) || document.querySelector("dialog[open], :popover-open")) return;
    const command = commands[event.key];
    if (!command) return;
    event.preventDefault();
    command();
  });
}
