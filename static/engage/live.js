// Live regions. <section data-live="inbox" hx-get="…" hx-trigger="live" hx-swap="outerHTML"> is fetched again
// whenever /live/inbox/ says that something changed. A message carries ids only; the page re-reads, also after
// every (re)connection, so nothing that happened in between is missed. Who
// is `here` changes nothing and is only passed on. A hidden page listens to nothing.

const FIRST_DELAY = 1000;
const LONGEST_DELAY = 30000;
const TOGETHER = 150;
const streams = new Map();

// A region may follow one thing only (data-live-of="survey=7": messages that name another are nothing to it), and ask
// at most once in data-live-every milliseconds: what comes meanwhile is read together then.
const asked = new Map();

function concerns(region, heard) {
  const [key, id] = (region.dataset.liveOf ?? "").split("=");
  return !key || heard.some((one) => !(key in one) || String(one[key]) === id);
}

function ask(key) {
  const region = document.getElementById(key);
  asked.set(key, { at: Date.now() });
  if (region) htmx.trigger(region, "live");
}

function askInTime(region) {
  const every = Number(region.dataset.liveEvery ?? 0);
  if (!every || !region.id) return htmx.trigger(region, "live");
  const last = asked.get(region.id) ?? { at: 0 };
  const wait = last.at + every - Date.now();
  if (wait <= 0) return ask(region.id);
  last.due ??= setTimeout(ask, wait, region.id);
  asked.set(region.id, last);
}

function refresh(name, heard) {
  for (const region of document.querySelectorAll(`[data-live~="${CSS.escape(name)}"]`)) {
    if (concerns(region, heard)) askInTime(region);
  }
}

function refreshSoon(name, stream, heard) {
  stream.heard.push(heard);
  stream.due ??= setTimeout(() => { stream.due = null; refresh(name, stream.heard.splice(0)); }, TOGETHER);
}

function connect(name, stream) {
  const source = new EventSource(`/live/${encodeURIComponent(name)}/`);
  stream.source = source;
  source.onopen = () => {
    stream.delay = FIRST_DELAY;
    refreshSoon(name, stream, {});
    document.dispatchEvent(new Event("live:open"));
  };
  source.onmessage = (message) => {
    const heard = JSON.parse(message.data);
    if (heard.here) document.dispatchEvent(new CustomEvent("live:here", { detail: heard }));
    else refreshSoon(name, stream, heard);
  };
  source.onerror = () => {
    if (source.readyState !== EventSource.CLOSED) return;
    stream.retry = setTimeout(() => connect(name, stream), stream.delay);
    stream.delay = Math.min(stream.delay * 2, LONGEST_DELAY);
  };
}

function close(name, stream) {
  stream.source.close();
  clearTimeout(stream.retry);
  clearTimeout(stream.due);
  streams.delete(name);
}

function listen() {
  const wanted = new Set();
  if (!document.hidden) {
    for (const region of document.querySelectorAll("[data-live]")) {
      region.dataset.live.split(/\s+/).forEach((name) => wanted.add(name));
    }
  }
  for (const [name, stream] of streams) if (!wanted.has(name)) close(name, stream);
  for (const name of wanted) {
    if (streams.has(name)) continue;
    const stream = { delay: FIRST_DELAY, due: null, heard: [] };
    streams.set(name, stream);
    connect(name, stream);
  }
}

document.addEventListener("visibilitychange", listen);
document.addEventListener("htmx:after:swap", listen);
window.addEventListener("pagehide", () => { for (const [name, stream] of streams) close(name, stream); });
window.addEventListener("pageshow", listen);
listen();
