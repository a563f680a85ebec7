// A button with data-copy="ID" copies what that element holds: the value of a field, a table as cells, else its text.
// Without a clipboard (plain http on another host) the button stays hidden; the field can be copied by hand.
const SHOWN_MS = 2000;

const cells = (table) => [...table.rows].map((row) => [...row.cells].map((cell) => cell.innerText.trim()).join("\t")).join("\n");
const held = (element) => element.value ?? (element.rows ? cells(element) : element.innerText.trim());

function show(root = document) {
  if (navigator.clipboard) for (const button of root.querySelectorAll("[data-copy][hidden]")) button.hidden = false;
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  const source = button && document.getElementById(button.dataset.copy);
  if (!source) return;
  await navigator.clipboard.writeText(held(source));
  const words = button.querySelector("span") ?? button;
  words.dataset.before ??= words.textContent;
  words.textContent = button.dataset.copied ?? "✓";
  setTimeout(() => (words.textContent = words.dataset.before), SHOWN_MS);
});
document.addEventListener("focusin", (event) => {
  if (event.target.matches(".copy input")) event.target.select();
});
document.addEventListener("htmx:after:swap", () => show());
show();
