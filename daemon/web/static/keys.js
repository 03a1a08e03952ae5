// The keys that feed readers have: j k o v e s /, g and a letter, ?.

let going = 0; // until when a letter after «g» names a page

const items = () => [...document.querySelectorAll("[data-item]")];
const here = () => document.activeElement?.closest("[data-item]");

function move(step) {
  const all = items();
  if (!all.length) return;
  const at = all.indexOf(here());
  const next = all[Math.min(Math.max(at < 0 ? (step > 0 ? 0 : all.length - 1) : at + step, 0), all.length - 1)];
  next.focus();
  next.scrollIntoView({ block: "nearest" });
}

function press(selector) {
  const found = (here() ?? items()[0])?.querySelector(selector);
  found?.click();
  return Boolean(found);
}

function unfold() {
  const details = (here() ?? items()[0])?.querySelector("[data-evidence]");
  if (details) details.open = !details.open;
}

function go(letter) {
  const link = [...document.querySelectorAll("[data-go]")].find((each) => each.dataset.go === letter);
  if (link) location.assign(link.href);
}

const ACTS = {
  j: () => move(1),
  k: () => move(-1),
  o: () => press("[data-open]"),
  v: () => press("[data-original]"),
  e: unfold,
  s: () => press('[data-key="s"]') || document.querySelector('main [data-key="s"]')?.click(),
  g: () => { going = Date.now() + 1500; },
  "/": () => document.querySelector("[data-search]")?.focus(),
  "?": () => document.getElementById("keys").showModal(),
};

function typing(target) {
  return target instanceof Element && target.closest("input, textarea, select, [contenteditable], dialog[open]");
}

export function listen() {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape" && typing(event.target)) event.target.blur();
    if (typing(event.target)) return;
    if (Date.now() < going) {
      going = 0;
      event.preventDefault();
      go(event.key);
    } else if (event.key === "Enter" && event.target.matches?.("[data-item]")) {
      press("[data-open]");
    } else if (Object.hasOwn(ACTS, event.key)) {
      event.preventDefault();
      ACTS[event.key]();
    }
  });
  const button = document.querySelector("[data-keys]");
  button?.addEventListener("click", ACTS["?"]);
  if (button) button.hidden = false; // without us there are none
}
