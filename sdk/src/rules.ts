// The rule language over plain values, as hamdel/ground/rules/predicate.py has it; tests run both on the same cases.

export type Rule = {
  all?: Rule[];
  any?: Rule[];
  not?: Rule;
  field?: string;
  operator?: string;
  value?: unknown;
};

const ALSO: Record<string, string> = { "<=": "≤", ">=": "≥", "!=": "≠", "==": "=", "in list": "in" };
const ORDER = ["<", "≤", ">", "≥", "between"];
const NUMBER = /^-?[0-9]{1,15}(\.[0-9]{1,9})?$/;
const MOMENT = /^(19|20|21)\d\d-\d\d-\d\d([T ]([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,6})?)?(Z|[+-](0\d|1[0-4]):[0-5]\d)?)?$/;
const ALIKE: Record<string, string> = {
  ي: "ی", ى: "ی", ئ: "ی", ك: "ک", ة: "ه", ۀ: "ه", ھ: "ه", ہ: "ه", آ: "ا", أ: "ا", إ: "ا", ٱ: "ا", ؤ: "و",
  "\u00a0": " ", "\t": " ", "\n": " ", ء: "",
};

export function holds(rule: Rule, values: Record<string, unknown>): boolean {
  if (rule.all) return rule.all.every((part) => holds(part, values));
  if (rule.any) return rule.any.some((part) => holds(part, values));
  if (rule.not) return !holds(rule.not, values);
  // What somebody did is known to the server only.
  return rule.field ? is(rule.operator ?? "=", values[rule.field], rule.value) : false;
}

function is(sign: string, found: unknown, wanted: unknown): boolean {
  const operator = ALSO[sign] ?? sign;
  if (operator === "is set") return textOf(found) !== "";
  if (operator === "is not set") return textOf(found) === "";
  const several = Array.isArray(wanted) ? wanted : [wanted];
  const read = reader(several[0], ORDER.includes(operator));
  const value = read(found);
  if (value === null) return false;
  if (operator === "in") return several.some((item) => read(item) === value);
  return compare(operator, value, read(several[0]), read(several[1]));
}

function compare(operator: string, value: unknown, one: unknown, two: unknown): boolean {
  const [v, a, b] = [value, one, two] as [number, number, number];
  if (a === null) return operator === "≠";
  switch (operator) {
    case "=": return v === a;
    case "≠": return v !== a;
    case "<": return v < a;
    case "≤": return v <= a;
    case ">": return v > a;
    case "≥": return v >= a;
    case "between": return a <= v && v <= b;
    case "contains": return String(v).includes(String(a));
    case "starts with": return String(v).startsWith(String(a));
    default: return false;
  }
}

/** The value is read as the kind of what it is compared with. */
function reader(wanted: unknown, ordered: boolean): (value: unknown) => unknown {
  if (typeof wanted === "boolean") return (value) => ({ true: true, false: false })[textOf(value)] ?? null;
  if (typeof wanted === "number") return numberOf;
  return ordered ? momentOf : (value) => (textOf(value) ? alike(textOf(value)) : null);
}

function textOf(value: unknown): string {
  if (value == null) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}

function latin(text: string): string {
  return text.replace(/[۰-۹٠-٩]/g, (digit) => String(digit.charCodeAt(0) & 15));
}

function numberOf(value: unknown): number | null {
  if (typeof value === "number") return value;
  const text = latin(textOf(value));
  return NUMBER.test(text) ? Number(text) : null;
}

function momentOf(value: unknown): number | null {
  if (typeof value !== "string" || !MOMENT.test(value)) return null;
  const [year = 0, month = 0, day = 0] = value.slice(0, 10).split("-").map(Number);
  // The 30th of February is no day, though Date.parse takes it for one of March.
  if (day > new Date(Date.UTC(year, month, 0)).getUTCDate()) return null;
  const whole = value.length === 10 ? `${value}T00:00Z` : /(Z|[+-]..:..)$/.test(value) ? value : `${value}Z`;
  const moment = Date.parse(whole.replace(" ", "T"));
  return Number.isNaN(moment) ? null : moment;
}

/** The text by which two ways of typing the same are equal. */
export function alike(text: string): string {
  const small = text.replace(/[A-\u058f]/g, (letter) => (letter.toLowerCase().length === 1 ? letter.toLowerCase() : letter));
  const plain = latin(small).replace(/[\u200b-\u200f\u0640\u064b-\u065f\u0670]/g, "");
  return plain.replace(/[^\0-\x7f]|[\t\n]/g, (letter) => ALIKE[letter] ?? letter);
}
