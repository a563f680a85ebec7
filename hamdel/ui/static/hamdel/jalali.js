// The Jalali calendar by the 33-year cycle: right for 1178–1633 (1799–2254), which is all a form accepts.
const DAY = 86400000;
// Day number of 1 Farvardin of year 1, counted from 1970-01-01.
const EPOCH = -492268;
const MONTHS_OF_31 = 6;

export const isLeap = (year) => (25 * year + 11) % 33 < 8;
export const monthLength = (year, month) => (month <= MONTHS_OF_31 ? 31 : month < 12 || isLeap(year) ? 30 : 29);

function daysBefore(year) {
  return 365 * (year - 1) + Math.floor((8 * (year - 1) + 29) / 33);
}

/** Days since 1970-01-01 of a Jalali day. */
export function fromJalali(year, month, day) {
  const before = month <= 7 ? 31 * (month - 1) : 186 + 30 * (month - 7);
  return EPOCH + daysBefore(year) + before + day - 1;
}

/** [year, month, day] of days since 1970-01-01. */
export function toJalali(days) {
  let year = Math.floor((days - EPOCH) / 365.2424) + 1;
  while (fromJalali(year + 1, 1, 1) <= days) year++;
  while (fromJalali(year, 1, 1) > days) year--;
  const rest = days - fromJalali(year, 1, 1);
  const month = rest < 186 ? Math.floor(rest / 31) + 1 : Math.floor((rest - 186) / 30) + 7;
  return [year, month, days - fromJalali(year, month, 1) + 1];
}

export const fromGregorian = (year, month, day) => Math.round(Date.UTC(year, month - 1, day) / DAY);

export function toGregorian(days) {
  const date = new Date(days * DAY);
  return [date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate()];
}

export const jalali = { from: fromJalali, to: toJalali, weekStart: 6, mark: "/", name: "persian" };
export const gregorian = { from: fromGregorian, to: toGregorian, weekStart: 1, mark: "-", name: "gregory" };

const toLatin = (text) => text.replace(/[۰-۹]/g, (d) => "۰۱۲۳۴۵۶۷۸۹".indexOf(d)).replace(/[٠-٩]/g, (d) => "٠١٢٣٤٥٦٧٨٩".indexOf(d));

/** Days since 1970 of a typed day in either calendar (a year below 1600 is Jalali), or null. */
export function parseDay(text) {
  const found = /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})$/.exec(toLatin(text.trim()));
  if (!found) return null;
  const [year, month, day] = found.slice(1).map(Number);
  const calendar = year < 1600 ? jalali : gregorian;
  const days = calendar.from(year, month, day);
  return String(calendar.to(days)) === String([year, month, day]) ? days : null;
}
