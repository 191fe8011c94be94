// Says beside each slider where it stands. Screen readers say so by themselves, so that this is hidden from them.
for (const slider of document.querySelectorAll("input[type=range]")) {
  const said = document.createElement("strong");
  said.className = "slid";
  said.ariaHidden = "true";
  const say = () => { said.textContent = slider.value; };
  slider.after(said);
  slider.addEventListener("input", say);
  say();
}
