// The editor of surveys: forms are sent quietly and the page takes what changed; questions can be dragged. Without
// this script every button is a plain post, and the arrows do what dragging does.
const WAIT_MS = 700;
const here = () => document.querySelector("[data-editor]");
const remembered = () => {
  const at = document.activeElement;
  return at && here().contains(at) ? { id: at.id, name: at.name, form: at.form?.id, from: at.selectionStart, to: at.selectionEnd } : {};
};

function refocus({ id, name, form, from, to }) {
  const found = (id && document.getElementById(id)) || (name && form && document.getElementById(form)?.elements[name]);
  if (!found?.focus) return;
  found.focus({ preventScroll: true });
  if (from != null && found.setSelectionRange && found.type !== "number") try { found.setSelectionRange(from, to); } catch { /* a field without a caret */ }
}

function take(selector, page) {
  const [old, fresh] = [here().querySelector(selector), page.querySelector(`[data-editor] ${selector}`)];
  if (!old || !fresh) return;
  const { scrollTop } = old;
  old.replaceWith(fresh);
  fresh.scrollTop = scrollTop;
  window.htmx?.process(fresh);
}

function seeOpenLine() {
  const line = here().querySelector(".editor__line.is-open, .editor__title.is-open"), list = line?.closest(".editor__outline");
  if (!list) return;
  const [at, frame] = [line.getBoundingClientRect(), list.getBoundingClientRect()];
  if (at.top < frame.top || at.bottom > frame.bottom) list.scrollTop += at.top - frame.top - frame.height / 3;
}

// The preview shows the question that is open. A fragment in its address would scroll our own page as well.
document.addEventListener("load", ({ target }) => {
  const at = target.dataset?.shows && target.contentDocument?.getElementById(target.dataset.shows);
  if (at) target.contentWindow.scrollTo(0, at.getBoundingClientRect().top - 140);
}, true);
seeOpenLine();

// What has just been added is in sight, and its words are ready to be replaced by typing.
function present(form) {
  seeOpenLine();
  if (!form.matches("[data-adds]")) return false;
  const part = here().querySelector(".editor__part"), words = part.querySelector("[data-autosave] :is(textarea, input:not([type=hidden]))");
  const { top } = part.getBoundingClientRect();
  if (top < 0 || top > innerHeight / 2) part.scrollIntoView();
  words?.focus({ preventScroll: true });
  words?.select();
  return Boolean(words);
}

// Rows of a list: there is always an empty one at the end, Enter goes to the next, and lines that are pasted fill the rows below.
const textsOf = (row) => [...row.querySelectorAll(".editor__texts input")];
const isEmpty = (row) => textsOf(row).every((text) => !text.value.trim());

function nextRow(row) {
  if (row.nextElementSibling) return row.nextElementSibling;
  const fresh = row.cloneNode(true), number = row.parentElement.children.length;
  const said = (number + 1).toLocaleString(document.documentElement.lang, { useGrouping: false });
  for (const field of fresh.querySelectorAll("[name]")) {
    field.name = field.name.replace(/^(\w+)-\d+-/, `$1-${number}-`);
    if (field.type === "checkbox") field.checked = false; else field.value = "";
    const label = field.getAttribute("aria-label");
    if (label) field.setAttribute("aria-label", label.replace(/[0-9۰-۹]+/, said));
  }
  fresh.querySelector(".editor__moves")?.remove();
  row.after(fresh);
  return fresh;
}

function learnRows(page) {
  // The server gives new rows the value their answers are kept under; sent without it they would be new each time.
  for (const list of here().querySelectorAll("[data-list]")) {
    const known = [...page.querySelectorAll(`[data-list="${list.dataset.list}"] [name$="-value"]`)].map((field) => field.value).filter(Boolean);
    for (const row of list.children) row.querySelector("[name$='-value']").value = isEmpty(row) ? "" : known.shift() ?? "";
  }
}

document.addEventListener("keydown", (event) => {
  const row = event.key === "Enter" && !event.isComposing && event.target.closest?.("[data-list] .editor__row");
  if (!row || !event.target.matches(".editor__texts input")) return;
  event.preventDefault();
  textsOf(nextRow(row))[textsOf(row).indexOf(event.target)].focus();
});

document.addEventListener("paste", (event) => {
  const row = event.target.closest?.("[data-list] .editor__row");
  const lines = (event.clipboardData?.getData("text") ?? "").split(/[\r\n]+/).map((line) => line.trim()).filter(Boolean);
  if (!row || lines.length < 2 || !event.target.matches(".editor__texts input")) return;
  event.preventDefault();
  const place = textsOf(row).indexOf(event.target);
  let at = row;
  for (const [number, line] of lines.entries()) { if (number) at = nextRow(at); textsOf(at)[place].value = line; }
  textsOf(at)[place].focus();
  textsOf(at)[place].dispatchEvent(new Event("input", { bubbles: true }));
});

async function send(form, button, quietly = false) {
  const wide = here().querySelector("[data-preview]")?.hasAttribute("data-is-wide");
  const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form, button)) });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (!page.querySelector("[data-editor]")) { location.assign(answer.url); return; }
  const focus = remembered();
  // While somebody types, their own fields stay as they are, unless there is something to tell about them.
  for (const part of quietly && answer.ok ? [] : [".editor__part"]) take(part, page);
  for (const part of ["#said", ".editor__outline", ".editor__preview"]) take(part, page);
  if (quietly && answer.ok) learnRows(page);
  if (quietly && answer.ok) for (const was of here().querySelectorAll("[name=was]")) was.value = page.querySelector("[name=was]")?.value ?? was.value;
  if (wide) here().querySelector("[data-preview]").setAttribute("data-is-wide", "");
  if (answer.redirected) history.replaceState(null, "", answer.url.replace(/[?&]said=\w+/, ""));
  if (quietly || !present(form)) refocus(focus);
}

document.addEventListener("submit", (event) => {
  if (!event.target.closest("[data-editor]") || event.target.enctype === "multipart/form-data") return;
  event.preventDefault();
  clearTimeout(event.target.timer);
  send(event.target, event.submitter);
});

document.addEventListener("input", (event) => {
  const form = event.target.closest?.("[data-autosave]");
  if (!form) return;
  const row = event.target.closest("[data-list] .editor__row");
  if (row && !row.nextElementSibling && !isEmpty(row)) nextRow(row);
  clearTimeout(form.timer);
  form.timer = setTimeout(() => form.isConnected && send(form, undefined, true), WAIT_MS);
});

document.addEventListener("click", (event) => {
  const wide = event.target.closest?.("[data-wide]");
  if (!wide) return;
  const is = here().querySelector("[data-preview]").toggleAttribute("data-is-wide");
  wide.setAttribute("aria-pressed", is);
});

let dragged;
document.addEventListener("dragstart", (event) => { dragged = event.target.closest?.("[data-question]"); });
document.addEventListener("dragover", (event) => { if (dragged && event.target.closest?.("[data-page]")) event.preventDefault(); });
document.addEventListener("drop", (event) => {
  const page = event.target.closest?.("[data-page]");
  if (!dragged || !page) return;
  event.preventDefault();
  const form = dragged.querySelector("form"), fields = { deed: "put", page: page.dataset.page, before: event.target.closest("[data-question]")?.dataset.question ?? "" };
  for (const [name, value] of Object.entries(fields)) form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
  dragged = undefined;
  send(form);
});
