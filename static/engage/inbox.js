// The inbox. Without this file everything works by buttons; an answer is only refused once more often.

const talk = document.querySelector("[data-talk]");
const box = () => document.querySelector("#answer form:not(.note-form) textarea");
const post = (url, fields) => fetch(url, {
  method: "POST",
  body: new URLSearchParams(fields),
  headers: { "X-CSRFToken": document.querySelector("[name=csrfmiddlewaretoken]").value },
  keepalive: true,
}).catch(() => null);

// While nothing is written yet, what appears has been read; once words stand in the box, later lines refuse the send.
document.addEventListener("htmx:after:swap", () => {
  const thread = document.getElementById("thread");
  if (box() && thread && !box().value.trim()) document.querySelector("#answer [name=seen]").value = thread.dataset.last;
});

// "Keep" takes along what is marked in the words; the press itself would unmark them, so it is read before.
let marked = "";
function mark(event) {
  const bubble = event.target.closest("[data-keeps]")?.closest(".bubble");
  if (!bubble) return;
  const selection = getSelection();
  const inside = selection.rangeCount && bubble.contains(selection.getRangeAt(0).commonAncestorContainer);
  marked = inside ? selection.toString().trim().slice(0, 500) : "";
}
document.addEventListener("pointerdown", mark);
document.addEventListener("keydown", mark);
document.addEventListener("htmx:after:swap", () => {
  const value = document.querySelector("#dialog [name=value]");
  if (value && marked) value.value = marked;
  if (value) marked = "";
});

