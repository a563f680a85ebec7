// The shape in which the server tells of a widget: GET /sdk/v1/widgets/.
import type { Page, Words } from "../questions";
import type { Rule } from "../rules";

export type Look = { accent: string; on: string; theme: "auto" | "light" | "dark"; side: "start" | "end"; button: string };
export type Widget = {
  id: string;
  form: "popover" | "slide_in" | "embedded" | "button";
  title: string;
  language: string;
  dir: "rtl" | "ltr";
  look: Look;
  selector: string;
  where: Rule | null;
  when: "at_once" | "seconds" | "scroll" | "exit" | "event";
  seconds: number;
  percent: number;
  event: string;
  event_where: Rule | null;
  share: number;
  often: "always" | "once" | "days" | "until_answered";
  days: number;
  page: Page | null;
  /** Where the respondent page is, for what is not drawn natively. */
  address: string;
  words: Words;
};
export type End = { title: string; text: string; link?: { url: string; text: string } | null };
export type Outcome = { page?: Page; end?: End; errors?: Record<string, string>; frame?: string; over?: boolean };
