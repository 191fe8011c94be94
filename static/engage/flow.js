// The editor of journeys: saving while one types, keys, and dragging. Without this file everything works by its buttons.

const WAIT_TO_SAVE = 700;
let saving = null;

function save(form) {
  clearTimeout(saving);
  saving = null;
  if (form.isConnected) htmx.trigger(form, "flow-save");
}

// The rows of a rule save themselves.
function field(event) {
  const form = event.target.closest?.("#flow-form");
  return form && !event.target.closest(".rule-editor") ? form : null;
}
document.addEventListener("input", (event) => {
  const form = field(event);
  if (!form || "refits" in event.target.dataset) return;
  clearTimeout(saving);
  saving = setTimeout(save, WAIT_TO_SAVE, form);
});
document.addEventListener("change", (event) => {
  const form = field(event);
  if (!form) return;
  if ("refits" in event.target.dataset) document.getElementById("flow-refit").click(); // other fields belong to it
  else save(form);
});

function press(value) {
  const form = document.getElementById("flow-do");
  const button = document.createElement("button");
  Object.assign(button, { name: "do", value, hidden: true });
  form.append(button);
  form.requestSubmit(button);
  button.remove();
}

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, select, [contenteditable]");
  if (typing || document.querySelector("dialog[open]")) return;
  const card = event.target.closest(".flow-card[data-step]");
  if (event.altKey && card && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
    event.preventDefault();
    press(`${event.key === "ArrowUp" ? "up" : "down"}:${card.dataset.step}`);
  }
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z") {
    event.preventDefault();
    document.getElementById(event.shiftKey ? "flow-redo" : "flow-undo")?.click();
  }
});

// Drag by the number of a card to a plus: with a mouse, a pen or a finger.
let drag = null;
function nearest(x, y) {
  let found = null;
  let least = 90;
  for (const place of document.querySelectorAll(".flow-plus")) {
    const box = place.getBoundingClientRect();
    const away = Math.hypot(x - Math.min(Math.max(x, box.left), box.right), y - (box.top + box.bottom) / 2);
    if (away < least && !drag.card.contains(place)) { least = away; found = place; }
  }
  return found;
}
function over(place) {
  drag.place?.classList.remove("flow-here");
  drag.place = place;
  place?.classList.add("flow-here");
}
function drop() {
  const { card, place } = drag;
  over(null);
  card.classList.remove("flow-dragged");
  document.body.classList.remove("flow-dragging");
  drag = null;
  return { card, place };
}
document.addEventListener("pointerdown", (event) => {
  const grip = event.target.closest("[data-drag]");
  if (!grip || event.button !== 0) return;
  event.preventDefault();
  grip.setPointerCapture(event.pointerId);
  drag = { card: grip.closest(".flow-card"), place: null };
  drag.card.classList.add("flow-dragged");
  document.body.classList.add("flow-dragging");
});
document.addEventListener("pointermove", (event) => {
  if (!drag) return;
  over(nearest(event.clientX, event.clientY));
  if (event.clientY < 80) scrollBy(0, -12);
  if (event.clientY > innerHeight - 80) scrollBy(0, 12);
});
document.addEventListener("pointerup", () => {
  if (!drag) return;
  const { card, place } = drop();
  if (place) press(`move:${card.dataset.step}:${place.dataset.way}`);
});
document.addEventListener("pointercancel", () => { if (drag) drop(); });
