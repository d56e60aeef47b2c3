// Builds the script for pages: dist/masa.js, small and for browsers of some years.
import { build } from "esbuild";
import { statSync } from "node:fs";
import { fileURLToPath } from "node:url";

const web = fileURLToPath(new URL("..", import.meta.url));
const BUDGET = 8_000;

await build({
  entryPoints: [`${web}src/script/masa.ts`],
  outfile: `${web}dist/masa.js`,
  bundle: true,
  minify: true,
  format: "iife",
  target: ["es2020"],
  charset: "ascii",
  legalComments: "none",
  logLevel: "warning",
});
const size = statSync(`${web}dist/masa.js`).size;
console.log(`dist/masa.js: ${size} bytes`);
if (size > BUDGET) throw new Error(`over the budget of ${BUDGET} bytes`);
