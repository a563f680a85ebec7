// Small manners of the shell. Everything here works without script too, only less smoothly.

// Menus close on a click elsewhere and on Escape; "/" goes to the search box.
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.drop[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    for (const menu of document.querySelectorAll("details.drop[open]")) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  }
  const isTyping = event.target.closest("input, textarea, select, [contenteditable]");
  if (event.key === "/" && !isTyping && !event.ctrlKey && !event.metaKey) {
    const search = document.querySelector("[data-key='/']");
    if (search) {
      event.preventDefault();
      search.focus();
    }
  }
});

// A filter bar sends itself when a choice changes.
document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-submit-on-change]");
  if (form && !event.target.closest("[data-no-submit]")) form.requestSubmit();
});
// Empty fields stay out of the address.
document.addEventListener("formdata", (event) => {
  if (event.target.method !== "get") return;
  for (const [name, value] of [...event.formData]) if (value === "") event.formData.delete(name);
});

// Dialogs open by command; older browsers are shown how.
document.addEventListener("click", (event) => {
  const button = event.target.closest("button[commandfor]");
  if (!button || "commandForElement" in HTMLButtonElement.prototype) return;
  const dialog = document.getElementById(button.getAttribute("commandfor"));
  if (button.getAttribute("command") === "show-modal") dialog.showModal();
  else dialog.close();
});

// Toasts leave by themselves; a failed request of htmx says so.
const LINGER = 6000;
const toasts = document.getElementById("toasts");
const fade = (toast) => setTimeout(() => (toast.matches(":hover") ? fade(toast) : toast.remove()), LINGER);
if (toasts) {
  toasts.querySelectorAll("[data-toast]").forEach(fade);
  new MutationObserver((records) => {
    for (const record of records) for (const node of record.addedNodes) if (node.matches?.("[data-toast]")) fade(node);
  }).observe(toasts, { childList: true });
}
const REFUSED = 422; // a form with errors beside its fields, shown in its place: nothing failed
const failed = (event) => {
  if (event.detail?.ctx?.response?.status === REFUSED) return;
  const words = document.getElementById("failed");
  if (words && toasts && !toasts.querySelector("[data-failed]")) toasts.append(words.content.cloneNode(true));
};
document.addEventListener("htmx:response:error", failed);
document.addEventListener("htmx:error", failed);

// A rule builder asks where its form goes, unless it was told another address.
document.addEventListener("htmx:config:request", (event) => {
  const form = event.target.closest?.("[data-rule]")?.closest("form[action]");
  const { request } = event.detail?.ctx ?? {};
  if (form && request?.action === "?") request.action = form.getAttribute("action");
});
