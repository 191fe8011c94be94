/* Engage's surveys on a page. Nothing is stored, and nobody told who looks, before the visitor acts. */
(function (w, d) {
  "use strict";
  var home = new URL(d.currentScript.src).origin, key = __KEY__, places = __PLACES__, words = __WORDS__, rest = __DAYS__ * 864e5;
  var api = (w.engage = w.engage || {}), root = d.documentElement, store = "engage.surveys", waits = [], acted, may, shown, free;
  if (api.surveys) return;
  api.surveys = 1;
  var sheet = new CSSStyleSheet(), lang = (root.lang || navigator.language || "").slice(0, 2);
  sheet.replaceSync(
    ":host{display:block;color-scheme:inherit}" +
    "dialog{position:fixed;z-index:2147483645;box-sizing:border-box;margin:auto;padding:0;width:480px;max-width:calc(100% - 32px);max-height:calc(100% - 32px);border:1px solid #857C6D;border-radius:12px;overflow:hidden;background:light-dark(#FFF,#1D2421);color:light-dark(#1F2622,#E8EBE7);font:16px/24px system-ui,sans-serif}" +
    ".slide{inset:auto 16px 16px auto;inset-inline:auto 16px;margin:0;width:384px}" +
    "button{all:unset;display:block;box-sizing:border-box;width:44px;height:44px;margin-inline-start:auto;text-align:center;font:24px/44px system-ui,sans-serif;cursor:pointer}" +
    "button:focus-visible{outline:3px solid;outline-offset:-4px;border-radius:12px}" +
    "iframe{display:block;width:100%;border:0}dialog iframe{max-height:calc(100vh - 80px)}" +
    "@media(max-width:480px){dialog,.slide{inset:auto 0 0;margin:0;width:100%;max-width:none;border-width:1px 0 0;border-radius:12px 12px 0 0}}" +
    "@media(prefers-reduced-motion:no-preference){dialog{animation:e .2s}@keyframes e{from{opacity:0;transform:translateY(16px)}}}" +
    "@media print{*{display:none}}"
  );

  function read(name) {
    try { return localStorage.getItem(name) || ""; } catch (e) { return ""; }
  }
  function known() {
    try { return JSON.parse(read(store)) || {}; } catch (e) { return {}; }
  }
  function keep(one, done) {
    var now = known();
    if (one.x) return;
    if (one.s !== "inline") now.last = Date.now();
    if (done) now["s:" + one.k] = 1;
    try { localStorage.setItem(store, JSON.stringify(now)); } catch (e) {}
  }
  function post(path, said) {
    said.writeKey = key;
    said.anonymousId = read("engage.visitor");
    return fetch(home + "/w/surveys/" + path, { method: "POST", body: JSON.stringify(said), keepalive: true, credentials: "omit" });
  }
  function here(one) {
    return one.o.indexOf(location.origin) >= 0 && (!one.p.length || one.p.some(function (path) {
      return new RegExp("^" + path.split("*").map(function (part) { return part.replace(/[^\w\/]/g, "\\$&"); }).join(".*") + "$").test(location.pathname);
    }));
  }

  /* The frame is heard where window, origin and the nonce of this opening are right. */
  function frame(one, close) {
    var nonce = crypto.getRandomValues(new Uint32Array(4)).join("-"), element = d.createElement("iframe"), loads = 0;
    element.title = one.t;
    element.sandbox = "allow-scripts allow-forms allow-same-origin allow-popups allow-popups-to-escape-sandbox";
    element.height = one.h;
    if (!close) element.loading = "lazy";
    element.src = home + (one.x || "/s/" + one.k + "/in/" + one.u + "/") + "#" + nonce;
    element.onload = function () {
      loads++;
      element.contentWindow.postMessage({ engage: nonce, what: "hello", focus: !!close && one.s !== "slide" || loads > 1, visitor: one.x ? "" : read("engage.visitor") }, home);
    };
    w.addEventListener("message", function (event) {
      var said = event.data;
      if (!element.contentWindow || event.source !== element.contentWindow || event.origin !== home || !said || said.engage !== nonce) return;
      if (said.what === "height") element.height = Math.max(Math.min(+said.height || 0, 9999), close || loads > 1 ? 0 : one.h);
      if (said.what === "answered") keep(one, 1);
      if (said.what === "close" && close) close();
    });
    return element;
  }
  function shadow(host) {
    var inside = host.attachShadow({ mode: "closed" });
    inside.adoptedStyleSheets = [sheet];
    return inside;
  }
  function met(one, what) {
    if (may) post("met", { place: one.u, what: what }).catch(function () {});
  }
  function show(one) {
    var host = d.createElement("div"), box = d.createElement("dialog"), button = d.createElement("button"), before = d.activeElement;
    shown = one;
    box.className = one.s;
    box.dir = getComputedStyle(root).direction;
    box.setAttribute("aria-label", one.t);
    button.type = "button";
    button.textContent = "\u00d7";
    button.setAttribute("aria-label", words[lang] || words[""]);
    function close() {
      var inside = d.activeElement === host;
      box.close();
      host.remove();
      keep(one, 1);
      if (inside && before) before.focus();
      met(one, "closed");
      if (free) free();
    }
    button.onclick = close;
    box.onkeydown = function (event) { if (event.key === "Escape") { event.preventDefault(); close(); } };
    box.oncancel = function (event) { event.preventDefault(); close(); };
    box.append(button, frame(one, close));
    shadow(host).append(box);
    d.body.append(host);
    if (one.s === "slide") box.setAttribute("open", "");
    else box.showModal();
    if (acted) keep(one);
    met(one, "shown");
  }
  function rests(one) {
    var now = known();
    return shown || now["s:" + one.k] || Date.now() - (now.last || 0) < rest;
  }
  /* Of several tabs one shows something: it holds a lock, which is stored nowhere, until that is put away. */
  function claim(one) {
    if (!navigator.locks) return show(one);
    navigator.locks.request(store, { ifAvailable: true }, function (lock) {
      if (!lock || rests(one)) return;
      show(one);
      return new Promise(function (done) { free = done; });
    });
  }
  function due(one) {
    if (shown) return;
    if (one.x) return show(one);
    if (!here(one) || rests(one)) return;
    if (!read("engage.visitor")) return one.a ? 0 : claim(one);
    if (!acted) return waits.push(one);
    may = may || post("may", { places: places.filter(here).map(function (one) { return one.u; }) })
      .then(function (answer) { return answer.ok ? answer.json() : []; }).catch(function () { return []; });
    may.then(function (allowed) { if (!shown && allowed.indexOf(one.u) >= 0) claim(one); });
  }
  function act() {
    if (acted) return;
    acted = 1;
    if (shown) keep(shown);
    setTimeout(function () { waits.splice(0).forEach(due); }, 1000);
  }
  function begin() {
    places.forEach(function (one) {
      if (one.s === "inline")
        d.querySelectorAll('[data-engage-survey="' + one.k + '"]').forEach(function (host) { if (here(one)) shadow(host).append(frame(one)); });
      else if (one.w === "seconds") setTimeout(due, one.n * 1000, one);
      else if (one.w === "scroll")
        w.addEventListener("scroll", function look() {
          if ((w.scrollY + w.innerHeight) / root.scrollHeight * 100 < one.n) return;
          w.removeEventListener("scroll", look);
          due(one);
        }, { passive: true });
      else if (w.matchMedia("(hover:hover) and (pointer:fine)").matches)
        root.addEventListener("mouseleave", function (event) { if (event.clientY <= 0) due(one); });
    });
  }
  ["pointerdown", "keydown"].forEach(function (name) { d.addEventListener(name, act, { capture: true, passive: true }); });
  d.readyState === "loading" ? d.addEventListener("DOMContentLoaded", begin) : begin();
})(window, document);
