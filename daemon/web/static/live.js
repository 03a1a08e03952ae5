// Alerts as they come: one connection for all tabs, a pill instead of a list that moves, a log for the ear.

const channel = "BroadcastChannel" in self ? new BroadcastChannel("tocsin") : null;
const fresh = new Map();
let seen = Number(document.body.dataset.latest);

function show(kind, data) {
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
  const line = document.createElement("p");
  line.textContent = `${alert.severity}: ${alert.rule}: ${alert.title}`;
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
}

// The tab that leads listens to the daemon and tells the others; when it closes, another takes its place.
// One that opens says what it has seen last, and what it missed is asked for once more.
function lead() {
  let stream;
  const open = (after) => {
    stream?.close();
    stream = new EventSource(`/events?after=${after}`);
    for (const kind of ["alert", "standing"]) {
      stream.addEventListener(kind, (event) => {
        const data = JSON.parse(event.data);
        show(kind, data);
        channel?.postMessage({ kind, data });
      });
    }
    // A daemon that starts anew answers with an error, and a browser then gives up by itself.
    stream.addEventListener("error", ({ target }) => {
      if (target.readyState === EventSource.CLOSED) setTimeout(() => target === stream && open(seen), 5000);
    });
  };
  channel?.addEventListener("message", ({ data }) => {
    if (data.kind === "hello" && data.data < seen) open(data.data);
  });
  open(seen);
  return new Promise(() => {}); // the lock is held for as long as the tab is there
}

export function hear() {
  channel?.addEventListener("message", ({ data }) => show(data.kind, data.data));
  channel?.postMessage({ kind: "hello", data: seen });
  if (navigator.locks && channel) navigator.locks.request("tocsin-events", lead);
  else lead();
}
