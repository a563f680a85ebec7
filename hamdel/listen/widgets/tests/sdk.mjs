// Ask modules of the SDK what Python is asked as well: `node sdk.mjs MODULE < cases.json`.
import { build } from "esbuild";
import { readFileSync, writeFileSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const source = process.argv[process.argv.length - 1];
const out = join(mkdtempSync(join(tmpdir(), "sdk-")), "module.mjs");
const { outputFiles } = await build({ entryPoints: [source], bundle: true, format: "esm", write: false, logLevel: "error" });
writeFileSync(out, outputFiles[0].contents);
const module = await import(out);
const cases = JSON.parse(readFileSync(0, "utf8"));

const ask = {
  holds: ([rule, values]) => module.holds(rule, values),
  // The pages a visitor is led through and the end, answering each page as told.
  way: ([definition, language, answers]) => {
    const flow = new module.Flow(definition, language);
    const seen = [];
    let facts = { language, channel: "kiosk" };
    for (let next = flow.after(-1, facts); ; ) {
      if (typeof next === "string") return [seen, flow.end(facts, next).text];
      const page = flow.page(next, facts);
      const offered = page.questions.map((question) => [question.key, (question.choices ?? []).map((choice) => choice.value)]);
      seen.push([next, offered, page.last]);
      const keys = page.questions.map((question) => question.key);
      const typed = Object.fromEntries(Object.entries(answers).filter(([name]) => keys.includes(name.split(".")[0])));
      facts = flow.learn(page, typed, facts);
      next = flow.after(next, facts);
    }
  },
};

// Whether a widget is due at a moment for a browser that remembers so much.
const kept = new Map();
globalThis.window = { localStorage: { getItem: (key) => kept.get(key) ?? null, setItem: (key, text) => kept.set(key, text), removeItem: (key) => kept.delete(key) } };
ask.due = ([widget, seen, coolOffDays, now]) => {
  kept.set("hamdel.seen", JSON.stringify({ widgets: {}, lots: {}, ...seen }));
  return module.isDue(widget, coolOffDays, now);
};

const work = "Flow" in module ? ask.way : "isDue" in module ? ask.due : ask.holds;
process.stdout.write(JSON.stringify(cases.map(work)));
