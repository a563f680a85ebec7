// Questions drawn natively, for widgets and the kiosk, and what was typed into them, named as on the respondent page:
// `key`, `key.VALUE` of checkboxes, `key.ROW` (and `key.ROW.VALUE`) of a matrix, `key.other` for words of one's own.
import { digits, drawing, h } from "./dom";

export type Picture = { src: string; alt: string };
export type Choice = { value: string; text: string; image?: Picture };
export type Question = {
  key: string;
  kind: string;
  text: string;
  help?: string;
  required?: boolean;
  look?: string;
  low?: number | string | null;
  high?: number | string | null;
  step?: number | null;
  unit?: string;
  low_label?: string;
  high_label?: string;
  choices?: Choice[];
  rows?: Choice[];
  several?: boolean;
  other?: string;
  none?: string;
  fewest?: number | null;
  most?: number | null;
  total?: number;
  random_order?: boolean;
  image?: Picture;
};
export type Page = { number: number; steps: number; last: boolean; title?: string; text?: string; questions: Question[] };
export type Typed = Record<string, string>;
export type Words = Record<"next" | "send" | "close" | "optional" | "required" | "problem" | "feedback", string>;

const STAR = "m12 3 2.8 5.7 6.2.9-4.5 4.4 1.1 6.2L12 17.2l-5.6 3 1.1-6.2L3 9.6l6.2-.9Z";
const ROUND = "M3 12a9 9 0 1 0 18 0a9 9 0 1 0-18 0";
const EYES = "M9 9.5v.5M15 9.5v.5";
const MOUTHS = ["M8.2 16.6a4.6 4.6 0 0 1 7.6 0", "M8.5 16a6.5 6.5 0 0 1 7 0", "M8.5 15.3h7", "M8.3 14.5a5.2 5.2 0 0 0 7.4 0", "M7.8 14a4.7 4.7 0 0 0 8.4 0Z"];
const TYPES: Record<string, [type: string, mode: string, complete: string]> = {
  text: ["text", "text", "off"],
  number: ["text", "decimal", "off"],
  phone: ["tel", "tel", "tel"],
  email: ["email", "email", "email"],
};

/** The words above the questions of a page. */
export function heading({ title, text }: Page): HTMLElement | null {
  if (!title && !text) return null;
  return h("header", { class: "q" }, title ? h("h2", { class: "ask", dir: "auto" }, title) : null, text ? h("p", { dir: "auto" }, text) : null);
}

/** Draw a question; `own` has what it is answered in, for kinds that are drawn by others than us. */
export function draw(question: Question, language: string, words: Words, own: HTMLElement[] | null = null): HTMLElement {
  const { kind, key } = question;
  if (kind === "hidden") return h("span", { hidden: true });
  if (kind === "statement") return h("div", { class: "q statement", "data-q": key }, h("p", { class: "ask", dir: "auto" }, question.text), picture(question), help(question));
  const problem = h("p", { class: "error", id: `${key}-error`, role: "alert", hidden: true }, words.required);
  if (kind in TYPES || kind === "long_text" || kind === "slider") return line(question, language, words, problem);
  const parts = own ?? (kind === "score" ? scale(question, language) : kind === "matrix" ? matrix(question) : choices(question));
  // The one box of a consent carries the words itself.
  const legend = kind === "consent" ? null : h("legend", { dir: "auto" }, question.text, optional(question, words));
  return h("fieldset", { class: "q", "data-q": key, "aria-describedby": `${key}-error` }, legend, picture(question), help(question), ...parts, problem);
}

export function picture({ image }: { image?: Picture }): HTMLElement | null {
  return image ? h("img", { class: "picture", src: image.src, alt: image.alt }) : null;
}

function help(question: Question): HTMLElement | null {
  return question.help ? h("p", { class: "help", dir: "auto" }, question.help) : null;
}

function optional(question: Question, words: Words): HTMLElement | null {
  return question.required ? null : h("span", { class: "optional" }, ` ${words.optional}`);
}

function line(question: Question, language: string, words: Words, problem: HTMLElement): HTMLElement {
  const { key, kind, most } = question;
  const shared = { id: `q-${key}`, name: key, maxlength: most ?? (kind === "long_text" ? 4000 : 500), "aria-describedby": problem.id };
  const label = h("label", { class: "ask", for: `q-${key}`, dir: "auto" }, question.text, optional(question, words));
  if (kind === "long_text") return box(question, label, h("textarea", { ...shared, rows: 3, dir: "auto" }), problem);
  if (kind === "slider") return box(question, label, ...slider(question, language), problem);
  const [type, inputmode, autocomplete] = TYPES[kind]!;
  const dir = kind === "text" ? "auto" : "ltr";
  return box(question, label, h("input", { ...shared, class: "line", type, inputmode, autocomplete, dir }), problem);
}

function box(question: Question, label: HTMLElement, ...parts: HTMLElement[]): HTMLElement {
  return h("div", { class: "q", "data-q": question.key }, label, help(question), ...parts);
}

