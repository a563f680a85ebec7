// <jalali-date><input></jalali-date>: a month to choose from under a field that can as well be typed in.
// Keys: arrows move by day and week, Page Up/Down by month, Home/End within the week, Enter chooses, Escape leaves.
import { gregorian, jalali, parseDay } from "./jalali.js";

const DAY = 86400000;
const STEPS = { ArrowUp: -7, ArrowDown: 7 };

class JalaliDate extends HTMLElement {
  connectedCallback() {
    if (this.input) return;
    this.input = this.querySelector("input");
    this.calendar = this.dataset.calendar === "gregorian" ? gregorian : jalali;
    this.locale = `${document.documentElement.lang === "fa" ? "fa-IR" : "en-GB"}-u-ca-${this.calendar.name}`;
    this.input.setAttribute("aria-haspopup", "dialog");
    this.input.addEventListener("focus", () => this.open());
    this.input.addEventListener("click", () => this.open());
    this.input.addEventListener("input", () => this.follow());
    this.addEventListener("keydown", (event) => this.onKey(event));
    // Drawing anew takes the focused day away for a moment; that is no leaving.
    this.addEventListener("focusout", (event) => this.isDrawing || this.contains(event.relatedTarget) || this.close());
    // A press on the panel must not take the focus from the field: focusout would close it first.
    this.addEventListener("pointerdown", (event) => event.target.closest(".days") && event.preventDefault());
    this.addEventListener("click", (event) => this.onClick(event));
  }

  get today() {
    const now = new Date();
    return Math.round(Date.UTC(now.getFullYear(), now.getMonth(), now.getDate()) / DAY);
  }

  open() {
    if (this.panel) return;
    this.chosen = parseDay(this.input.value);
    this.shown = this.chosen ?? this.today;
    this.panel = make("div", { class: "days", role: "dialog", "aria-label": this.dataset.title ?? "" });
    this.append(this.panel);
    this.draw();
  }

  close() {
    this.panel?.remove();
    this.panel = null;
  }

  follow() {
    const day = parseDay(this.input.value);
    if (day === null) return;
    this.open();
    this.chosen = this.shown = day;
    this.draw();
  }

  choose(day) {
    const [year, month, date] = this.calendar.to(day);
    const figures = [year, String(month).padStart(2, "0"), String(date).padStart(2, "0")].join(this.calendar.mark);
    this.input.value = document.documentElement.lang === "fa" ? figures.replace(/\d/g, (d) => "۰۱۲۳۴۵۶۷۸۹"[d]) : figures;
    this.input.dispatchEvent(new Event("change", { bubbles: true }));
    this.input.focus();
    this.close();
  }

  turn(months) {
    const [year, month, date] = this.calendar.to(this.shown);
    const count = year * 12 + month - 1 + months;
    const first = this.calendar.from(Math.floor(count / 12), (count % 12) + 1, 1);
    const last = this.calendar.from(Math.floor((count + 1) / 12), ((count + 1) % 12) + 1, 1) - 1;
    this.shown = Math.min(first + date - 1, last);
    this.draw();
  }

  onClick(event) {
    const button = event.target.closest("button");
    if (!button || !this.panel?.contains(button)) return;
    event.preventDefault();
    if (button.dataset.turn) this.turn(Number(button.dataset.turn));
    else this.choose(Number(button.dataset.day));
  }

  onKey(event) {
    if (event.key === "Escape" && this.panel) {
      event.stopPropagation();
      this.input.focus();
      return this.close();
    }
    if (event.target === this.input && event.key !== "ArrowDown") return undefined;
    const turned = getComputedStyle(this).direction === "rtl" ? -1 : 1;
    const step = { ...STEPS, ArrowRight: turned, ArrowLeft: -turned }[event.key];
    if (event.target === this.input) this.open();
    else if (step) this.shown += step;
    else if (event.key === "PageUp" || event.key === "PageDown") this.turn(event.key === "PageUp" ? -1 : 1);
    else if (event.key === "Home") this.shown -= this.weekday(this.shown);
    else if (event.key === "End") this.shown += 6 - this.weekday(this.shown);
    else return undefined;
    event.preventDefault();
    this.draw();
    return this.panel.querySelector("[tabindex='0']").focus();
  }

  /** 0 for the first day of the week as it is counted here. */
  weekday(day) {
    return (new Date(day * DAY).getUTCDay() - this.calendar.weekStart + 7) % 7;
  }

  label(day, options) {
    return new Intl.DateTimeFormat(this.locale, { timeZone: "UTC", ...options }).format(new Date(day * DAY));
  }

  /** The bare year: without its era, which nobody writes. */
  yearOf(day) {
    const parts = new Intl.DateTimeFormat(this.locale, { timeZone: "UTC", year: "numeric" }).formatToParts(new Date(day * DAY));
    return parts.find((part) => part.type === "year").value;
  }

  draw() {
    const [year, month] = this.calendar.to(this.shown);
    const first = this.calendar.from(year, month, 1);
    const start = first - this.weekday(first);
    const head = make("div", { class: "days__head" }, [
      this.turner(-1, "‹", this.dataset.previous),
      make("span", { "aria-live": "polite" }, [`${this.label(first, { month: "long" })} ${this.yearOf(first)}`]),
      this.turner(1, "›", this.dataset.next),
    ]);
    const names = [...Array(7).keys()].map((i) =>
      make("th", { scope: "col", abbr: this.label(start + i, { weekday: "long" }) }, [this.label(start + i, { weekday: "narrow" })]),
    );
    const weeks = [];
    for (let day = start; this.calendar.to(day)[1] === month || day < first; day += 7) {
      weeks.push(make("tr", {}, [...Array(7).keys()].map((i) => this.cell(day + i, month))));
    }
    const table = make("table", { class: "days__grid", role: "grid" }, [
      make("thead", {}, [make("tr", {}, names)]),
      make("tbody", {}, weeks),
    ]);
    this.isDrawing = true;
    this.panel.replaceChildren(head, table);
    this.isDrawing = false;
  }

  turner(months, sign, label) {
    const turned = getComputedStyle(this).direction === "rtl" ? { "‹": "›", "›": "‹" }[sign] : sign;
    return make("button", { type: "button", class: "days__turn", "data-turn": months, "aria-label": label ?? "" }, [turned]);
  }

  cell(day, month) {
    if (this.calendar.to(day)[1] !== month) return make("td");
    const isWeekend = this.calendar === jalali && new Date(day * DAY).getUTCDay() === 5;
    return make("td", { role: "gridcell" }, [
      make(
        "button",
        {
          type: "button",
          class: "day",
          "data-day": day,
          tabindex: day === this.shown ? 0 : -1,
          "aria-label": this.label(day, { dateStyle: "full" }),
          ...(day === this.chosen && { "aria-selected": "true" }),
          ...(day === this.today && { "aria-current": "date" }),
          ...(isWeekend && { "data-weekend": "" }),
        },
        [this.label(day, { day: "numeric" })],
      ),
    ]);
  }
}

function make(name, attributes = {}, children = []) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

customElements.define("jalali-date", JalaliDate);
