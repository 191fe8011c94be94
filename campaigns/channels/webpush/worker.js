/* Engage's service worker: shows what is pushed and opens what is clicked. It sees no page and no request. */
"use strict";
self.addEventListener("install", function () { self.skipWaiting(); });
self.addEventListener("push", function (event) {
  var said = event.data.json();
  var actions = said.less ? [{ action: "less", title: said.less_words }] : [];
  event.waitUntil(self.registration.showNotification(said.title, { body: said.body, tag: said.tag, data: said, actions: actions }));
});
self.addEventListener("notificationclick", function (event) {
  var said = event.notification.data, url = event.action === "less" ? said.less : said.url;
  event.notification.close();
  if (url) event.waitUntil(self.clients.openWindow(url));
});
