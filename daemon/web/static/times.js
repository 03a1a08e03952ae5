// Ages that go on counting, and the browser's own time where the page shows UTC alone.

const UNITS = [["d", 86400], ["h", 3600], ["min", 60]];

function spell(seconds) {
  for (const [unit, size] of UNITS) if (seconds >= size) return `${Math.floor(seconds / size)} ${unit}`;
  return `${Math.floor(seconds)} s`;
}

function count() {
  for (const element of document.querySelectorAll("[data-age]")) {
    const seconds = (Date.now() - Date.parse(element.dataset.age)) / 1000;
    element.textContent = seconds >= 0 ? `${spell(seconds)} ago` : `in ${spell(-seconds)}`;
  }
}

export function localise() {
  for (const element of document.querySelectorAll("time[datetime]")) {
    const local = element.querySelector(".local");
    const time = new Date(element.dateTime);
    if (!local || local.textContent || time.getTimezoneOffset() === 0) continue;
    local.textContent = ` ${time.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" })} here`;
  }
}

export function tell() {
  localise();
  count();
  setInterval(count, 20000);
}
