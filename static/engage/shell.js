// Menus, dialogs, copying and toasts. Everything works without this file, only less comfortably.

function closeMenus(except) {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (menu !== except) menu.open = false;
  }
}

function openDialog(opener) {
  const dialog = document.querySelector(opener.dataset.opens);
  if (!dialog || dialog.open) return false;
  dialog.showModal();
  closeMenus();
  return true;
}

async function copy(button) {
  const source = document.querySelector(button.dataset.copies);
  const text = "value" in source ? source.value : source.textContent;
  try {
    await navigator.clipboard.writeText(text.trim());
  } catch {
    getSelection().selectAllChildren(source);
    if (!document.execCommand("copy")) return;
  }
  const before = button.textContent;
  button.textContent = button.dataset.copied;
  setTimeout(() => { button.textContent = before; }, 2000);
}

// Into the text that was written in last, where the caret was.
let written = null;
document.addEventListener("focusout", (event) => { if (event.target.matches("textarea")) written = event.target; });
function insert(text) {
  const box = written?.isConnected ? written : document.querySelector("form textarea");
  if (!box) return;
  box.setRangeText(text, box.selectionStart, box.selectionEnd, "end");
  box.focus();
  box.dispatchEvent(new Event("change", { bubbles: true }));
}

document.addEventListener("click", (event) => {
  const target = event.target;
  closeMenus(target.closest("details.menu"));
  const opener = target.closest("[data-opens]");
  if (opener && openDialog(opener)) event.preventDefault();
  if (target.closest("[data-closes]") || target.matches("dialog.dialog")) target.closest("dialog")?.close();
  const inserter = target.closest("[data-inserts]");
  if (inserter) insert(inserter.dataset.inserts);
  const copier = target.closest("[data-copies]");
  if (copier) copy(copier);
  target.closest("[data-dismisses]")?.closest(".toast-line").remove();
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    const menu = event.target.closest?.("details.menu[open]");
    closeMenus();
    menu?.querySelector("summary").focus();
  }
  const typing = event.target.closest("input, textarea, select, [contenteditable]");
  const free = !typing && !event.ctrlKey && !event.metaKey && !event.altKey && !document.querySelector("dialog[open]");
  if (free && event.key === "s") document.querySelector('[data-key="s"]')?.click();
  if (event.key === "/" && free) {
    const here = [...document.querySelectorAll("[data-searches]")].find((one) => one.checkVisibility());
    const search = here ?? document.getElementById("search");
    if (search) { event.preventDefault(); search.focus(); }
  }
});

// What comes into a dialog takes the focus where it says so, and what says it is done closes it.
document.addEventListener("htmx:after:swap", () => {
  const dialog = document.getElementById("dialog");
  if (!dialog?.open) return;
  if (dialog.querySelector("[data-done]")) {
    dialog.close();
    dialog.replaceChildren();
  }
  const first = dialog.querySelector("[autofocus]");
  if (first && !("had" in first.dataset)) {
    first.dataset.had = "";
    first.focus();
  }
});

// Enter in a search chooses the first of those it found, at once or when they come, and goes on to what is next.
function chooseFirst(search) {
  const found = document.querySelector(search.dataset.chooses);
  if (found?.dataset.of !== search.value.trim()) return false;
  const radio = found.querySelector("input:checked") ?? found.querySelector("input");
  if (radio) radio.checked = true;
  return true;
}
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter") return;
  const search = event.target.closest("[data-chooses]");
  if (search) {
    event.preventDefault();
    if (!chooseFirst(search)) search.dataset.awaits = "";
    document.querySelector(search.dataset.then).focus();
  } else if ((event.ctrlKey || event.metaKey) && event.target.matches("[data-sends]")) {
    event.preventDefault();
    event.target.form.requestSubmit();
  }
});
document.addEventListener("htmx:after:swap", () => {
  const search = document.querySelector("[data-awaits]");
  if (search && chooseFirst(search)) delete search.dataset.awaits;
});

// A toast without a button goes by itself; one that can be undone stays until it is dismissed.
function fadeToasts() {
  for (const toast of document.querySelectorAll(".toast-line:not([data-stays], [data-fading])")) {
    toast.dataset.fading = "";
    setTimeout(() => toast.remove(), 8000);
  }
}
fadeToasts();
document.addEventListener("htmx:after:swap", fadeToasts);

document.querySelector(".tabs [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });

// A file that is too large is refused before it is on its way, which may take minutes.
document.addEventListener("change", (event) => {
  const field = event.target.closest("input[type=file][data-largest]");
  if (!field) return;
  const size = field.files[0]?.size ?? 0;
  field.setCustomValidity(size > Number(field.dataset.largest) ? field.dataset.tooLarge : "");
  field.reportValidity();
});
