// Keys in the queue of photos: j and k go on and back; of the one that is marked, s shows it and x chooses it. Before
// shell.js hears them, for which s is something else.
addEventListener("keydown", (event) => {
  const typing = event.target.closest?.("input:not([type=checkbox]), textarea, select, dialog");
  if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
  const found = [...document.querySelectorAll("[data-entry]")];
  const here = found.findIndex((one) => one.contains(document.activeElement));
  if (event.key === "j" || event.key === "k") {
    found[here < 0 ? 0 : here + (event.key === "j" ? 1 : -1)]?.focus();
  } else if (here >= 0 && (event.key === "s" || event.key === "x")) {
    event.stopPropagation();
    found[here].querySelector(event.key === "s" ? "[name=show]" : "[name=who]").click();
  }
}, true);
