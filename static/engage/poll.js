// What came of a poll, as it comes: the server says that somebody voted, and the part of the page is read again, once a
// second at most. Without a stream it is read every 15 seconds; a hidden page follows nothing.

const region = document.querySelector("[data-follows]");
const TOGETHER = 1000;
const WITHOUT_STREAM = 15000;
let source = null;
let due = null;
let looks = null;

async function read() {
  due = null;
  const answer = await fetch(location.pathname + region.dataset.part, { cache: "no-store" });
  if (answer.ok) region.innerHTML = await answer.text();
}

function soon() {
  due ??= setTimeout(() => read().catch(() => {}), TOGETHER);
}

function follow() {
  source?.close();
  clearInterval(looks);
  source = looks = null;
  if (document.hidden) return;
  source = new EventSource(region.dataset.follows);
  source.onmessage = soon;
  source.onerror = () => {
    if (source.readyState === EventSource.CLOSED) looks ??= setInterval(soon, WITHOUT_STREAM);
  };
}

if (region) {
  document.addEventListener("visibilitychange", follow);
  follow();
}
