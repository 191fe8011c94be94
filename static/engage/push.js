/* Switches notifications on in this browser, once somebody presses the button; nothing is asked or stored before. */
(function () {
  "use strict";
  var form = document.querySelector("[data-push]");
  if (!form) return;
  var said = form.querySelector("[data-push-said]"), button = form.querySelector("button");
  var token = form.querySelector("[name=csrfmiddlewaretoken]");

  function say(what) { said.textContent = form.dataset[what]; }
  function post(to, body) {
    var headers = { "Content-Type": "application/json" };
    if (token) headers["X-CSRFToken"] = token.value;
    return fetch(to, { method: "POST", headers: headers, body: JSON.stringify(body), credentials: "same-origin" }).then(function (answer) {
      if (!answer.ok) throw new Error(answer.status);
      return answer;
    });
  }
  function active(registration) {
    var worker = registration.installing || registration.waiting;
    if (registration.active || !worker) return registration;
    return new Promise(function (resolve) {
      worker.addEventListener("statechange", function () { if (worker.state === "activated") resolve(registration); });
    });
  }
  function subscribe(pushes, key) {
    var wanted = { userVisibleOnly: true, applicationServerKey: key };
    return pushes.subscribe(wanted).catch(function (error) {
      if (error.name !== "InvalidStateError") throw error;
      return pushes.getSubscription().then(function (old) { return old.unsubscribe(); }).then(function () { return pushes.subscribe(wanted); });
    });
  }
  function allow(topics) {
    return Promise.all([
      post(form.dataset.key, {}).then(function (answer) { return answer.json(); }),
      navigator.serviceWorker.register(form.dataset.worker).then(active),
    ]).then(function (both) {
      return subscribe(both[1].pushManager, both[0].key);
    }).then(function (subscription) {
      return post(form.dataset.post, { device: location.hash.slice(1), topics: topics, subscription: subscription });
    });
  }

  if (!(navigator.serviceWorker && window.PushManager && window.Notification)) { say("cannot"); return; }
  button.disabled = false;
  form.addEventListener("submit", function (event) {
    event.preventDefault();
    var boxes = form.querySelectorAll("[name=topic]");
    var topics = Array.prototype.filter.call(boxes, function (box) { return box.checked; }).map(function (box) { return box.value; });
    if (boxes.length && !topics.length) { say("none"); return; }
    button.disabled = true;
    Notification.requestPermission().then(function (answer) {
      if (answer !== "granted") { say("denied"); button.disabled = false; return; }
      return allow(topics).then(function () { say("done"); button.hidden = true; });
    }).catch(function () { say("wrong"); button.disabled = false; });
  });
})();
