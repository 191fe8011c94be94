// Keys in the queue of photos: j and k go on and back, x chooses; s, which shows, is pressed by shell.js.
document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input:not([type=checkbox]), textarea, select, dialog");
  if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
  const found = [...document.querySelectorAll("[data-entry]")];
  const here = found.findIndex((one) => one.contains(document.activeElement));
  if (event.key === "j" || event.key === "k") {
    const next = found[here < 0 ? 0 : here + (event.key === "j" ? 1 : -1)];
    if (!next) return;
    for (const one of found) one.querySelector("[data-shows]").removeAttribute("data-key");
    next.querySelector("[data-shows]").dataset.key = "s";
    next.focus();
  } else if (event.key === "x" && here >= 0) {
    found[here].querySelector("[name=who]").click();
  }
});
