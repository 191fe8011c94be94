// Marks in a text go around what is chosen in it, or where the caret is. Without this file they are typed.

function change(box, start, end, text, from, to) {
  box.setRangeText(text, start, end, "end");
  box.setSelectionRange(from, to);
  box.focus();
  box.dispatchEvent(new Event("input", { bubbles: true }));
}
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-wraps], [data-links], [data-begins]");
  const box = button && document.getElementById(button.dataset.of);
  if (!box) return;
  const { selectionStart: start, selectionEnd: end, value } = box;
  const chosen = value.slice(start, end);
  if (button.dataset.wraps) {
    const mark = button.dataset.wraps;
    change(box, start, end, `${mark}${chosen}${mark}`, start + mark.length, end + mark.length);
  } else if (button.dataset.links) {
    const label = chosen || button.dataset.links;
    const at = start + label.length + 3;
    change(box, start, end, `[${label}](https://)`, at, at + 8);
  } else {
    const line = value.lastIndexOf("\n", start - 1) + 1;
    const text = value.slice(line, end).replace(/^/gm, button.dataset.begins);
    change(box, line, end, text, line + text.length, line + text.length);
  }
});
