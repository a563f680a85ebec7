// The kiosk: attract, ask, thank, begin again. It needs the server only to bring answers there.
import { drawing, h, wear } from "../dom";
import { newId } from "../keeping";
import { type Page, type Words, complain, draw, heading, isTapToGoOn, missing, typedIn } from "../questions";
import { QUESTIONS } from "../style";
import { type Definition, type Facts, Flow, picturesOf } from "./flow";
import { type OwnWords, drawOwn, unfit } from "./kinds";
import { openStaff } from "./staff";
import { Sending } from "./sending";
import { type Kept, Shelf } from "./shelf";
import { KIOSK } from "./style";

export type KioskWords = Words & OwnWords & Record<"start" | "again" | "thanks" | "staff" | "wrong" | "leave" | "now" | "last" | "waiting" | "never" | "revoked" | "back" | "look" | "removed_text" | "name", string>;
export type Setup = {
  device: string; name: string; sender: string; place: string; version: string; pin: string;
  idle_seconds: number; thanks_seconds: number; accent: string; on: string;
  title: Record<string, string>; text: Record<string, string>;
  languages: string[]; words: Record<string, KioskWords>; definition: Definition;
};

const CHECK = ["M5 12.5 10 17.5 19.5 7"];

class Kiosk {
  private language: string;
  private response: Kept | null = null;
  private facts: Facts = {};
  private idle = 0;
  private readonly sheet = h("div", { class: "kiosk sheet" });
  readonly sending: Sending;

  constructor(private setup: Setup, private readonly shelf: Shelf) {
    this.language = setup.languages[0] ?? "fa";
    this.sending = new Sending(shelf, () => this.response?.once ?? "", () => this.heard());
    document.body.replaceChildren(this.sheet);
    for (const name of ["pointerdown", "keydown", "input"]) addEventListener(name, () => this.stir(), { passive: true });
    addEventListener("contextmenu", (event) => event.preventDefault());
    this.attract();
  }

  private get words(): KioskWords {
    return this.setup.words[this.language]!;
  }

  private show(...parts: (HTMLElement | null)[]): void {
    const { accent, on } = this.setup;
    document.documentElement.lang = this.sheet.lang = this.language;
    document.documentElement.dir = this.sheet.dir = ["fa", "ar"].includes(this.language) ? "rtl" : "ltr";
    this.sheet.classList.toggle("dark", matchMedia("(prefers-color-scheme: dark)").matches);
    this.sheet.style.setProperty("--accent", accent);
    this.sheet.style.setProperty("--on", on);
    this.sheet.replaceChildren(...parts.filter((part): part is HTMLElement => part !== null));
    this.sheet.scrollTop = 0;
  }

  /** The top line: who asks, and, while somebody answers, the way back to the start. Five taps on it are for staff. */
  private bar(withBack: boolean): HTMLElement {
    const corner = h("b", {}, this.setup.sender);
    let taps: number[] = [];
    corner.addEventListener("click", (event) => {
      event.stopPropagation();
      taps = [...taps.filter((at) => event.timeStamp - at < 3000), event.timeStamp];
      if (taps.length >= 5) void openStaff(this.setup, this.words, this.language, this.sending);
    });
    const back = h("button", { class: "plain", type: "button" }, this.words.again);
    back.addEventListener("click", () => this.leave());
    return h("header", { class: "bar" }, corner, withBack && back);
  }

  attract(): void {
    clearTimeout(this.idle);
    this.response = null;
    this.facts = {};
    this.language = this.setup.languages[0]!;
    const { title, text, languages, words } = this.setup;
    const buttons = languages.map((language) => {
      const label = languages.length > 1 ? words[language]!.name : words[language]!.start;
      const button = h("button", { class: "go", type: "button", lang: language }, label);
      button.addEventListener("click", (event) => {
        event.stopPropagation();
        void this.begin(language);
      });
      return button;
    });
    const stage = h("main", { class: "stage" }, h("div", { class: "attract" }, h("h1", {}, title[this.language] ?? ""), h("p", {}, text[this.language] ?? ""), h("div", { class: "langs" }, ...buttons)));
    this.show(this.bar(false), stage);
    if (languages.length === 1) stage.addEventListener("click", () => void this.begin(languages[0]!));
  }

  private async begin(language: string): Promise<void> {
    this.language = language;
    fillScreen();
    this.response = { once: newId(), language, version: this.setup.version, begun: new Date().toISOString(), pages: [], finished: false };
    this.facts = { language, channel: "kiosk" };
    this.stir();
    await this.goOn(-1);
  }

  private async goOn(page: number): Promise<void> {
    const flow = new Flow(this.setup.definition, this.language);
    const next = flow.after(page, this.facts);
    if (typeof next === "number") this.ask(flow, flow.page(next, this.facts));
    else await this.finish(flow, next);
  }

