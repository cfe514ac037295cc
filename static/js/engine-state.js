// The engine's state at the foot of the side. Where the page hears of it live ("engine-state" on the document) that is
// shown; elsewhere /healthz is asked now and then, while somebody looks.

const EVERY_MS = 10_000;
const WORDS = new Map([[true, "Engine answers"], [false, "Engine unreachable"], [null, "Engine not known"]]);

export function attach(element) {
  const word = element.querySelector(".engine-word");
  const message = element.querySelector(".engine-message");
  const timer = setInterval(() => document.hidden || ask(), EVERY_MS);

  function show(ok, words, sentence) {
    if (element.dataset.ok === String(ok) && word.textContent === words && message.textContent === sentence) return;
    element.dataset.ok = String(ok);
    word.textContent = words;
    message.textContent = sentence;
  }

  async function ask() {
    try {
      const health = await (await fetch("/healthz")).json();
      if (health.engine) show(true, WORDS.get(true), "");
      else if (element.dataset.ok !== "false") show(false, WORDS.get(false), "");
    } catch {
      show(null, WORDS.get(null), "The dashboard does not answer.");
    }
  }

  document.addEventListener("engine-state", ({ detail }) => {
    clearInterval(timer);
    show(detail.ok, WORDS.get(detail.ok), detail.message);
  });
}
