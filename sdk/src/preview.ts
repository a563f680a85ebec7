// The editor's preview: a widget drawn from the page itself; nothing is sent anywhere.
import { h, wear } from "./dom";
import { QUESTIONS, WIDGET } from "./style";
import { Sheet, dress } from "./widgets/sheet";
import type { Widget } from "./widgets/widget";

const widget = JSON.parse(document.getElementById("widget")!.textContent!) as Widget;
const ways = { send: () => Promise.resolve({ end: { title: "✓", text: "" } }), finished: () => undefined, closed: () => undefined };

function show(): void {
  new Sheet(widget, "preview", ways, widget.form === "embedded" ? document.getElementById("here")! : document.body);
}

if (widget.form === "button") {
  const host = h("div");
  const root = host.attachShadow({ mode: "open" });
  wear(root, WIDGET + QUESTIONS);
  const button = h("button", { class: `tab sheet ${widget.look.side}-side`, type: "button", lang: widget.language, dir: widget.dir }, widget.look.button || widget.words.feedback);
  dress(button, widget);
  button.addEventListener("click", show);
  root.append(button);
  document.body.append(host);
} else show();
