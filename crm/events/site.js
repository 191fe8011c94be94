/* Engage's site script. Nothing is stored and nothing is sent before the visitor acts. */
(function (w, d) {
  "use strict";
  var key = "__KEY__", home = "__HOME__", store = "engage.visitor";
  var queue = [], acted = false, timer = 0, api = w.engage || {};
  var waiting = Array.isArray(api.q) ? api.q : [];

  function id() {
    return w.crypto && crypto.randomUUID
      ? crypto.randomUUID()
      : "xxxxxxxx-xxxx-4xxx".replace(/x/g, function () { return ((Math.random() * 16) | 0).toString(16); });
  }
  function visitor() {
    try {
      var known = localStorage.getItem(store);
      if (!known) localStorage.setItem(store, (known = id()));
      return known;
    } catch (e) {
      return (visitor.once = visitor.once || id());
    }
  }
  function put(type, fields) {
    fields.type = type;
    fields.messageId = id();
    fields.timestamp = new Date().toISOString();
    fields.context = { page: { url: d.location.href, path: d.location.pathname, title: d.title, referrer: d.referrer.split("/").slice(0, 3).join("/") } };
    queue.push(fields);
    if (acted) timer = timer || setTimeout(send, 500);
  }
  function send() {
    clearTimeout(timer);
    timer = 0;
    if (!queue.length) return;
    var batch = queue.splice(0, 50), who = visitor();
    batch.forEach(function (item) { item.anonymousId = who; });
    var body = JSON.stringify({ batch: batch, writeKey: key, sentAt: new Date().toISOString() });
    var url = home + "/v1/b";
    if (!(navigator.sendBeacon && navigator.sendBeacon(url, body)))
      fetch(url, { method: "POST", body: body, keepalive: true, credentials: "omit", mode: "no-cors" }).catch(function () {});
    if (queue.length) timer = setTimeout(send, 500);
  }
  function act() {
    if (acted) return;
    acted = true;
    send();
  }

  api.track = function (name, properties) { put("track", { event: String(name), properties: properties || {} }); };
  api.page = function (name, properties) { put("page", { name: name || d.title, properties: properties || { path: d.location.pathname } }); };
  api.identify = function (user, traits) {
    var fields = { traits: (typeof user === "object" ? user : traits) || {} };
    if (user && typeof user !== "object") fields.userId = String(user);
    put("identify", fields);
  };
  api.search = function (words) { api.track("Products Searched", { query: String(words) }); };
  w.engage = api;
  waiting.forEach(function (call) { if (api[call[0]]) api[call[0]].apply(api, call.slice(1)); });

  ["pointerdown", "keydown", "submit"].forEach(function (name) { d.addEventListener(name, act, { capture: true, passive: true }); });
  d.addEventListener("visibilitychange", function () { if (acted && d.visibilityState === "hidden") send(); });
  d.addEventListener("submit", function (event) {
    var field = event.target.querySelector && event.target.querySelector('input[type="search"]');
    if (field && field.value) api.search(field.value);
  }, true);
  api.page();
})(window, document);