// Control and Return send; with Shift, what there is to do is done then.
document.addEventListener("keydown", (event) => {
  const here = event.target.closest("#answer textarea");
  if (!here || event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  event.preventDefault();
  here.form.requestSubmit((event.shiftKey && here.form.querySelector("[name=done]")) || undefined);
});

// What is begun is kept, a moment after the last key; what is sent is no draft any more.
let draft, sent = false;
function keep() {
  clearTimeout(draft);
  draft = null;
  if (sent || !box()) return;
  const once = document.querySelector("#answer [name=once]").value;
  post(talk.dataset.draft, { text: box().value, once }).then((answer) => {
    const kept = document.getElementById("kept");
    if (kept && answer?.ok) kept.textContent = box().value.trim() ? kept.dataset.kept : "";
  });
}
document.addEventListener("input", (event) => {
  if (!talk || event.target !== box()) return;
  clearTimeout(draft);
  draft = setTimeout(keep, 800);
  tell(true);
});
document.addEventListener("submit", (event) => {
  if (event.target === box()?.form) { sent = true; clearTimeout(draft); }
  else if (draft) keep();
});
addEventListener("pagehide", () => { if (draft) keep(); });

// Who else has this conversation before them. Each says so now and then; who was not heard for a while is gone.
const STILL_HERE = 20000, GONE = 45000, WRITING = 6000;
const others = new Map();
let told = 0, toldWriting = 0;
function tell(writes) {
  if (!talk || document.hidden) return;
  const now = Date.now();
  if (now - (writes ? toldWriting : told) < (writes ? 3000 : 1000)) return;
  told = now;
  if (writes) toldWriting = now;
  post(talk.dataset.here, { writes: writes ? 1 : 0 });
}
function show() {
  const line = document.getElementById("here");
  if (!line) return;
  const names = JSON.parse(document.getElementById("colleagues").textContent), now = Date.now(), said = [];
  for (const [uid, seen] of others) {
    if (now - seen.at > GONE) others.delete(uid);
    else if (names[uid]) said.push((now - seen.wrote < WRITING ? line.dataset.writes : line.dataset.looks).replace("%s", names[uid]));
  }
  const text = said.join(" ");
  if (line.textContent !== text) line.textContent = text;
}
if (talk) {
  document.addEventListener("live:here", ({ detail }) => {
    if (detail.conversation !== talk.dataset.talk || detail.here === talk.dataset.me) return;
    const known = others.get(detail.here);
    others.set(detail.here, { at: Date.now(), wrote: detail.writes ? Date.now() : known?.wrote ?? 0 });
    if (!known) { told = 0; tell(false); }
    show();
  });
  // Only who listens already hears the answers; the server may take a moment longer than the stream to open.
  document.addEventListener("live:open", () => { tell(false); setTimeout(() => tell(false), 1500); });
  setInterval(() => tell(false), STILL_HERE);
  setInterval(show, 2000);
}

// Whether the visitor has the chat before them: told by the stream, and read again with what was said.
const ENDS = 5000;
let ending;
function visitorIs(here) {
  clearTimeout(ending);
  const line = document.getElementById("visitor");
  const text = line?.dataset[here ? "here" : "left"];
  if (line && line.textContent !== text) line.textContent = text;
}
document.addEventListener("live:here", ({ detail }) => {
  if (!detail.visitor || detail.here !== document.getElementById("visitor")?.dataset.visit) return;
  if (detail.visitor === "ends") ending = setTimeout(visitorIs, ENDS, false);
  else visitorIs(detail.visitor === "came");
});
document.addEventListener("htmx:after:swap", () => {
  const thread = document.getElementById("thread");
  if (thread) visitorIs("here" in thread.dataset);
});

// Many at once: what is chosen stays chosen when the list is fetched again.
const chosen = new Set();
document.addEventListener("change", (event) => {
  if (!event.target.matches(".inbox-pick [name=who]")) return;
  chosen[event.target.checked ? "add" : "delete"](event.target.value);
  count();
});
function count() {
  for (const one of document.querySelectorAll(".inbox-pick [name=who]")) one.checked = chosen.has(one.value);
  const number = document.querySelector("[data-chosen]");
  if (number) number.textContent = document.querySelectorAll(".inbox-pick :checked").length;
}
document.addEventListener("htmx:after:swap", count);

// Keys, never while somebody writes. A key presses what has it: opens a menu, goes into a box, or does it.
function move(step) {
  const rows = [...document.querySelectorAll(".inbox-row")];
  const here = rows.findIndex((row) => row === document.activeElement || row.parentElement.contains(document.activeElement) && row.parentElement.matches(".inbox-pick"));
  const at = here >= 0 ? here : rows.findIndex((row) => row.ariaCurrent === "page");
  const next = rows[at < 0 ? (step > 0 ? 0 : rows.length - 1) : at + step];
  if (!next) return;
  if (talk) next.click(); else next.focus();
}
function press(key) {
  const target = document.querySelector(`[data-key="${CSS.escape(key)}"]:not(.shell-top *)`);
  if (!target) return false;
  if (target.matches("summary")) {
    target.parentElement.open = true;
    target.parentElement.querySelector(".menu-list button, .menu-list a")?.focus();
  } else if (target.matches("details")) {
    target.open = true;
    target.querySelector("textarea").focus();
  } else if (target.matches("input, textarea")) target.focus();
  else target.click();
  return true;
}
function open(number) {
  const tab = document.querySelectorAll(".tabs a")[number - 1];
  tab?.click();
  return Boolean(tab);
}
function many(act) {
  if (!document.querySelector(".inbox-pick :checked")) return false;
  document.getElementById("act").value = act;
  document.getElementById("many").requestSubmit();
  return true;
}
document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]");
  if (typing || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  const done = {
    j: () => { move(1); return true; },
    k: () => { move(-1); return true; },
    r: () => { box()?.focus(); return Boolean(box()); },
    x: () => { document.activeElement.closest(".inbox-pick")?.querySelector("[name=who]").click(); return !talk; },
    z: () => { document.querySelector(".toasts form button")?.click(); return true; },
    "?": () => { document.getElementById("keys").showModal(); return true; },
    e: () => many("done") || press("e"),
    o: () => many("nothing") || press("o"),
    "!": () => many("spam") || press("!"),
    p: () => { document.getElementById("person")?.focus(); return true; },
  }[event.key] ?? (() => /^[1-5]$/.test(event.key) ? open(Number(event.key)) : event.key.length === 1 && press(event.key));
  if (!done()) return;
  event.preventDefault();
  event.stopPropagation();
}, true);
