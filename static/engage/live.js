// Live regions. <section data-live="inbox" hx-get="…" hx-trigger="live" hx-swap="outerHTML"> is fetched again
// whenever /live/inbox/ says that something changed. A message carries ids only; the page re-reads, also after
// every (re)connection, so nothing that happened in between is missed. Who
// is `here` changes nothing and is only passed on. A hidden page listens to nothing.

const FIRST_DELAY = 1000;
const LONGEST_DELAY = 30000;
const TOGETHER = 150;
const streams = new Map();

function refresh(name) {
  for (const region of document.querySelectorAll(`[data-live~="${CSS.escape(name)}"]`)) {
    htmx.trigger(region, "live");
  }
}

function refreshSoon(name, stream) {
  stream.due ??= setTimeout(() => { stream.due = null; refresh(name); }, TOGETHER);
}

function connect(name, stream) {
  const source = new EventSource(`/live/${encodeURIComponent(name)}/`);
  stream.source = source;
  source.onopen = () => {
    stream.delay = FIRST_DELAY;
    refreshSoon(name, stream);
    document.dispatchEvent(new Event("live:open"));
  };
  source.onmessage = (message) => {
    const heard = JSON.parse(message.data);
    if (heard.here) document.dispatchEvent(new CustomEvent("live:here", { detail: heard }));
    else refreshSoon(name, stream);
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
    const stream = { delay: FIRST_DELAY, due: null };
    streams.set(name, stream);
    connect(name, stream);
  }
}

document.addEventListener("visibilitychange", listen);
document.addEventListener("htmx:after:swap", listen);
window.addEventListener("pagehide", () => { for (const [name, stream] of streams) close(name, stream); });
window.addEventListener("pageshow", listen);
listen();
