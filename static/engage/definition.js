// A journey from a file: its text goes into the field, and the server sees it when it is saved.

const MOST = 500_000;
for (const input of document.querySelectorAll("input[type=file][data-into]")) {
  input.closest("[data-needs-script]").hidden = false;
  input.addEventListener("change", async () => {
    const [file] = input.files;
    if (!file) return;
    const said = document.getElementById(input.getAttribute("aria-describedby"));
    try {
      if (file.size > MOST) throw new RangeError(file.name);
      document.getElementById(input.dataset.into).value = await file.text();
      said.textContent = file.name;
    } catch {
      said.textContent = said.dataset.wrong;
      input.value = "";
    }
  });
}
