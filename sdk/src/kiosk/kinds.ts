// Kinds of questions that only the kiosk draws: what is tapped in order, and what is shared out.
import { digits, h } from "../dom";
import { type Choice, type Page, type Question, type Typed, picture, shuffled } from "../questions";

export type OwnWords = Record<"order", string>;

export function drawOwn(question: Question, language: string, words: OwnWords): HTMLElement[] | null {
  if (question.kind === "ranking") return ranking(question, language, words);
  return question.kind === "constant_sum" ? sum(question, language) : null;
}

function inOrder({ choices, random_order }: Question): Choice[] {
  return random_order ? shuffled(choices ?? []) : (choices ?? []);
}

/** A tap gives the next place, another one takes it back. What is sent are the places, as on the respondent page. */
function ranking(question: Question, language: string, words: OwnWords): HTMLElement[] {
  const ranked: string[] = [];
  const choices = inOrder(question);
  const places = choices.map((_, n) => h("input", { type: "hidden", name: `${question.key}.${n + 1}` }));
  const badges = new Map(choices.map(({ value }) => [value, h("b", { class: "place" })]));
  const tell = () => {
    places.forEach((field, n) => (field.value = ranked[n] ?? ""));
    for (const [value, badge] of badges) badge.textContent = ranked.includes(value) ? digits(ranked.indexOf(value) + 1, language) : "";
  };
  const listed = choices.map((each) => {
    const box = h("input", { type: "checkbox" });
    box.addEventListener("change", () => {
      if (box.checked) ranked.push(each.value);
      else ranked.splice(ranked.indexOf(each.value), 1);
      tell();
    });
    return h("label", { class: "choice rank" }, box, h("span", {}, badges.get(each.value), picture(each), h("bdi", {}, each.text)));
  });
  return [h("p", { class: "help" }, words.order), ...listed, ...places];
}

function sum(question: Question, language: string): HTMLElement[] {
  const { key, total = 100, unit = "" } = question;
  const shown = h("output", { class: "sum" });
  const fields = inOrder(question).map((each) => ({ each, field: h("input", { class: "line", name: `${key}.${each.value}`, type: "text", inputmode: "decimal", autocomplete: "off", dir: "ltr", maxlength: 20 }) }));
  const tell = () => {
    const reached = fields.reduce((all, { field }) => all + (number(field.value) || 0), 0);
    shown.textContent = `${digits(reached, language)} / ${digits(total, language)} ${unit}`;
    shown.classList.toggle("whole", reached === total);
  };
  for (const { field } of fields) field.addEventListener("input", tell);
  tell();
  return [...fields.map(({ each, field }) => h("label", { class: "share" }, picture(each), h("span", { dir: "auto" }, each.text), field)), shown];
}

export function latin(text: string): string {
  return text.trim().replace(/[۰-۹٠-٩]/g, (digit) => String(digit.charCodeAt(0) & 15)).replace(/[٬,]/g, "").replace("٫", ".");
}

/** The number somebody typed, NaN for anything else. */
function number(text: string): number {
  return text.trim() ? Number(latin(text)) : NaN;
}

const FITS: Record<string, RegExp> = {
  email: /^\S+@\S+\.\S{2,}$/,
  phone: /^\+?[\d\s()-]{7,20}$/,
  number: /^-?\d+(\.\d+)?$/,
};

/** What is certainly mistyped; the server looks closer, but by then nobody stands here who could mend it. */
export function unfit({ questions }: Page, typed: Typed): string[] {
  return questions.filter((question) => isUnfit(question, typed)).map(({ key }) => key);
}

function isUnfit(question: Question, typed: Typed): boolean {
  const { key, kind, choices = [], rows = [], fewest, most, low, high } = question;
  const parts = Object.keys(typed).filter((name) => name.startsWith(`${key}.`));
  const text = typed[key];
  const lies = (count: number) => (fewest != null && count < fewest) || (most != null && count > most);
  switch (kind) {
    case "multiple":
      return parts.length > 0 && (parts.includes(`${key}.none`) ? parts.length > 1 : lies(parts.length));
    case "matrix":
      return Boolean(question.required) && parts.length > 0 && rows.some((row) => !parts.some((name) => `${name}.`.startsWith(`${key}.${row.value}.`)));
    case "ranking":
      return parts.length > 0 && parts.length < Math.min(fewest || choices.length, choices.length);
    case "constant_sum": {
      const shares = parts.map((name) => number(typed[name]!));
      return parts.length > 0 && (shares.some((share) => !(share >= 0)) || Math.abs(shares.reduce((a, b) => a + b, 0) - (question.total ?? 100)) > 1e-6);
    }
    case "text":
    case "long_text":
      return Boolean(text) && lies(text!.trim().length);
    case "number":
      return Boolean(text) && (!FITS.number!.test(latin(text!)) || (low != null && number(text!) < Number(low)) || (high != null && number(text!) > Number(high)));
    default:
      return Boolean(text && FITS[kind] && !FITS[kind].test(latin(text)));
  }
}
