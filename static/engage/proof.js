// A small proof of work for public forms: finds the number that makes a given SHA-256, in slices, while the page is read.
// Written out, because crypto.subtle is missing where a page does not come by https.

const K = [], H = [];
for (let n = 2; K.length < 64; n++) {
  let prime = true;
  for (let d = 2; d * d <= n; d++) if (n % d === 0) prime = false;
  if (!prime) continue;
  if (H.length < 8) H.push((Math.sqrt(n) * 2 ** 32) | 0);
  K.push((Math.cbrt(n) * 2 ** 32) | 0);
}
const W = new Int32Array(64);

function sha256(text) {
  const length = text.length, words = new Int32Array((((length + 8) >> 6) + 1) * 16), state = H.slice();
  for (let i = 0; i < length; i++) words[i >> 2] |= text.charCodeAt(i) << (24 - (i % 4) * 8);
  words[length >> 2] |= 0x80 << (24 - (length % 4) * 8);
  words[words.length - 1] = length * 8;
  for (let at = 0; at < words.length; at += 16) {
    let [a, b, c, d, e, f, g, h] = state;
    for (let i = 0; i < 64; i++) {
      if (i < 16) W[i] = words[at + i];
      else {
        const x = W[i - 15], y = W[i - 2];
        W[i] = (W[i - 16] + ((x >>> 7 | x << 25) ^ (x >>> 18 | x << 14) ^ x >>> 3) + W[i - 7] + ((y >>> 17 | y << 15) ^ (y >>> 19 | y << 13) ^ y >>> 10)) | 0;
      }
      const one = (h + ((e >>> 6 | e << 26) ^ (e >>> 11 | e << 21) ^ (e >>> 25 | e << 7)) + ((e & f) ^ (~e & g)) + K[i] + W[i]) | 0;
      const two = (((a >>> 2 | a << 30) ^ (a >>> 13 | a << 19) ^ (a >>> 22 | a << 10)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      [h, g, f, e, d, c, b, a] = [g, f, e, (d + one) | 0, c, b, a, (one + two) | 0];
    }
    [a, b, c, d, e, f, g, h].forEach((value, i) => { state[i] = (state[i] + value) | 0; });
  }
  return state.map((value) => (value >>> 0).toString(16).padStart(8, "0")).join("");
}

const asked = document.getElementById("proof"), form = asked.form;
let number = 0, pressed;

function search() {
  const until = performance.now() + 12;
  while (performance.now() < until && number <= Number(asked.dataset.most)) {
    if (sha256(asked.dataset.salt + number) === asked.dataset.digest) return found();
    number += 1;
  }
  if (number <= Number(asked.dataset.most)) setTimeout(search);
}

function found() {
  document.getElementById("proof-number").value = number;
  if (pressed) form.requestSubmit(pressed);
}

form.addEventListener("submit", (event) => {
  if (document.getElementById("proof-number").value || number > Number(asked.dataset.most)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  pressed = event.submitter;
  const wait = document.getElementById("proof-wait");
  if (wait) wait.hidden = false;
});
search();
