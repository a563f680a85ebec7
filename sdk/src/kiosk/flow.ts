// The way through a survey without a server: what hamdel/listen/surveys/definition/form.py decides, decided here.
import { type Rule, holds } from "../rules";
import { latin } from "./kinds";
import type { Choice, Page, Question, Typed } from "../questions";

type Texts = Record<string, string>;
type ImageForm = { file: string; alt?: Texts };
type ChoiceForm = { value: string; text?: Texts; shown_if?: Rule; image?: ImageForm };
export type QuestionForm = {
  key: string; kind: string; text: Texts; help?: Texts; required?: boolean; shown_if?: Rule; look?: string;
  low?: number; high?: number; step?: number; unit?: Texts; low_label?: Texts; high_label?: Texts;
  choices?: ChoiceForm[]; rows?: ChoiceForm[]; several?: boolean; other?: Texts; none?: Texts; fewest?: number; most?: number; total?: number;
  random_order?: boolean; image?: ImageForm;
};
type PageForm = { key: string; title?: Texts; text?: Texts; shown_if?: Rule; questions: QuestionForm[]; next?: { if: Rule; to: string }[] };
type EndForm = { key: string; if?: Rule; title?: Texts; text: Texts };
export type Definition = { languages: string[]; pages: PageForm[]; ends: EndForm[] };
export type Facts = Record<string, unknown>;

// What a kiosk cannot ask; whoever sets it up is told.
const LEFT_OUT = new Set(["date", "file"]);

export class Flow {
  constructor(private readonly survey: Definition, private readonly language: string) {}

  /** The next page with something to see after this one (-1: before the first), or the key of an end, "" for any. */
  after(page: number, facts: Facts): number | string {
    let first = page + 1;
    const branch = this.survey.pages[page]?.next?.find((each) => holds(each.if, facts));
    if (branch) {
      const [word, key = ""] = branch.to.split(":");
      if (word === "end") return key;
      first = Math.max(first, this.survey.pages.findIndex((each) => each.key === branch.to));
    }
    const next = this.survey.pages.findIndex((_, n) => n >= first && this.isShown(n, facts));
    return next < 0 ? "" : next;
  }

  private isShown(page: number, facts: Facts): boolean {
    const its = this.survey.pages[page]!;
    if (its.shown_if && !holds(its.shown_if, facts)) return false;
    if (!its.questions.length) return Boolean(its.text || its.title);
    return this.questions(page, facts).some((question) => question.kind !== "hidden");
  }

  private questions(page: number, facts: Facts): QuestionForm[] {
    const called = this.survey.pages[page]!.questions.filter((each) => !LEFT_OUT.has(each.kind) && (!each.shown_if || holds(each.shown_if, facts)));
    return called.flatMap((each) => this.offered(each, facts));
  }

  /** A question with the choices and rows these answers call for; nothing, where none is left. */
  private offered(question: QuestionForm, facts: Facts): QuestionForm[] {
    if (![...(question.choices ?? []), ...(question.rows ?? [])].some((each) => each.shown_if)) return [question];
    const fitting = (items?: ChoiceForm[]) => items?.filter((each) => !each.shown_if || holds(each.shown_if, facts));
    const [choices, rows] = [fitting(question.choices), fitting(question.rows)];
    return choices?.length && rows?.length !== 0 ? [{ ...question, choices, rows }] : [];
  }

  page(number: number, facts: Facts): Page {
    const { title, text } = this.survey.pages[number]!;
    const questions = this.questions(number, facts).map((each) => this.question(each, facts));
    const last = typeof this.after(number, facts) === "string";
    return { number, steps: this.survey.pages.length, last, title: this.say(title, facts), text: this.say(text, facts), questions };
  }

  end(facts: Facts, key = ""): { title: string; text: string } {
    const { ends } = this.survey;
    const named = ends.find((end) => key && end.key === key);
    const found = named ?? ends.find((end) => !end.if || holds(end.if, facts)) ?? ends[ends.length - 1];
    return { title: this.say(found?.title, facts), text: this.say(found?.text, facts) };
  }

