// Which widget comes on, and when: one at a time, embedded ones and buttons aside.
import type { Events } from "../events";
import { h, wear } from "../dom";
import { newId } from "../keeping";
import { type Rule, holds } from "../rules";
import { QUESTIONS, WIDGET } from "../style";
import { Sheet, dress } from "./sheet";
import { await_, isDrawn, isDue, isHere, noteAnswered, noteShown } from "./targeting";
import type { Outcome, Widget } from "./widget";

const LOOK_EVERY = 700;

export class Stage {
  private widgets: Widget[] = [];
  private coolOff = 0;
  private open: Sheet | null = null;
  private asking = false;
  private stops: (() => void)[] = [];
  private buttons: HTMLElement[] = [];
  private readonly embedded = new Set<string>();
  private address = location.href;

  constructor(private readonly events: Events) {
    events.onTrack((name, properties) => this.happened(name, properties));
    // Pages that change without loading tell nobody; their address does.
    setInterval(() => location.href !== this.address && this.arrive(), LOOK_EVERY);
  }

  async load(): Promise<void> {
    const { host, writeKey, uid, language } = this.events.options;
    const asked = new URLSearchParams({ key: writeKey, lang: language ?? document.documentElement.lang.slice(0, 2) });
    if (uid) asked.set("uid", uid);
    const response = await fetch(`${host}/sdk/v1/widgets/?${asked}`, { credentials: "omit" });
    if (!response.ok) return;
    const { widgets, cool_off_days } = (await response.json()) as { widgets: Widget[]; cool_off_days: number };
    // What is shown as our page belongs to the same visitor.
    const who = new URLSearchParams({ key: writeKey, uid: uid ?? "" });
    this.widgets = widgets.map((widget) => ({ ...widget, address: `${widget.address}&${who}` }));
    this.coolOff = cool_off_days;
    this.arrive();
  }

  /** Show a widget now, whatever its rules say: for a site's own button. */
  show(id: string): void {
    const widget = this.widgets.find((each) => each.id === id);
    if (widget) this.play(widget);
  }

  hide(): void {
    this.open?.close();
    this.stops.forEach((stop) => stop());
    this.buttons.forEach((button) => button.remove());
    this.stops = [];
    this.buttons = [];
  }

  private arrive(): void {
    this.address = location.href;
    this.stops.forEach((stop) => stop());
    this.buttons.forEach((button) => button.remove());
    this.stops = [];
    this.buttons = [];
    for (const widget of this.widgets.filter((each) => isHere(each.where) && isDrawn(each))) this.prepare(widget);
  }

  private prepare(widget: Widget): void {
    if (widget.form === "button") return this.hang(widget);
    if (!isDue(widget, this.coolOff)) return;
    if (widget.form === "embedded") return this.embed(widget);
    this.stops.push(await_(widget, () => isDue(widget, this.coolOff) && this.play(widget)));
  }

  private happened(name: string, properties: Record<string, unknown>): void {
    const fits = (rule: Rule | null) => !rule || holds(rule, properties);
    const next = this.widgets.find((each) => each.when === "event" && each.event === name && fits(each.event_where) && isHere(each.where) && isDrawn(each) && isDue(each, this.coolOff));
    if (next) this.play(next);
  }

  private embed(widget: Widget): void {
    const look = () => {
      const place = document.querySelector(widget.selector);
      if (!place || this.embedded.has(widget.id)) return;
      this.embedded.add(widget.id);
      void this.sheet(widget, place);
    };
    look();
    const timer = setInterval(look, LOOK_EVERY);
    this.stops.push(() => clearInterval(timer));
  }

  /** The feedback button stays; what it opens is a slide-in. */
  private hang(widget: Widget): void {
    const host = h("div", { "data-hamdel-button": widget.id });
    const root = host.attachShadow({ mode: "open" });
    wear(root, WIDGET + QUESTIONS);
    const { look, language, dir, words } = widget;
    const button = h("button", { class: `tab sheet ${look.side}-side`, type: "button", lang: language, dir, "aria-haspopup": "dialog" }, look.button || words.feedback);
    dress(button, widget);
    button.addEventListener("click", () => this.play(widget));
    root.append(button);
    document.body.append(host);
    this.buttons.push(host);
  }

  private play(widget: Widget): void {
    if (!this.open && !this.asking) void this.sheet(widget, document.body);
  }

  /** Show it; of a customer we know the server is asked first, because other channels ask them as well. */
  private async sheet(widget: Widget, place: Element): Promise<void> {
    const once = newId();
    const told = this.post<{ show: boolean }>("shown", { widget: widget.id, once }).catch(() => ({ show: true }));
    if (this.events.options.uid) {
      this.asking = true;
      const { show } = await told;
      this.asking = false;
      if (!show) return;
    }
    const sheet = new Sheet(widget, once, {
      send: (asked) => this.post<Outcome>("answers", { ...asked, widget: widget.id, language: widget.language }),
      finished: () => noteAnswered(widget),
      closed: () => (this.open = null),
    }, place);
    if (widget.form !== "embedded") this.open = sheet;
    noteShown(widget);
  }

  private async post<T>(what: string, said: object): Promise<T> {
    const { host, writeKey, uid } = this.events.options;
    const body = JSON.stringify({ key: writeKey, uid: uid ?? "", url: location.href, ...said });
    const headers = { "Content-Type": "text/plain" };
    const response = await fetch(`${host}/sdk/v1/${what}/`, { method: "POST", headers, body, credentials: "omit", keepalive: true });
    if (!response.ok) throw new Error(String(response.status));
    return (await response.json()) as T;
  }
}
