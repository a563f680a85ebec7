// Put what browsers fetch beside the other assets that are not committed. Run by bin/setup, or `npm run build` here.
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = fileURLToPath(new URL(".", import.meta.url));
const folder = fileURLToPath(new URL("../hamdel/ui/static/vendor/sdk/", import.meta.url));

// A published version keeps its name and what it promises for ever; a break gets a new entry, v2, beside it.
const entries = { v1: "src/v1.ts", "push.v1": "src/push_worker.ts", preview: "src/preview.ts", kiosk: "src/kiosk/main.ts", "kiosk-worker": "src/kiosk/worker.ts" };

await build({
  entryPoints: Object.entries(entries).map(([out, from]) => ({ in: from, out })),
  absWorkingDir: here,
  outdir: folder,
  bundle: true,
  minify: true,
  format: "iife",
  target: ["es2020", "safari15"],
  charset: "utf8",
  legalComments: "none",
  logLevel: "warning",
});
