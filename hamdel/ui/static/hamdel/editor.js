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
  if (old && fresh) { old.replaceWith(fresh); window.htmx?.process(fresh); }
}

async function send(form, button, quietly = false) {
  const wide = here().querySelector("[data-preview]")?.hasAttribute("data-is-wide");
  const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form, button)) });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (!page.querySelector("[data-editor]")) { location.assign(answer.url); return; }
  const focus = remembered();
  // While somebody types, their own fields stay as they are, unless there is something to tell about them.
  for (const part of quietly && answer.ok ? [] : [".editor__part"]) take(part, page);
  for (const part of ["#said", ".editor__outline", ".editor__preview"]) take(part, page);
  if (quietly && answer.ok) for (const was of here().querySelectorAll("[name=was]")) was.value = page.querySelector("[name=was]")?.value ?? was.value;
  if (wide) here().querySelector("[data-preview]").setAttribute("data-is-wide", "");
  if (answer.redirected) history.replaceState(null, "", answer.url.replace(/[?&]said=\w+/, ""));
  refocus(focus);
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
