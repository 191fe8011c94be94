// While somebody writes in the inbox: a semicolon opens saved replies in an answer, @ the colleagues in a note. Arrows
// choose, Return or Tab puts in, Escape closes; a whole shortcut and a space puts it in at once.

const KINDS = [
  { box: "#answer form:not(.note-form) textarea", sign: ";", load: replies },
  { box: ".note-form textarea", sign: "@", load: async () => Object.values(JSON.parse(document.getElementById("colleagues").textContent)).map((name) => ({ key: name, title: "", text: `@${name} ` })) },
];
let known, list, at = 0, found = [], kind, box;

function replies() {
  const url = document.querySelector("[data-replies]").dataset.replies;
  known ??= fetch(url).then((answer) => answer.json()).then(({ replies }) =>
    replies.map((reply) => ({ key: reply.shortcut, title: reply.title, text: reply.text })));
  return known;
}

function typed(field, sign) {
  const before = field.value.slice(0, field.selectionStart);
  return before.match(new RegExp(`(?:^|\\s)(${sign}[^\\s${sign}]*)(\\s?)$`, "u"));
}

function close() {
  list?.remove();
  box?.removeAttribute("aria-activedescendant");
  box?.setAttribute("aria-expanded", "false");
  list = null;
}

function put(choice, length) {
  const end = box.selectionStart;
  box.setRangeText(choice.text, end - length, end, "end");
  box.dispatchEvent(new Event("input", { bubbles: true }));
  close();
}

function draw() {
  if (!list) {
    list = document.createElement("ul");
    list.className = "picker";
    list.id = "picker";
    list.setAttribute("role", "listbox");
    box.parentElement.append(list);
    for (const [name, value] of [["role", "combobox"], ["aria-controls", "picker"], ["aria-autocomplete", "list"]]) box.setAttribute(name, value);
  }
  box.setAttribute("aria-expanded", "true");
  list.replaceChildren(...found.map((choice, number) => {
    const line = document.createElement("li");
    line.id = `picker-${number}`;
    line.setAttribute("role", "option");
    line.setAttribute("aria-selected", number === at);
    line.textContent = choice.title ? `${kind.sign}${choice.key} · ${choice.title}` : choice.key;
    line.addEventListener("pointerdown", (event) => { event.preventDefault(); put(choice, typed(box, kind.sign)[1].length); });
    return line;
  }));
  box.setAttribute("aria-activedescendant", `picker-${at}`);
  list.children[at]?.scrollIntoView({ block: "nearest" });
}

document.addEventListener("input", async (event) => {
  const wanted = KINDS.find((one) => event.target.matches(one.box));
  const match = wanted && typed(event.target, wanted.sign);
  if (!match) return close();
  if (box !== event.target) close();
  [kind, box] = [wanted, event.target];
  const all = await wanted.load(), part = match[1].slice(1).toLowerCase();
  if (match[2]) {
    const whole = all.find((choice) => choice.key.toLowerCase() === part);
    if (whole && wanted.sign === ";" && typed(box, kind.sign)?.[0] === match[0]) put(whole, match[1].length + match[2].length);
    return close();
  }
  found = all.filter((choice) => `${choice.key} ${choice.title}`.toLowerCase().includes(part)).slice(0, 12);
  at = 0;
  if (found.length) draw(); else close();
});

document.addEventListener("keydown", (event) => {
  if (!list || event.target !== box) return;
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) {
    at = (at + step + found.length) % found.length;
    draw();
  } else if ((event.key === "Enter" || event.key === "Tab") && !event.ctrlKey && !event.metaKey) {
    put(found[at], typed(box, kind.sign)[1].length);
  } else if (event.key === "Escape") close();
  else return;
  event.preventDefault();
  event.stopPropagation();
}, true);
document.addEventListener("focusout", (event) => { if (event.target === box) close(); });
