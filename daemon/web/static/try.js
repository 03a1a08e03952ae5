// The playground while somebody types: what is wrong or asked at once, the archive a little later.

import { localise } from "./times.js";

const SOON = 250;
const LATER = 600;
const STALE = "Below stands what was found for what you wrote before.";
const KEPT = "The desk did not answer; what you wrote is kept.";

let asking;
let soon;
let later;

async function send(form, part, signal) {
  const fields = new URLSearchParams(new FormData(form));
  fields.set("do", part);
  const answer = await fetch(form.action, { method: "POST", body: fields, signal });
  if (answer.status === 401) throw new Error("You are not logged in any more: log in in another tab; what you wrote is kept.");
  if (!answer.ok) throw new Error(KEPT);
  return answer.text();
}

// Our own pages' words: everything in them was escaped where they were made.
function put(id, html) {
  const place = document.getElementById(id);
  const open = place.querySelector(".difference")?.open;
  place.innerHTML = html;
  if (open && place.querySelector(".difference")) place.querySelector(".difference").open = true;
  offer();
  localise();
}

// What stands there while its query is no longer the one that is written.
function age() {
  const place = document.getElementById("asked");
  const old = Boolean(place.textContent.trim());
  place.classList.toggle("stale", old);
  say(old ? STALE : "");
}

function say(text) {
  document.querySelector("[data-working]").textContent = text;
}

function fail(error) {
  if (error.name !== "AbortError") say(error instanceof TypeError ? KEPT : error.message);
}

function offer() {
  for (const button of document.querySelectorAll("[data-copy]")) button.hidden = !navigator.clipboard;
}

async function look(form) {
  asking?.abort();
  const mine = asking = new AbortController();
  try {
    put("looked", await send(form, "look", mine.signal));
    const wrong = Boolean(document.querySelector("#looked .wrongs"));
    document.getElementById("query").setAttribute("aria-invalid", wrong);
    if (document.querySelector("#looked .tree")) later = setTimeout(() => ask(form, mine), LATER - SOON);
  } catch (error) {
    fail(error);
  }
}

async function ask(form, mine) {
  say("Asking the archive …");
  try {
    put("asked", await send(form, "ask", mine.signal));
    document.getElementById("asked").classList.remove("stale");
    say("");
  } catch (error) {
    fail(error);
  }
}

export function tryOut() {
  const form = document.querySelector("[data-try]");
  if (!form) return;
  form.addEventListener("input", () => {
    clearTimeout(soon);
    clearTimeout(later);
    age();
    soon = setTimeout(() => look(form), SOON);
  });
  form.addEventListener("submit", () => {
    clearTimeout(soon);
    clearTimeout(later);
    asking?.abort();
    say("Asking the archive …");
  });
  if (document.querySelector("#looked .tree") && !document.getElementById("asked").textContent.trim()) {
    asking = new AbortController();
    ask(form, asking);
  }
  document.addEventListener("click", ({ target }) => {
    if (!target.matches?.("[data-copy]")) return;
    navigator.clipboard.writeText(target.closest("details").querySelector("[data-copied]").textContent);
    target.textContent = "Copied";
  });
  offer();
}
