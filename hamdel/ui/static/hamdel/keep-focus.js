// Whoever works with the keyboard stays where they are when a part of the page comes anew: on the same control, or on
// the one that took its place. htmx does so for controls with an id only.
const CONTROLS = "a[href], button, input:not([type='hidden']), select, textarea, summary, [tabindex]";
const marks = (control) =>
  ["id", "name", "value", "href", "aria-label"].map((name) => control.getAttribute(name)).join("|");
let held = null;

document.addEventListener("htmx:before:swap", () => {
  const control = document.activeElement;
  if (!control || control === document.body) return;
  held = { marks: marks(control), place: [...document.querySelectorAll(CONTROLS)].indexOf(control) };
});

document.addEventListener("htmx:after:swap", () => {
  if (!held || document.activeElement !== document.body) return;
  const controls = [...document.querySelectorAll(CONTROLS)];
  const distance = (control) => Math.abs(controls.indexOf(control) - held.place);
  const same = controls.filter((control) => marks(control) === held.marks).sort((a, b) => distance(a) - distance(b));
  const following = controls.slice(held.place);
  const before = controls.slice(0, held.place).reverse();
  [...same, ...following, ...before].find((control) => control.checkVisibility())?.focus({ preventScroll: true });
  held = null;
});

// A filter that sends itself loads the page: the same filter is at hand on the next one.
const KEY = "hamdel-filter";
document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-submit-on-change]");
  const isByKeyboard = event.target.matches(":focus-visible");
  if (form && isByKeyboard && !event.target.closest("[data-no-submit]")) {
    sessionStorage.setItem(KEY, event.target.name);
  }
});
const filter = sessionStorage.getItem(KEY);
sessionStorage.removeItem(KEY);
if (filter) {
  document.querySelector(`form[data-submit-on-change] [name="${CSS.escape(filter)}"]`)?.focus({ preventScroll: true });
}
