// The chat in its frame. The page around it is heard only if it is the one that holds us, stands on the owner's list
// and knows the nonce of this opening; what we tell it names its origin.
const KEPT = "engage.chat", WRITING = 6000, AGAIN = 15000;
const nonce = location.hash.slice(1);
const sites = JSON.parse(document.getElementById("sites").textContent);
const who = document.getElementById("who").elements, say = document.getElementById("say"), box = say.elements.text;
const framed = parent !== window;
let host = "", shown = !framed, source, heard = "", retry, wrote = 0, silence;

const tell = (what, more = {}) => { if (host) parent.postMessage({ engage: nonce, what, ...more }, host); };
const talk = () => document.getElementById("talk");
const look = () => htmx.trigger(talk(), "look");
const post = (url) => navigator.sendBeacon(url, new URLSearchParams({ visit: who.visit.value }));

// Where a browser lets no frame keep anything, the page keeps the token for us.
function kept(value) {
  try {
    if (value === undefined) return localStorage.getItem(KEPT) ?? "";
    if (value) localStorage.setItem(KEPT, value); else localStorage.removeItem(KEPT);
  } catch {
    if (value !== undefined) tell("keep", { visit: value });
  }
  return "";
}

function begin(said) {
  who.visit.value = kept() || String(said.kept ?? "");
  who.person.value = String(said.person ?? "");
  who.page.value = String(said.page ?? "").slice(0, 300);
  htmx.trigger("#begin", "begin");
}

addEventListener("message", (event) => {
  const said = event.data;
  if (!framed || event.source !== parent || !nonce || said?.engage !== nonce || !sites.includes(event.origin)) return;
  host = event.origin;
  document.getElementById("close").hidden = false;
  shown = said.what !== "hidden";
  if (said.what === "hello") begin(said);
  else if (shown) look();
  if (shown && said.focus) box.focus();
});
if (!framed) begin({});

const leave = () => tell("close");
document.getElementById("close").addEventListener("click", leave);
addEventListener("keydown", (event) => { if (event.key === "Escape" && !event.isComposing) leave(); });
box.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  say.requestSubmit();
});
box.addEventListener("input", () => {
  if (!who.visit.value || Date.now() - wrote < 3000) return;
  wrote = Date.now();
  post(say.dataset.writes);
});

function listen(url) {
  if (url === heard && source?.readyState !== EventSource.CLOSED) return;
  source?.close();
  clearTimeout(retry);
  heard = url;
  if (!url) return;
  source = new EventSource(url);
  source.onopen = look;  // what happened before it was heard, or while it was away
  source.onmessage = (message) => {
    const { writes } = JSON.parse(message.data);
    writing(writes);
    if (!writes) look();
  };
  source.onerror = () => {
    if (source.readyState !== EventSource.CLOSED) return;
    retry = setTimeout(() => { look(); listen(url); }, AGAIN);
  };
}
function writing(on) {
  const line = document.getElementById("writes");
  clearTimeout(silence);
  line.textContent = on ? line.dataset.text : "";
  if (on) silence = setTimeout(writing, WRITING);
}

function local() {
  for (const time of document.querySelectorAll("time")) {
    time.textContent = new Date(time.dateTime).toLocaleTimeString(document.documentElement.lang, { hour: "numeric", minute: "2-digit" });
  }
}

function settle() {
  const now = talk().dataset;
  if (who.visit.value !== now.visit || now.visit) {
    who.visit.value = now.visit;
    if (!who.person.value || "keep" in now) kept("keep" in now ? now.visit : "");
  }
  if (now.said && now.said === say.elements.once.value) {
    box.value = "";
    say.elements.once.value = now.once;
  }
  local();
  listen(now.live);
  const lines = document.getElementById("lines");
  lines.scrollTop = lines.scrollHeight;
  if (byKeys && document.activeElement === document.body) box.focus();  // the star that was pressed is gone
  byKeys = false;
  tell("unread", { count: Number(now.unread) });
}
const trouble = (text) => { document.getElementById("trouble").textContent = text; };
let byKeys = false;
document.addEventListener("htmx:before:request", (event) => {
  trouble("");
  byKeys = Boolean(document.activeElement?.matches("#stars :focus-visible"));
  // As it is when the request leaves: it may have waited for another, and the chat been closed meanwhile.
  event.detail.ctx.request.body.set("seen", shown && !document.hidden ? 1 : 0);
});
document.addEventListener("htmx:error", () => trouble(document.getElementById("trouble").dataset.away));
document.addEventListener("htmx:after:swap", (event) => { if (event.detail.ctx.response?.status < 400) settle(); });
document.addEventListener("visibilitychange", () => { if (!document.hidden && shown && who.visit.value) look(); });
addEventListener("storage", (event) => {
  if (event.key === KEPT && event.newValue && !who.visit.value && !who.person.value) { who.visit.value = event.newValue; look(); }
});
addEventListener("pagehide", () => { if (who.visit.value) post(say.dataset.gone); });
local();
