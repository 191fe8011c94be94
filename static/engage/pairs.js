// The arrow keys choose of two photos: left, right, and down for neither. Once only, however long a key is held.

const form = document.getElementById("pairs");
const CHOICES = { ArrowLeft: "left", ArrowRight: "right", ArrowDown: "neither" };
let sent = false;

document.addEventListener("keydown", (event) => {
  const choice = CHOICES[event.key];
  if (!choice || sent || event.repeat || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  form.requestSubmit(form.querySelector(`button[value="${choice}"]`));
});

form.addEventListener("submit", (event) => {
  if (sent) event.preventDefault();
  sent = true;
});

window.addEventListener("pageshow", () => {
  sent = false;
});
