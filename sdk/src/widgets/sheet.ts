// One widget on the page: its shadow root, its pages, its end.
import { drawing, h, wear } from "../dom";
import { type Page, complain, draw, heading, isTapToGoOn, missing, typedIn } from "../questions";
import { QUESTIONS, WIDGET } from "../style";
import type { End, Outcome, Widget } from "./widget";

export type Asked = { once: string; page: number; typed: Record<string, string> };
export type Ways = {
  send: (asked: Asked) => Promise<Outcome>;
  finished: () => void;
  closed: () => void;
};

const CROSS = "M6 6l12 12M18 6 6 18";
const FOCUSABLE = "button,input,textarea,a[href],iframe";

export class Sheet {
  private readonly host: HTMLElement;
  private readonly root: ShadowRoot;
  private readonly sheet: HTMLElement;
  private readonly body = h("div");
  private readonly before = document.activeElement as HTMLElement | null;
  private readonly ends: (() => void)[] = [];
  isOpen = true;

  constructor(
    private readonly widget: Widget,
    /** The secret of this showing: by it the server knows the response again. */
    private readonly once: string,
    private readonly ways: Ways,
    place: Element,
  ) {
    this.host = h("div", { "data-hamdel": widget.id });
    this.root = this.host.attachShadow({ mode: "open" });
    wear(this.root, WIDGET + QUESTIONS);
    this.sheet = this.frame();
    if (this.isModal) this.root.append(this.veil());
    this.root.append(this.sheet);
    place.append(this.host);
    this.listen(this.host, "keydown", (event) => this.key(event as KeyboardEvent));
    this.listen(window, "message", (event) => this.heard(event as MessageEvent));
    if (widget.page) this.ask(widget.page);
    else this.embed(`${widget.address}&once=${once}`);
    if (this.isModal) this.focusFirst();
    else if (widget.form !== "embedded") this.listen(document, "keydown", (event) => this.key(event as KeyboardEvent));
  }

  private get isModal(): boolean {
    return this.widget.form === "popover";
  }

  private frame(): HTMLElement {
    const { form, title, words, look, language, dir } = this.widget;
    const close = h("button", { class: "close", type: "button", "aria-label": words.close }, drawing(CROSS));
    close.addEventListener("click", () => this.close());
    const closable = form !== "embedded";
    const role = closable ? "dialog" : "region";
    const css = `sheet ${form} ${look.side}-side${closable ? " has-close" : ""}`;
    const sheet = h("div", { class: css, role, "aria-modal": this.isModal, "aria-label": title, lang: language, dir, tabindex: -1 }, this.body, closable && close);
    dress(sheet, this.widget);
    return sheet;
  }

  private veil(): HTMLElement {
    const veil = h("div", { class: "veil" });
    veil.addEventListener("click", () => this.close());
    return veil;
  }

