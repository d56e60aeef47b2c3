// Builds the two pages, or the one that is named, each into one file with style, script and fonts inside:
// dist/report.html, with one marker where the report goes, and dist/app.html, the dashboard.
import { build } from "esbuild";
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { MARKER } from "./inline.mjs";

const web = fileURLToPath(new URL("..", import.meta.url));
const BUDGET = 440_000;

async function bundle(entry) {
  const result = await build({
    entryPoints: [`${web}src/${entry}`],
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
  const parts = { script: output(".js"), style: output(".css") };
  // A closing tag inside the script or style would end it; esbuild writes <\/script itself, so this only guards.
  if (/<\/(script|style)/i.test(parts.script + parts.style)) throw new Error("the bundle holds a closing tag");
  return parts;
}

const sha = (text) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;

function page(template, { script, style }) {
  return readFileSync(`${web}src/${template}`, "utf8")
    .replace("/*SCRIPT-HASH*/", () => sha(script))
    .replace("/*STYLE*/", () => style)
    .replace("/*SCRIPT*/", () => script);
}

function keep(name, text, { script, style }) {
  writeFileSync(`${web}dist/${name}`, text);
  const size = Buffer.byteLength(text);
  console.log(`dist/${name}: ${size} bytes (script ${script.length}, style and fonts ${style.length})`);
  if (size > BUDGET) throw new Error(`${name} is over the budget of ${BUDGET} bytes`);
}

async function report() {
  const parts = await bundle("main.tsx");
  if ((parts.script + parts.style).includes(MARKER)) throw new Error(`the bundle holds the marker ${MARKER}`);
  const template = page("template.html", parts);
  if (template.split(MARKER).length !== 2) throw new Error(`the template must hold ${MARKER} exactly once`);
  keep("report.html", template, parts);
}

async function app() {
  const parts = await bundle("dash/main.tsx");
  keep("app.html", page("app.html", parts), parts);
}

/** All, or those that are named. */
const pages = { "report.html": report, "app.html": app };
const wanted = process.argv.slice(2);
mkdirSync(`${web}dist`, { recursive: true });
for (const name of wanted.length > 0 ? wanted : Object.keys(pages)) await pages[name]();
