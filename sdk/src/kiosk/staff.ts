// Behind the PIN: how much waits, send it now, leave the full screen.
import { digits, h } from "../dom";
import type { KioskWords, Setup } from "./main";
import { isRight } from "./pin";
import type { Sending } from "./sending";

const KEYS = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "⌫", "0", "✓"];

export async function openStaff(setup: Setup, words: KioskWords, language: string, sending: Sending): Promise<void> {
  if (document.querySelector("dialog")) return;
  const dialog = h("dialog", { class: "staff", "aria-label": words.staff });
  document.querySelector(".kiosk")!.append(dialog);
  dialog.addEventListener("close", () => dialog.remove());
  askPin(dialog, setup, words, language, () => showFacts(dialog, words, language, sending));
  dialog.showModal();
}

function askPin(dialog: HTMLDialogElement, setup: Setup, words: KioskWords, language: string, right: () => void): void {
  let typed = "";
  const shown = h("p", { class: "pin", "aria-live": "polite" });
  const problem = h("p", { class: "error", role: "alert", hidden: true }, words.wrong);
  const press = async (key: string) => {
    problem.hidden = true;
    if (key === "✓") {
      if (await isRight(typed, setup.pin)) return right();
      typed = "";
      problem.hidden = false;
    } else typed = key === "⌫" ? typed.slice(0, -1) : (typed + key).slice(0, 8);
    shown.textContent = "•".repeat(typed.length);
  };
  const keys = KEYS.map((key) => {
    const button = h("button", { class: key === "✓" ? "go" : "plain", type: "button", "aria-label": key }, /\d/.test(key) ? digits(key, language) : key);
    button.addEventListener("click", () => void press(key));
    return button;
  });
  dialog.addEventListener("keydown", (event) => {
    if (/^\d$/.test(event.key)) void press(event.key);
    if (event.key === "Backspace") void press("⌫");
    if (event.key === "Enter" && !(event.target instanceof HTMLButtonElement)) void press("✓");
  });
  const pad = h("div", { class: "pad", dir: "ltr" }, ...keys);
  dialog.replaceChildren(h("h2", {}, words.staff), shown, problem, pad);
}

function showFacts(dialog: HTMLDialogElement, words: KioskWords, language: string, sending: Sending): void {
  const clock = new Intl.DateTimeFormat(language === "fa" ? "fa-IR" : language, { dateStyle: "short", timeStyle: "short" });
  const waiting = h("b");
  const last = h("b");
  const tell = () => {
    waiting.textContent = digits(sending.waiting, language);
    last.textContent = sending.lastSent ? clock.format(sending.lastSent) : words.never;
  };
  tell();
  document.addEventListener("kiosk:changed", tell);
  dialog.addEventListener("close", () => document.removeEventListener("kiosk:changed", tell));
  const facts = h("div", { class: "facts" }, h("div", {}, words.waiting, waiting), h("div", {}, words.last, last));
  const button = (kind: string, label: string, work: () => void) => {
    const made = h("button", { class: kind, type: "button" }, label);
    made.addEventListener("click", work);
    return made;
  };
  const leave = () => {
    void document.exitFullscreen?.().catch(() => undefined);
    dialog.close();
  };
  const all = [button("go", words.now, () => void sending.go(true)), button("plain", words.leave, leave), button("plain", words.back, () => dialog.close())];
  dialog.replaceChildren(h("h2", {}, words.staff), facts, h("div", { class: "stack-buttons" }, ...all));
}
