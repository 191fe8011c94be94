// A survey's page: tells that it was begun, and in a frame on a shop's site how high it is. The page around it is heard
// only if it is the one that holds us, stands on the owner's list and knows the nonce of this opening; what we tell it
// names its origin. Nothing of this is needed to answer.
const told = document.getElementById("survey-frame").dataset, framed = parent !== window && told.sites;
const nonce = location.hash.slice(1), sites = JSON.parse(told.sites || "[]");
let host = "", began = !told.begun;

const tell = (what, more = {}) => { if (host) parent.postMessage({ engage: nonce, what, ...more }, host); };
const measure = () => tell("height", { height: Math.ceil(document.body.getBoundingClientRect().height) });

function begin() {
  if (began) return;
  began = true;
  navigator.sendBeacon(told.begun);
}
addEventListener("input", begin);
addEventListener("submit", begin);

if (framed) {
  for (const link of document.links) {
    if ("here" in link.dataset) link.hash = nonce;
    else { link.target = "_blank"; link.rel = "noopener"; }
  }
  for (const form of document.forms) form.action = `${form.action.split("#")[0]}#${nonce}`;
  addEventListener("keydown", (event) => { if (event.key === "Escape" && !event.isComposing) tell("close"); });
  addEventListener("message", (event) => {
    const said = event.data;
    if (event.source !== parent || !nonce || said?.engage !== nonce || said.what !== "hello" || !sites.includes(event.origin)) return;
    const first = !host;
    host = event.origin;
    if (first) new ResizeObserver(measure).observe(document.body);
    measure();
    if (document.querySelector("[data-answered]")) tell("answered");
    for (const field of document.querySelectorAll("[name=device]")) field.value = String(said.visitor ?? "").slice(0, 100);
    const start = document.querySelector("[role=alert], [aria-invalid], h1");
    if (said.focus && start) { start.tabIndex = start.tabIndex < 0 ? -1 : start.tabIndex; start.focus(); }
  });
}
