// What the editors of designs and of journeys share: saving while one types, keys, undo, and dragging. Without this file
// everything works by its buttons.
//
// form[data-saves]     saves itself while one types, by the event editor-save
// form[data-fresh]     was just added: what a field lacks is said once the field was left
// [data-refits=ID]     a field that others belong to: it presses the button ID instead
// [data-searches]      a field that only finds something to choose from
// form[data-presses]   does what a button named `do` says
// [data-card=ID]       what is moved; ID has the focus once it was
// [data-key=NAME]      the button of a key: up, down, edit and remove in a card; undo and redo on the page
// [data-focuses=ID]    what has the focus once the page has changed by this button
// [data-drag=PRESS]    the grip of a card; PRESS ends with the [data-place] where it is let go

const WAIT_TO_SAVE = 700;
let saving = null;

function save(form) {
  clearTimeout(saving);
  saving = null;
  if (form.isConnected) htmx.trigger(form, "editor-save");
}
// The rows of a rule save themselves, and what is only searched for is not kept.
function typedIn(event) {
  const form = event.target.closest?.("form[data-saves]");
  return form && !event.target.closest(".rule-editor, [data-searches]") ? form : null;
}
document.addEventListener("input", (event) => {
  const form = typedIn(event);
  if (!form || "refits" in event.target.dataset) return;
  clearTimeout(saving);
  saving = setTimeout(save, WAIT_TO_SAVE, form);
});
document.addEventListener("change", (event) => {
  const form = typedIn(event);
  if (!form) return;
  if ("refits" in event.target.dataset) document.getElementById(event.target.dataset.refits).click();
  else save(form);
});

document.addEventListener("focusout", (event) => {
  const field = event.target.closest("form[data-fresh] .field");
  if (!field || field.contains(event.relatedTarget)) return;
  field.dataset.left = "";
  const form = field.closest("form");
  if (form.contains(event.relatedTarget) && !event.relatedTarget.matches("button")) save(form);
});

// What was wrong with a field and no longer is, is no longer said of it.
document.addEventListener("htmx:after:swap", () => {
  for (const said of document.querySelectorAll("form[data-saves] .field-wrong")) {
    const field = document.getElementById(said.id.replace(/_wrong$/, ""));
    if (said.closest("form[data-fresh]") && !said.closest(".field[data-left]")) said.replaceChildren();
    if (said.childElementCount) field?.setAttribute("aria-invalid", "true");
    else field?.removeAttribute("aria-invalid");
  }
});

// Where the focus goes once the page has changed; by the press, not by what saved itself just before.
let focused = "";
document.addEventListener("htmx:after:swap", (event) => {
  if (event.detail.ctx.sourceElement?.matches("form[data-saves]")) return;
  const found = focused && document.getElementById(focused);
  if (!found) return;
  found.focus();
  focused = "";
});

document.addEventListener("click", (event) => {
  focused = event.target.closest("[data-focuses]")?.dataset.focuses || focused;
});

const MOVES = { ArrowUp: "up", ArrowDown: "down" };
const ACTS = { Enter: "edit", Delete: "remove", Backspace: "remove" };
document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, select, [contenteditable]");
  if (typing || document.querySelector("dialog[open]")) return;
  const card = event.target.closest("[data-card]");
  const move = event.altKey && MOVES[event.key];
  const name = move || (event.target === card && ACTS[event.key]);
  const button = name && card?.querySelector(`[data-key="${name}"]`);
  if (button && button.closest("[data-card]") === card) {
    event.preventDefault();
    if (move) focused = card.dataset.card;
    button.click();
  }
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z") {
    event.preventDefault();
    document.querySelector(`[data-key="${event.shiftKey ? "redo" : "undo"}"]`)?.click();
  }
});

// Drag by the grip to a place: with a mouse, a pen or a finger.
const NEAR = 120;
let drag = null;
function nearest(x, y) {
  let found = null;
  let least = NEAR;
  for (const place of document.querySelectorAll("[data-place]")) {
    const box = place.getBoundingClientRect();
    const away = Math.hypot(x - Math.min(Math.max(x, box.left), box.right), y - (box.top + box.bottom) / 2);
    if (away < least && !drag.card.contains(place)) { least = away; found = place; }
  }
  return found;
}
function over(place) {
  drag.place?.classList.remove("drop-here");
  drag.place = place;
  place?.classList.add("drop-here");
}
function drop() {
  const dropped = { ...drag };
  over(null);
  drag.card.classList.remove("dragged");
  document.body.classList.remove("dragging");
  drag = null;
  return dropped;
}
function press(value) {
  const form = document.querySelector("form[data-presses]");
  const button = document.createElement("button");
  Object.assign(button, { name: "do", value, hidden: true });
  form.append(button);
  form.requestSubmit(button);
  button.remove();
}
document.addEventListener("pointerdown", (event) => {
  const grip = event.target.closest("[data-drag]");
  if (!grip || event.button !== 0) return;
  event.preventDefault();
  grip.setPointerCapture(event.pointerId);
  drag = { grip, card: grip.closest("[data-card]"), place: null };
  drag.card.classList.add("dragged");
  document.body.classList.add("dragging");
});
document.addEventListener("pointermove", (event) => {
  if (!drag) return;
  over(nearest(event.clientX, event.clientY));
  if (event.clientY < 80) scrollBy(0, -12);
  if (event.clientY > innerHeight - 80) scrollBy(0, 12);
});
document.addEventListener("pointerup", () => {
  if (!drag) return;
  const { grip, card, place } = drop();
  if (!place) return;
  focused = card.dataset.card;
  press(grip.dataset.drag + place.dataset.place);
});
document.addEventListener("pointercancel", () => { if (drag) drop(); });
