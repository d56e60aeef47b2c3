// Builds the page into one file: dist/report.html, with style, script and fonts inside and one marker where the report
// goes.
import { build } from "esbuild";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { MARKER } from "./inline.mjs";

const web = fileURLToPath(new URL("..", import.meta.url));
const BUDGET = 400_000;

const result = await build({
  entryPoints: [`${web}src/main.tsx`],
  bundle: true,
  minify: true,
  write: false,
  outdir: `${web}dist`,
  format: "iife",
  target: ["es2022", "chrome110", "firefox115", "safari16.4"],
  jsx: "automatic",
  jsxImportSource: "preact",
  charset: "utf8",
  loader: { ".woff2": "dataurl" },
  legalComments: "none",
  logLevel: "warning",
});
const output = (ending) => result.outputFiles.find((file) => file.path.endsWith(ending)).text.trim();

// A closing tag inside the script or style would end it; esbuild writes <\/script itself, so this only guards.
const script = output(".js");
const style = output(".css");
if (/<\/(script|style)/i.test(script + style)) throw new Error("the bundle holds a closing tag");
if ((script + style).includes(MARKER)) throw new Error(`the bundle holds the marker ${MARKER}`);

const page = readFileSync(`${web}src/template.html`, "utf8")
  .replace("/*STYLE*/", () => style)
  .replace("/*SCRIPT*/", () => script);
if (page.split(MARKER).length !== 2) throw new Error(`the template must hold ${MARKER} exactly once`);
mkdirSync(`${web}dist`, { recursive: true });
writeFileSync(`${web}dist/report.html`, page);
const size = Buffer.byteLength(page);
console.log(`dist/report.html: ${size} bytes (script ${script.length}, style and fonts ${style.length})`);
if (size > BUDGET) throw new Error(`over the budget of ${BUDGET} bytes`);
