// Checks the record of a draw in the visitor's own browser: the page works without, by the file and ten lines of Python.
const box = document.querySelector("[data-draw]");
const words = box.querySelector("[role=status]").dataset;
const said = box.querySelector("ul");
const text = new TextEncoder();
const hex = (bytes) => Array.from(new Uint8Array(bytes), (one) => one.toString(16).padStart(2, "0")).join("");
const sha256 = async (words) => hex(await crypto.subtle.digest("SHA-256", text.encode(words)));

async function orderIsRight(record) {
  const key = await crypto.subtle.importKey("raw", text.encode(record.seed), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  const listed = new Set(record.drawn_from);
  const gone = new Set(record.passed_over);
  for (const group of record.drawn) {
    const lots = [];
    for (const id of group.among.filter((one) => listed.has(one) && !gone.has(one))) {
      lots.push([hex(await crypto.subtle.sign("HMAC", key, text.encode(id))), id]);
    }
    lots.sort((one, other) => (one[0] < other[0] ? -1 : 1));
    if (group.came.some((id, place) => lots[place]?.[1] !== id)) return false;
  }
  return true;
}

function say(name, right) {
  const line = document.createElement("li");
  line.className = right ? "draw-right" : "draw-wrong";
  line.textContent = words[right ? name : `not${name[0].toUpperCase()}${name.slice(1)}`] || words[name];
  said.append(line);
}

box.querySelector("button").addEventListener("click", async () => {
  said.replaceChildren();
  try {
    const record = await (await fetch(box.dataset.draw)).json();
    say("seed", (await sha256(record.seed)) === record.commitment);
    say("list", (await sha256(record.drawn_from.join("\n"))) === record.drawn_from_sha256);
    say("order", await orderIsRight(record));
  } catch {
    said.replaceChildren();
    say("cannot", false);
  }
});
box.hidden = false;
