// When and where a widget may show itself. Whom it is for was decided by the server before it came here.
import { type Rule, holds } from "../rules";
import { keep, kept } from "../keeping";
import type { Widget } from "./widget";

type Seen = { at: number; answered?: boolean };
type Memory = { last?: number; widgets: Record<string, Seen>; lots: Record<string, number> };

const DAY = 86_400_000;
// Somebody who was away so long comes again.
const VISIT = 1_800_000;

function memory(): Memory {
  return kept<Memory>("seen") ?? { widgets: {}, lots: {} };
}

/** What a rule over the page may speak of. */
export function pageValues(): Record<string, unknown> {
  const query = Object.fromEntries([...new URLSearchParams(location.search)].map(([name, value]) => [`query.${name}`, value]));
  return { ...query, url: location.href, path: location.pathname, host: location.hostname, address: location.hostname + location.pathname, title: document.title, referrer: document.referrer, language: navigator.language, device: device() };
}

export function device(): string {
  const narrow = Math.min(innerWidth, screen.width);
  return narrow < 640 ? "phone" : narrow < 1024 && matchMedia("(pointer: coarse)").matches ? "tablet" : "computer";
}

export function isHere(where: Rule | null): boolean {
  return !where || holds(where, pageValues());
}

/** Throw the dice once per widget and browser, so that a share stays the same people. */
export function isDrawn(widget: Widget): boolean {
  if (widget.share >= 100) return true;
  const seen = memory();
  seen.lots[widget.id] ??= Math.random() * 100;
  keep("seen", seen);
  return seen.lots[widget.id]! < widget.share;
}

/** Whether enough time has passed since this browser saw this widget, and any other. */
export function isDue(widget: Widget, coolOffDays: number, now = Date.now()): boolean {
  const { last, widgets } = memory();
  const seen = widgets[widget.id];
  if (seen && widget.often === "always") return true;
  if (seen && (widget.often === "once" || seen.answered)) return false;
  if (last && last !== seen?.at && now - last < coolOffDays * DAY) return false;
  return !seen || now - seen.at >= (widget.often === "until_answered" ? VISIT : widget.days * DAY);
}

export function noteShown(widget: Widget, now = Date.now()): void {
  const seen = memory();
  // What stands in the page or was opened by the visitor has interrupted nobody.
  if (widget.form === "slide_in" || widget.form === "popover") seen.last = now;
  seen.widgets[widget.id] = { ...seen.widgets[widget.id], at: now };
  keep("seen", seen);
}

export function noteAnswered(widget: Widget): void {
  const seen = memory();
  seen.widgets[widget.id] = { at: Date.now(), answered: true };
  keep("seen", seen);
}

/** Call back once, when the moment of the widget has come; return how to stop waiting. */
export function await_(widget: Widget, come: () => void): () => void {
  const stops: (() => void)[] = [];
  let over = false;
  const once = () => {
    if (over) return;
    stop();
    come();
  };
  const stop = () => {
    over = true;
    stops.forEach((each) => each());
  };
  const listen = (target: EventTarget, name: string, heard: (event: Event) => void) => {
    target.addEventListener(name, heard, { passive: true });
    stops.push(() => target.removeEventListener(name, heard));
  };
  const { when, seconds, percent } = widget;
  if (when === "seconds") {
    const timer = setTimeout(once, seconds * 1000);
    stops.push(() => clearTimeout(timer));
  } else if (when === "scroll") {
    const look = () => {
      const root = document.documentElement;
      const whole = root.scrollHeight - innerHeight;
      if (whole <= 0 || (scrollY / whole) * 100 >= percent) once();
    };
    listen(window, "scroll", look);
  } else if (when === "exit") {
    // A pointer that leaves by the top is on its way to another tab; a phone has no pointer, only a way back up.
    listen(document, "mouseout", (event) => {
      const { relatedTarget, clientY } = event as MouseEvent;
      if (!relatedTarget && clientY <= 0) once();
    });
    if (device() === "phone") listen(document, "visibilitychange", () => document.visibilityState === "visible" && once());
  } else if (when !== "event") {
    queueMicrotask(once);
  }
  return stop;
}