  ask(page: Page): void {
    const { words, language } = this.widget;
    const go = h("button", { class: "go" }, page.last ? words.send : words.next);
    const problem = h("p", { class: "error", role: "alert", hidden: true });
    const foot = h("div", { class: "foot" }, go, page.steps > 1 && h("small", {}, stepOf(page, language)));
    const form = h("form", { novalidate: true }, heading(page), ...page.questions.map((question) => draw(question, language, words)), problem, foot);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.submit(page, form, go, problem);
    });
    form.addEventListener("click", (event) => {
      if (isTapToGoOn(page, event)) setTimeout(() => form.requestSubmit(), 250);
    });
    const again = this.body.hasChildNodes();
    this.body.replaceChildren(form);
    if (again) this.focusFirst();
  }

  private async submit(page: Page, form: HTMLFormElement, go: HTMLButtonElement, problem: HTMLElement): Promise<void> {
    const { words } = this.widget;
    const typed = typedIn(form);
    const open = missing(page, typed);
    complain(form, Object.fromEntries(open.map((key) => [key, words.required])));
    if (open.length || go.disabled) return;
    go.disabled = true;
    problem.hidden = true;
    try {
      this.follow(await this.ways.send({ once: this.once, page: page.number, typed }), form);
    } catch {
      problem.textContent = words.problem;
      problem.hidden = false;
    }
    go.disabled = false;
  }

  private follow(outcome: Outcome, form: HTMLElement): void {
    if (outcome.errors) complain(form, outcome.errors);
    else if (outcome.page) this.ask(outcome.page);
    else if (outcome.frame) this.embed(outcome.frame);
    else if (outcome.end) this.end(outcome.end);
    else this.close();
  }

  private end({ title, text, link }: End): void {
    const away = link && h("p", {}, h("a", { href: link.url, target: "_blank", rel: "noopener" }, link.text));
    const end = h("div", { class: "end", role: "status", tabindex: -1 }, h("h2", {}, title), h("p", { dir: "auto" }, text), away);
    this.body.replaceChildren(end);
    end.focus();
    this.ways.finished();
    if (this.widget.form === "slide_in" && !link) setTimeout(() => this.close(), 6000);
  }

  /** Show the respondent page itself, for questions that are not drawn here. */
  private embed(address: string): void {
    this.body.replaceChildren(h("iframe", { src: address, title: this.widget.title, referrerpolicy: "origin" }));
  }

  private heard(event: MessageEvent): void {
    const frame = this.body.querySelector("iframe");
    if (!frame || event.source !== frame.contentWindow || typeof event.data !== "object") return;
    const { hamdel, height } = event.data as { hamdel?: string; height?: number };
    if (height) frame.style.blockSize = `${Math.min(height, innerHeight * 0.8)}px`;
    if (hamdel === "end") this.ways.finished();
  }

  private key(event: KeyboardEvent): void {
    if (event.key === "Escape" && this.widget.form !== "embedded") this.close();
    if (event.key === "Tab" && this.isModal) this.hold(event);
  }

  /** Keep the focus inside while the page behind cannot be used. */
  private hold(event: KeyboardEvent): void {
    const all = [...this.sheet.querySelectorAll<HTMLElement>(FOCUSABLE)].filter((each) => !each.hidden);
    const [first, last] = [all[0], all[all.length - 1]];
    const here = this.root.activeElement;
    // A group of radio buttons is one stop: from any of the last group the next stop is outside.
    const isLast = here === last || (here === this.sheet && event.shiftKey === false && !first);
    if (event.shiftKey && (here === first || here === this.sheet)) {
      event.preventDefault();
      last?.focus();
    } else if (!event.shiftKey && isLast) {
      event.preventDefault();
      first?.focus();
    }
  }

  private focusFirst(): void {
    (this.body.querySelector<HTMLElement>("input:not([hidden]),textarea,button,iframe") ?? this.sheet).focus({ preventScroll: true });
  }

  private listen(target: EventTarget, name: string, heard: (event: Event) => void): void {
    target.addEventListener(name, heard);
    this.ends.push(() => target.removeEventListener(name, heard));
  }

  close(): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    this.ends.forEach((end) => end());
    const hadFocus = document.activeElement === this.host;
    this.host.remove();
    if (hadFocus || this.isModal) this.before?.focus?.();
    this.ways.closed();
  }
}

function stepOf(page: Page, language: string): string {
  const number = new Intl.NumberFormat(language === "fa" ? "fa-IR" : language);
  return `${number.format(page.number + 1)} / ${number.format(page.steps)}`;
}

/** Put on the widget's own colour and the theme it asks for. */
export function dress(sheet: HTMLElement, { look }: Widget): void {
  const isDark = look.theme === "dark" || (look.theme === "auto" && matchMedia("(prefers-color-scheme: dark)").matches);
  sheet.classList.toggle("dark", isDark);
  if (look.accent) sheet.style.setProperty("--accent", look.accent);
  if (look.on) sheet.style.setProperty("--on", look.on);
}