function slider(question: Question, language: string): HTMLElement[] {
  const { key, low, high, step, unit } = question;
  const range = h("input", { id: `q-${key}`, name: key, type: "range", min: low ?? 0, max: high ?? 100, step: step ?? 1, "data-untouched": true });
  const shown = h("output", { for: range.id }, "–");
  range.addEventListener("input", () => {
    range.removeAttribute("data-untouched");
    shown.textContent = `${digits(range.value, language)} ${unit ?? ""}`;
    range.setAttribute("aria-valuetext", shown.textContent);
  });
  return [h("div", { class: "slider" }, range, shown), ends(question)];
}

function ends(question: Question): HTMLElement {
  return h("div", { class: "ends" }, h("span", {}, question.low_label ?? ""), h("span", {}, question.high_label ?? ""));
}

function scale(question: Question, language: string): HTMLElement[] {
  const [low, high] = [Number(question.low), Number(question.high)];
  const look = question.look ?? "numbers";
  const count = high - low + 1;
  const steps = Array.from({ length: count }, (_, n) => {
    const score = low + n;
    const number = digits(score, language);
    const face = drawing(ROUND, EYES, MOUTHS[Math.round((n * 4) / (count - 1))]!);
    const shown = look === "stars" ? [h("b", {}, number), drawing(STAR)] : look === "faces" ? [h("b", {}, number), face] : [number];
    return h("label", {}, h("input", { type: "radio", name: question.key, value: score }), h("span", {}, ...shown));
  });
  const row = h("div", { class: `scale ${look}${count > 7 ? " wide" : ""}` }, ...steps);
  row.style.setProperty("--n", String(count));
  return [row, ends(question)];
}

function choices(question: Question): HTMLElement[] {
  const { key, kind, other, none, text } = question;
  if (kind === "consent") return [choice("checkbox", key, "true", text)];
  const many = kind === "multiple";
  const add = (value: string, label: string, image?: Picture) =>
    many ? choice("checkbox", `${key}.${value}`, value === "other" ? " " : "1", label, image) : choice("radio", key, value, label, image);
  const order = question.random_order ? shuffled(question.choices ?? []) : (question.choices ?? []);
  const listed = order.map(({ value, text: label, image }) => add(value, label, image));
  if (none) listed.push(add("none", none));
  if (!other) return listed;
  // With several, the tick and the words share a name; the words, if there are any, stand for both.
  const words = h("input", { class: "line", name: `${key}.other`, type: "text", dir: "auto", maxlength: 400, "aria-label": other, hidden: true });
  const own = add("other", other);
  const box = own.querySelector("input")!;
  const follow = () => (words.hidden = !box.checked);
  for (const each of [...listed, own]) each.addEventListener("change", follow);
  return [...listed, own, words];
}

function choice(type: string, name: string, value: string, label: string, image?: Picture): HTMLElement {
  return h("label", { class: `choice ${type}` }, h("input", { type, name, value }), h("span", { dir: label && "auto" }, picture({ image }), label));
}

function matrix(question: Question): HTMLElement[] {
  const { key, several } = question;
  return (question.rows ?? []).map((row) =>
    h(
      "div",
      { class: "row", role: "group", "aria-label": row.text || (row.image?.alt ?? "") },
      h("p", { dir: row.text && "auto" }, picture(row), row.text),
      ...(question.choices ?? []).map(({ value, text }) => several ? choice("checkbox", `${key}.${row.value}.${value}`, "1", text) : choice("radio", `${key}.${row.value}`, value, text)),
    ),
  );
}

export function shuffled<T>(items: T[]): T[] {
  const lots = items.map((item) => ({ item, lot: Math.random() }));
  return lots.sort((one, other) => one.lot - other.lot).map(({ item }) => item);
}

/** What is in the form, by field name. */
export function typedIn(root: ParentNode): Typed {
  const typed: Typed = {};
  for (const field of root.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>("[name]")) {
    const ticks = field.type === "radio" || field.type === "checkbox";
    if ((ticks && !(field as HTMLInputElement).checked) || field.hidden || field.hasAttribute("data-untouched")) continue;
    if (!ticks && !field.value.trim()) continue;
    typed[field.name] = field.value;
  }
  return typed;
}

/** The required questions of a page that have no answer yet. */
export function missing(page: Page, typed: Typed): string[] {
  const answered = (key: string) => Object.keys(typed).some((name) => name === key || name.startsWith(`${key}.`));
  return page.questions.filter((q) => q.required && q.kind !== "statement" && q.kind !== "hidden" && !answered(q.key)).map((q) => q.key);
}

/** Say beside each question what is wrong with it and go to the first. */
export function complain(root: ParentNode, errors: Record<string, string>): void {
  let first: HTMLElement | null = null;
  for (const box of root.querySelectorAll<HTMLElement>("[data-q]")) {
    const words = errors[box.dataset.q!];
    const problem = box.querySelector<HTMLElement>(".error");
    if (!problem) continue;
    problem.hidden = !words;
    if (words) problem.textContent = words;
    if (words && !first) first = box.querySelector("input,textarea");
  }
  first?.focus();
}

/** A tap on the only question says it all: go on. Keys only choose, so they need the button. */
export function isTapToGoOn(page: Page, event: MouseEvent): boolean {
  const [only, more] = page.questions;
  const target = event.target as HTMLInputElement;
  const simple = only && !more && (only.kind === "score" || (only.kind === "single" && !only.other));
  return Boolean(simple && event.detail > 0 && target.type === "radio");
}