  private ask(flow: Flow, page: Page): void {
    const { words, language } = this;
    const go = h("button", { class: "go" }, page.last ? words.send : words.next);
    const form = h("form", { novalidate: true }, heading(page), ...page.questions.map((question) => draw(question, language, words, drawOwn(question, language, words))), h("div", { class: "foot" }, go));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.answer(flow, page, form);
    });
    form.addEventListener("click", (event) => {
      if (isTapToGoOn(page, event)) setTimeout(() => form.isConnected && form.requestSubmit(), 350);
    });
    this.show(this.bar(true), h("main", { class: "stage" }, form));
  }

  private async answer(flow: Flow, page: Page, form: HTMLFormElement): Promise<void> {
    const typed = typedIn(form);
    const open = Object.fromEntries(missing(page, typed).map((key) => [key, this.words.required]));
    const wrong = Object.fromEntries(unfit(page, typed).map((key) => [key, this.words.look]));
    complain(form, { ...wrong, ...open });
    const response = this.response;
    if (Object.keys({ ...wrong, ...open }).length || !response || !form.isConnected || response.pages.some((each) => each.page === page.number)) return;
    response.pages.push({ page: page.number, typed, at: new Date().toISOString() });
    await this.shelf.put(response);
    this.facts = flow.learn(page, typed, this.facts);
    await this.goOn(page.number);
  }

  private async finish(flow: Flow, end: string): Promise<void> {
    const { title, text } = flow.end(this.facts, end);
    if (this.response) await this.shelf.put({ ...this.response, finished: true });
    this.response = null;
    clearTimeout(this.idle);
    const { thanks_seconds } = this.setup;
    const drain = h("i");
    drain.style.animationDuration = `${thanks_seconds}s`;
    const again = setTimeout(() => this.attract(), thanks_seconds * 1000);
    const said = h("div", { class: "thanks", role: "status" }, drawing(...CHECK) as unknown as HTMLElement, h("h1", {}, title || this.words.thanks), h("p", { dir: "auto" }, text), h("div", { class: "drain" }, drain));
    const stage = h("main", { class: "stage" }, said);
    stage.addEventListener("click", () => {
      clearTimeout(again);
      this.attract();
    });
    this.show(this.bar(false), stage);
    void this.sending.go();
  }

  /** Somebody is there. Nobody for some time: what they gave is kept, and the next visitor begins afresh. */
  private stir(): void {
    clearTimeout(this.idle);
    if (this.response) this.idle = window.setTimeout(() => this.leave(), this.setup.idle_seconds * 1000);
  }

  private leave(): void {
    document.querySelector("dialog")?.close();
    this.attract();
    void this.sending.go();
  }

  private heard(): void {
    document.dispatchEvent(new CustomEvent("kiosk:changed"));
    if (this.sending.isRevoked) return this.revoked();
    if (this.sending.version && this.sending.version !== this.setup.version && !this.response) void this.renew();
  }

  private revoked(): void {
    this.show(this.bar(false), h("main", { class: "stage" }, h("div", { class: "thanks" }, h("h1", {}, this.words.revoked), h("p", {}, this.words.removed_text))));
  }

  /** The survey has changed: take the new one between two visitors. */
  private async renew(): Promise<void> {
    const response = await fetch("survey.json").catch(() => null);
    if (!response?.ok || this.response) return;
    this.setup = (await response.json()) as Setup;
    void keepPictures(this.setup).catch(() => undefined);
    this.attract();
  }
}

function fillScreen(): void {
  document.documentElement.requestFullscreen?.({ navigationUI: "hide" }).catch(() => undefined);
  navigator.wakeLock?.request("screen").catch(() => undefined);
}

/** Have everything this page needs kept by the service worker, so that it opens without a network. */
async function keepForOffline(setup: Setup): Promise<void> {
  if (!("serviceWorker" in navigator)) return;
  await navigator.serviceWorker.register("worker.js");
  await navigator.serviceWorker.ready;
  if (!navigator.serviceWorker.controller) await new Promise((resolve) => navigator.serviceWorker.addEventListener("controllerchange", resolve, { once: true }));
  const needed = ["./", "survey.json", ...[...document.querySelectorAll("script[src]")].map((script) => (script as HTMLScriptElement).src), "/static/vendor/vazirmatn.woff2", "/static/vendor/figtree.woff2"];
  await Promise.all(needed.map((address) => fetch(address)));
  await keepPictures(setup);
  document.documentElement.dataset.offline = "ready";
}

/** Fetching is keeping: the service worker puts everything away that passes. */
async function keepPictures({ definition }: Setup): Promise<void> {
  await Promise.all(picturesOf(definition).map((address) => fetch(address)));
}

async function start(): Promise<void> {
  wear(document, QUESTIONS + KIOSK);
  const response = await fetch("survey.json");
  if (!response.ok) return;
  const setup = (await response.json()) as Setup;
  const kiosk = new Kiosk(setup, await Shelf.open(setup.device));
  void keepForOffline(setup).catch(() => undefined);
  await kiosk.sending.go(true);
}

void start();

