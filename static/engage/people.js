// Choosing in the list of people: how many, the whole page, a stretch with Shift, and the keyboard: j and k move, x
// chooses. Boxes and buttons work without this file.

let last = null;

function boxes() {
  return [...document.querySelectorAll("[data-rows] input[name=who]")];
}

function tell() {
  const all = document.querySelector("[data-all-rows]");
  if (!all) return;
  const found = boxes(), chosen = found.filter((box) => box.checked);
  all.hidden = false;
  all.checked = chosen.length === found.length;
  all.indeterminate = chosen.length > 0 && !all.checked;
  document.querySelector("[data-chosen]").textContent = chosen.length;
}

document.addEventListener("click", (event) => {
  if (!event.target.matches("[data-rows] input[name=who]")) return;
  const found = boxes(), here = found.indexOf(event.target), there = found.indexOf(last);
  if (event.shiftKey && there >= 0) {
    for (const box of found.slice(Math.min(here, there), Math.max(here, there) + 1)) box.checked = event.target.checked;
  }
  last = event.target;
});

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-all-rows]")) for (const box of boxes()) box.checked = event.target.checked;
  if (event.target.closest("[data-rows]")) tell();
});

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input:not([type=checkbox]), textarea, select, dialog")) return;
  const found = boxes(), row = event.target.closest("tr"), here = found.findIndex((box) => row?.contains(box));
  if (event.key === "j" || event.key === "k") {
    const next = found[here < 0 ? 0 : here + (event.key === "j" ? 1 : -1)];
    next?.closest("tr").querySelector("th a").focus();
  } else if (event.key === "x" && here >= 0) {
    found[here].click();
  }
});

addEventListener("pageshow", tell);
document.addEventListener("htmx:after:swap", tell);
