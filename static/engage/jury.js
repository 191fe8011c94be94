// What a juror gives is saved at once, one after the other; the button saves it too, and works without this.

const form = document.getElementById("judge");
const saved = document.getElementById("saved");
let last = Promise.resolve();

async function save() {
  const body = new URLSearchParams(new FormData(form));
  body.set("quietly", "1");
  const answer = await fetch(form.action, { method: "POST", body });
  saved.textContent = answer.ok ? saved.dataset.saved : saved.dataset.failed;
}

form.addEventListener("change", () => {
  last = last.then(save).catch(() => {
    saved.textContent = saved.dataset.failed;
  });
});
