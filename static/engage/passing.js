// Buttons that pass a link on: they copy, or open what the device has for it; that one was pressed is counted.
for (const box of document.querySelectorAll("[data-passing]")) {
  const field = box.querySelector("input");
  const status = box.querySelector("[role=status]");
  const copy = box.querySelector("[data-copy]");
  const share = box.querySelector("[data-share]");
  const tell = () => navigator.sendBeacon(box.dataset.passing);
  copy.hidden = false;
  copy.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(field.value);
    } catch {
      field.select();
      document.execCommand("copy");
    }
    status.textContent = status.dataset.copied;
    tell();
  });
  if (navigator.share) {
    share.hidden = false;
    share.addEventListener("click", async () => {
      try {
        await navigator.share({ title: share.dataset.title, url: field.value });
        tell();
      } catch {
        // They changed their mind.
      }
    });
  }
  for (const link of box.querySelectorAll("[data-press]")) link.addEventListener("click", tell);
}
