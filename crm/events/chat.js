/* Engage's chat: a button in a corner of the page. Nothing is stored, and nothing asked for, until it is pressed. */
(function (w, d) {
  "use strict";
  var home = new URL(d.currentScript.src).origin, words = __WORDS__, api = (w.engage = w.engage || {});
  if (api.chat || (home !== location.origin && __SITES__.indexOf(location.origin) < 0)) return;
  var lang = d.documentElement.lang || navigator.language || "", label = words[lang.slice(0, 2)] || words[""];
  var nonce = crypto.getRandomValues(new Uint32Array(4)).join("-"), open = "engage.chat", tab = "sessionStorage", local = "localStorage", frame, focus;
  var host = d.createElement("div"), root = host.attachShadow({ mode: "closed" }), sheet = new CSSStyleSheet();
  sheet.replaceSync(
    ":host{all:initial}button,iframe{position:fixed;z-index:2147483646;right:16px;bottom:16px;box-sizing:border-box}" +
    "button{min-height:48px;padding:8px 20px;border:1px solid __INK__;border-radius:24px;background:__COLOUR__;color:__INK__;font:600 16px/24px system-ui,sans-serif;cursor:pointer}" +
    "button:focus-visible{outline:3px solid __INK__;box-shadow:0 0 0 6px __COLOUR__}" +
    "iframe{width:384px;height:min(640px,100% - 32px);border:1px solid #857C6D;border-radius:12px;background:#FFF}" +
    "[hidden]{display:none}@media(max-width:480px),(max-height:480px){iframe{inset:0;width:100%;height:100%;border:0;border-radius:0}}@media print{*{display:none}}"
  );
  root.adoptedStyleSheets = [sheet];
  var button = d.createElement("button");
  button.type = "button";
  button.textContent = label;
  button.onclick = function () { show(1); };
  button.setAttribute("aria-haspopup", "dialog");
  root.append(button);

  function keep(store, name, value) {
    try { return value === undefined ? w[store].getItem(name) : value ? w[store].setItem(name, value) : w[store].removeItem(name); } catch (e) {}
  }
  function say(what) {
    var who = d.querySelector("[data-engage-person]"), person = who ? who.dataset.engagePerson : "";
    frame.contentWindow.postMessage({ engage: nonce, what: what, focus: focus, person: person, kept: keep(local, open), page: location.origin + location.pathname }, home);
  }
  function show(pressed) {
    if (pressed) focus = 1;
    if (frame) {
      say("shown");
    } else {
      frame = d.createElement("iframe");
      frame.title = label;
      frame.sandbox = "allow-scripts allow-forms allow-same-origin allow-popups";
      frame.src = home + "/w/chat/__KEY__/?lang=" + encodeURIComponent(lang) + "#" + nonce;
      frame.onload = function () { say("hello"); };
      root.append(frame);
    }
    frame.hidden = false;
    button.hidden = true;
    if (pressed) frame.focus();
    keep(tab, open, 1);
  }
  function hide() {
    frame.hidden = true;
    button.hidden = false;
    button.focus();
    keep(tab, open, "");
    say("hidden");
  }
  w.addEventListener("message", function (event) {
    var said = event.data;
    if (!frame || event.source !== frame.contentWindow || event.origin !== home || !said || said.engage !== nonce) return;
    if (said.what === "close") hide();
    if (said.what === "keep") keep(local, open, String(said.visit)); /* where a browser lets no frame keep anything */
    if (said.what === "unread") button.textContent = label + (said.count > 0 ? " (" + +said.count + ")" : "");
  });
  d.addEventListener("click", function (event) {
    if (!event.target.closest || !event.target.closest("[data-engage-chat]")) return;
    event.preventDefault();
    show(1);
  });
  api.chat = function () { show(1); };
  function draw() {
    d.body.append(host);
    if (keep(tab, open)) show();
  }
  d.body ? draw() : d.addEventListener("DOMContentLoaded", draw);
})(window, document);
