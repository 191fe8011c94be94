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
  function known() {
    try { return localStorage.getItem(store); } catch (e) { return ""; }
  }
  function act() {
    if (acted) return;
    var who = known();
    acted = true;
    send();
    if (who) setTimeout(look, 1000, who);
  }

  /* What waits for a visitor whom we know: asked for once, after the visitor acted. */
  function look(who) {
    fetch(home + "/w/onsite", { method: "POST", body: JSON.stringify({ writeKey: key, anonymousId: who }), credentials: "omit" })
      .then(function (answer) { return answer.status === 200 && answer.json(); })
      .then(function (message) { if (message) show(message); })
      .catch(function () {});
  }
  function show(message) {
    var host = d.createElement("div"), root = host.attachShadow({ mode: "closed" }), slides = message.shape === "slide";
    function tell(what) {
      fetch(home + "/w/onsite/heard", { method: "POST", body: JSON.stringify({ token: message.token, what: what }), keepalive: true, credentials: "omit", mode: "no-cors" }).catch(function () {});
    }
    function add(parent, name, css, words) {
      var element = d.createElement(name);
      element.style.cssText = css;
      element.textContent = words || "";
      return parent.appendChild(element);
    }
    function close() { host.remove(); tell("closed"); }
    function write() {
      var form = add(box, "form", "");
      words = add(form, "textarea", "all:revert;font:inherit;display:block;box-sizing:border-box;width:100%;height:96px;margin:12px 0 0;padding:8px");
      words.setAttribute("aria-label", message.write);
      words.maxLength = 10000;
      var send = add(form, "button", button + plain, message.send), note = add(form, "p", "margin:8px 0 0");
      note.setAttribute("role", "status");
      function said(text, done) {
        note.textContent = text;
        send.disabled = false;
        if (done) form.replaceWith(note), words = null;
      }
      form.onsubmit = function (event) {
        event.preventDefault();
        send.disabled = true;
        fetch(home + "/w/onsite/said", { method: "POST", body: JSON.stringify({ token: message.token, once: message.once, text: words.value }), credentials: "omit" })
          .then(function (answer) { return answer.json().then(function (told) { said(told.text, answer.ok); }); })
          .catch(function () { said(message.trouble); });
      };
      words.focus();
    }
    var words, plain = "background:#FFF;color:#1F2622";
    var button = "all:revert;font:inherit;line-height:24px;padding:10px 16px;border-radius:8px;margin:12px 8px 0 0;display:inline-block;cursor:pointer;text-decoration:none;border:1px solid #1F6F5C;";
    var box = add(root, "section", "all:initial;position:fixed;z-index:2147483647;box-sizing:border-box;background:#FFF;color:#1F2622;border:1px solid #857C6D;font:16px/24px system-ui,sans-serif;padding:16px;" + (slides ? "right:16px;bottom:16px;width:360px;max-width:calc(100% - 32px);border-radius:8px" : "top:0;left:0;right:0;border-width:0 0 1px"));
    box.setAttribute("role", "region");
    box.setAttribute("aria-label", message.title || message.text);
    if (message.title) add(box, "strong", "display:block", message.title);
    add(box, "div", "white-space:pre-line;max-height:50vh;overflow:auto", message.text);
    if (message.link) add(box, "a", button + "background:#1F6F5C;color:#FFF", message.open).href = message.link;
    add(box, "button", button + plain, message.write).onclick = function () { this.remove(); write(); };
    add(box, "button", button + plain, message.close).onclick = close;
    box.onkeydown = function (event) {
      event.stopPropagation();
      if (event.key === "Escape" && !(words && words.value)) close();
    };
    d.body.appendChild(host);
    tell("seen");
  }

  api.track = function (name, properties) { put("track", { event: String(name), properties: properties || {} }); };
  api.page = function (name, properties) { put("page", { name: name || d.title, properties: properties || { path: d.location.pathname } }); };
  api.identify = function (user, traits) {
    var fields = { traits: (typeof user === "object" ? user : traits) || {} };
    if (user && typeof user !== "object") fields.userId = String(user);
    put("identify", fields);
  };
  api.search = function (words) { api.track("Products Searched", { query: String(words) }); };
  api.notify = function () { if (acted) w.open(home + "/w/push/" + key + "/#" + visitor(), "_blank", "noopener"); };
  w.engage = api;
  waiting.forEach(function (call) { if (api[call[0]]) api[call[0]].apply(api, call.slice(1)); });

  ["pointerdown", "keydown", "submit"].forEach(function (name) { d.addEventListener(name, act, { capture: true, passive: true }); });
  d.addEventListener("click", function (event) { if (event.target.closest && event.target.closest("[data-engage-notify]")) api.notify(); });
  d.addEventListener("visibilitychange", function () { if (acted && d.visibilityState === "hidden") send(); });
  d.addEventListener("submit", function (event) {
    var field = event.target.querySelector && event.target.querySelector('input[type="search"]');
    if (field && field.value) api.search(field.value);
  }, true);
  api.page();
})(window, document);
