// Alerts as they come: one connection for all tabs, a pill instead of a list that moves, a log for the ear.

const GONE = "the daemon does not answer";
const QUIET = 20000; // the daemon says something every 5 s; after this long it is gone, or we have slept

const channel = "BroadcastChannel" in self ? new BroadcastChannel("tocsin") : null;
const fresh = new Map();
const pulse = document.querySelector(".pulse");
const state = pulse?.querySelector('[data-figure="running"]');
let seen = Number(document.body.dataset.latest);
let heard = Date.now();
let lost = ""; // what stood where it now says that nobody answers
let again = () => {}; // asks anew, in the tab that leads

function show(kind, data) {
  if (kind === "lost") return lose();
  if (kind === "out") return lose("you are logged out");
  if (kind === "hello") return;
  heard = Date.now();
  if (lost) mend();
  if (kind === "alert") ring(data);
  if (kind === "standing") stand(data);
}

function ring(alert) {
  if (alert.id <= seen) return;
  seen = alert.id;
  fresh.set(alert.id, alert);
  const link = document.querySelector("[data-fresh]");
  link.textContent = `${fresh.size} new`;
  link.closest(".fresh").hidden = false;
  document.title = `(${fresh.size}) ${document.title.replace(/^\(\d+\) /, "")}`;
  say(`${alert.severity}: ${alert.rule}: ${alert.title}`);
}

function say(text) {
  const line = document.createElement("p");
  line.textContent = text;
  const log = document.querySelector(".heard");
  log.append(line);
  while (log.childElementCount > 20) log.firstElementChild.remove();
}

function stand(figures) {
  for (const [name, text] of Object.entries(figures)) {
    for (const element of document.querySelectorAll(`[data-figure="${name}"]`)) {
      if (element.textContent !== text) element.textContent = text;
    }
  }
  light();
}

function light() {
  const troubles = pulse?.querySelector('[data-figure="findings"]').textContent;
  pulse?.classList.toggle("ill", state.textContent !== "running" || !troubles.startsWith("0 "));
}

// A page that nobody feeds any more must not go on saying that all is well.
function lose(why = GONE) {
  if (!state || state.textContent === why || (lost && why === GONE)) return;
  lost ||= state.textContent;
  state.textContent = why;
  light();
  say(`${why[0].toUpperCase()}${why.slice(1)}.`);
}

function mend() {
  state.textContent = lost;
  lost = "";
  light();
  say("The daemon answers again.");
}

// The tab that leads listens to the daemon and tells the others; when it closes, another takes its place.
// One that opens says what it has seen last, and what it missed is asked for once more.
function lead() {
  let stream;
  const tell = (kind, data) => {
    show(kind, data);
    channel?.postMessage({ kind, data });
  };
  const open = (after) => {
    stream?.close();
    heard = Date.now();
    stream = new EventSource(`/events?after=${after}`);
    for (const kind of ["alert", "standing", "beat"]) {
      stream.addEventListener(kind, (event) => tell(kind, JSON.parse(event.data)));
    }
    // A daemon that starts anew answers with an error, and a browser then gives up by itself.
    stream.addEventListener("error", ({ target }) => {
      setTimeout(() => target === stream && target.readyState !== EventSource.OPEN && tell("lost"), 4000);
      if (target.readyState !== EventSource.CLOSED) return;
      setTimeout(() => target === stream && open(seen), 5000);
      fetch("/events", { method: "HEAD" }).then(({ status }) => status === 401 && tell("out"), () => {});
    });
  };
  channel?.addEventListener("message", ({ data }) => {
    if (data.kind === "hello" && data.data < seen) open(data.data);
  });
  again = () => open(seen);
  open(seen);
  return new Promise(() => {}); // the lock is held for as long as the tab is there
}

function check() {
  if (Date.now() - heard <= QUIET) return;
  lose();
  again();
}

export function hear() {
  channel?.addEventListener("message", ({ data }) => show(data.kind, data.data));
  channel?.postMessage({ kind: "hello", data: seen });
  setInterval(check, 5000);
  if (navigator.locks && channel) navigator.locks.request("tocsin-events", lead);
  else lead();
}
