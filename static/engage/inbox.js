// An open conversation. Without this file everything works; an answer is only refused once more often.

// While nothing is written yet, what appears has been read; once words stand in the box, later lines refuse the send.
document.addEventListener("htmx:after:swap", () => {
  const box = document.querySelector("#answer textarea");
  const thread = document.getElementById("thread");
  if (box && thread && !box.value.trim()) document.querySelector("#answer [name=seen]").value = thread.dataset.last;
});

// "Keep" takes along what is marked in the words; the press itself would unmark them, so it is read before.
let marked = "";
function mark(event) {
  const bubble = event.target.closest("[data-keeps]")?.closest(".bubble");
  if (!bubble) return;
  const selection = getSelection();
  const inside = selection.rangeCount && bubble.contains(selection.getRangeAt(0).commonAncestorContainer);
  marked = inside ? selection.toString().trim().slice(0, 500) : "";
}
document.addEventListener("pointerdown", mark);
document.addEventListener("keydown", mark);
document.addEventListener("htmx:after:swap", () => {
  const value = document.querySelector("#dialog [name=value]");
  if (value && marked) value.value = marked;
  if (value) marked = "";
});

// Control and Return send.
document.addEventListener("keydown", (event) => {
  const box = event.target.closest("#answer textarea");
  if (box && event.key === "Enter" && (event.ctrlKey || event.metaKey)) box.form.requestSubmit();
});