  private question(form: QuestionForm, facts: Facts): Question {
    const say = (texts?: Texts) => this.say(texts, facts);
    const shown = (image?: ImageForm) => image && { src: addressOf(image), alt: say(image.alt) };
    // Columns of a matrix are words in every row.
    const listed = (choices?: ChoiceForm[], words = false): Choice[] =>
      (choices ?? []).map((each) => words ? { value: each.value, text: say(nameOf(each)) } : { value: each.value, text: say(each.text), image: shown(each.image) });
    return {
      ...form,
      text: say(form.text), help: say(form.help), low_label: say(form.low_label), high_label: say(form.high_label),
      unit: say(form.unit), choices: listed(form.choices, form.kind === "matrix"), rows: listed(form.rows),
      other: form.other ? say(form.other) : undefined, none: form.none ? say(form.none) : undefined,
      image: shown(form.image),
    };
  }

  /** A text in the language, with the earlier answers it speaks of. */
  private say(texts: Texts | undefined, facts: Facts): string {
    const text = texts?.[this.language] ?? texts?.[this.survey.languages[0] ?? ""] ?? Object.values(texts ?? {})[0] ?? "";
    return text.replace(/\{\{\s*([a-z0-9_]+(?:\.other)?)\s*\}\}/g, (_, key: string) => this.words(key, facts));
  }

  private form(key: string): QuestionForm | undefined {
    return this.survey.pages.flatMap((page) => page.questions).find((each) => each.key === key);
  }

  private words(key: string, facts: Facts): string {
    const value = facts[key];
    const question = this.form(key);
    const name = (item: unknown) => {
      const choice = question?.choices?.find((each) => each.value === item);
      return choice ? this.say(nameOf(choice), {}) : String(item);
    };
    if (value == null) return "…";
    if (typeof value === "number") return new Intl.NumberFormat(this.language).format(value);
    return Array.isArray(value) ? value.map(name).join(this.language === "fa" ? "، " : ", ") : name(value);
  }

  /** What rules see of the typed answers of a page, added to what they saw before. */
  learn(page: Page, typed: Typed, facts: Facts): Facts {
    const found: Facts = { ...facts };
    for (const { key, kind } of page.questions) {
      const value = typed[key];
      const parts = Object.keys(typed).filter((name) => name.startsWith(`${key}.`));
      if (["score", "number", "slider"].includes(kind)) found[key] = value === undefined ? undefined : Number(latin(value));
      else if (kind === "multiple") found[key] = parts.map((name) => name.slice(key.length + 1));
      else if (kind === "ranking") {
        const ranked = parts.sort((one, other) => placeIn(one) - placeIn(other)).map((name) => typed[name]!);
        if (ranked.length) found[key] = ranked;
        for (const each of ranked) found[`${key}.${each}`] = true;
        continue;
      } else if (kind === "constant_sum") {
        for (const each of parts.length ? (this.form(key)?.choices ?? []) : []) found[`${key}.${each.value}`] = Number(latin(typed[`${key}.${each.value}`] ?? "0"));
        continue;
      } else if (kind === "consent") found[key] = value ? true : undefined;
      else if (value !== undefined) found[key] = value;
      for (const name of parts) found[name] = kind === "multiple" && !name.endsWith(".other") ? true : typed[name];
    }
    return found;
  }
}

/** The addresses of all pictures of a survey, to be kept for when there is no network. */
export function picturesOf({ pages }: Definition): string[] {
  const questions = pages.flatMap((page) => page.questions);
  const images = questions.flatMap(({ image, choices, rows }) => [image, ...(choices ?? []).map((each) => each.image), ...(rows ?? []).map((each) => each.image)]);
  return [...new Set(images.filter((image): image is ImageForm => Boolean(image)).map(addressOf))];
}

function addressOf({ file }: ImageForm): string {
  return `/files/${file}`;
}

/** What a choice is called: the words of its picture, if it has none of its own. */
function nameOf({ text, image }: ChoiceForm): Texts {
  return text && Object.keys(text).length ? text : image?.alt ?? {};
}

function placeIn(name: string): number {
  return Number(name.slice(name.lastIndexOf(".") + 1));
}
