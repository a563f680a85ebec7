// Elements without markup strings: nothing here needs innerHTML, so the strictest policies of a site allow it.

type Attributes = Record<string, string | number | boolean | null | undefined>;
type Child = Node | string | null | undefined | false;

const SVG = "http://www.w3.org/2000/svg";

function fill<E extends Element>(element: E, attributes: Attributes, children: Child[]): E {
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== false && value != null) element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children.filter((child): child is Node | string => Boolean(child)));
  return element;
}

export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  return fill(document.createElement(tag), attributes, children);
}

/** A drawing of strokes in a square of 24. */
export function drawing(...paths: string[]): SVGElement {
  const shapes = paths.map((d) => fill(document.createElementNS(SVG, "path"), { d }, []));
  return fill(document.createElementNS(SVG, "svg"), { viewBox: "0 0 24 24", "aria-hidden": "true" }, shapes);
}

/** Digits as the language writes them. */
export function digits(value: number | string, language: string): string {
  return new Intl.NumberFormat(language === "fa" ? "fa-IR" : language, { useGrouping: false }).format(Number(value));
}

/** Style by object, which every content policy allows, where a style element is not. */
export function wear(root: ShadowRoot | Document, css: string): void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
}
