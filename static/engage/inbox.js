// An open conversation. Without this file everything works; an answer is only refused once more often.

// While nothing is written yet, what appears has been read; once words stand in the box, later lines refuse the send.
document.addEventListener("htmx:after:swap", () => {
  const box = document.querySelector("#answer textarea");
  const thread = document.getElementById("thread");
  if (box && thread && !box.value.trim()) document.querySelector("#answer [name=seen]").value = thread.dataset.last;
});

// "Keep" takes along what is marked in the words.
document.addEventListener("click", (event) => {
  const keep = event.target.closest("[data-keeps]");
  if (!keep) return;
  const marked = getSelection();
  const bubble = keep.closest(".bubble");
  const inside = marked.rangeCount && bubble.contains(marked.getRangeAt(0).commonAncestorContainer);
  const words = inside ? marked.toString().trim() : "";
  if (!words) return;
  document.getElementById("dialog").addEventListener("htmx:after:swap", function fill() {
    const value = this.querySelector("[name=value]");
    if (value) value.value = words.slice(0, value.maxLength > 0 ? value.maxLength : 500);
  }, { once: true });
});

// Control and Return send.
document.addEventListener("keydown", (event) => {
  const box = event.target.closest("#answer textarea");
  if (box && event.key === "Enter" && (event.ctrlKey || event.metaKey)) box.form.requestSubmit();
});
