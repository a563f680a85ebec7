// The browser's own file field speaks the browser's language: we draw the button, and say here what was chosen.
function say(field) {
  const told = field.closest(".file")?.querySelector(".file__name");
  if (!told) return;
  told.dataset.none ??= told.textContent;
  const names = [...field.files].map((file) => file.name);
  told.textContent = names.join(document.documentElement.lang === "fa" ? "، " : ", ") || told.dataset.none;
}

document.addEventListener("change", (event) => event.target.matches("input[type=file]") && say(event.target));
// Going back in the browser brings the chosen files back.
for (const field of document.querySelectorAll(".file input[type=file]")) if (field.files.length) say(field);
