// Show the numbers of the place under the pointer. They come from the table behind the chart: nothing is said twice.
document.addEventListener("pointermove", (event) => {
  const drawing = event.target.closest?.("[data-chart] .chart__drawing");
  if (drawing !== active) hide();
  if (drawing) show(drawing, event.clientX);
});
document.addEventListener("pointerleave", hide);

let active = null;

function show(drawing, x) {
  const table = drawing.closest("[data-chart]").querySelector("table");
  const rows = table?.tBodies[0]?.rows ?? [];
  const line = drawing.querySelector(".chart__line, .chart__dot");
  if (rows.length < 2 || !(line || drawing.querySelector(".chart__when"))) return;
  const box = drawing.querySelector(".chart__svg").getBoundingClientRect();
  const share = Math.min(1, Math.max(0, (x - box.x) / box.width));
  // Points of a line stand on both edges, columns in the middle of their slots.
  const place = line ? Math.round(share * (rows.length - 1)) : Math.min(rows.length - 1, Math.floor(share * rows.length));
  const at = line ? place / (rows.length - 1) : (place + 0.5) / rows.length;
  const tip = tipOf(drawing);
  drawing.style.setProperty("--at", `${box.x - drawing.getBoundingClientRect().x + at * box.width}px`);
  drawing.style.setProperty("--turn", `${-100 * at}%`);
  if (tip.dataset.place === String(place)) return;
  tip.dataset.place = place;
  const head = table.tHead.rows[0].cells;
  tip.replaceChildren(...[...rows[place].cells].map((cell, i) => said(i ? `${head[i].textContent}: ${cell.textContent}` : cell.textContent, i)));
}

function said(text, i) {
  const element = document.createElement(i ? "div" : "b");
  element.dir = document.documentElement.dir;
  element.textContent = text;
  return element;
}

function tipOf(drawing) {
  if (active !== drawing) {
    active = drawing;
    for (const name of ["chart__tip", "chart__rule"]) {
      const element = document.createElement("div");
      element.className = name;
      element.ariaHidden = "true";
      drawing.append(element);
    }
  }
  return drawing.querySelector(".chart__tip");
}

function hide() {
  active?.querySelectorAll(".chart__tip, .chart__rule").forEach((element) => element.remove());
  active = null;
}
