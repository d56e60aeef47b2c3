// What the program prints obeys a published schema: schema_test.mjs WEB SCHEMA -- PROGRAM ARGUMENT... [-- PROGRAM ...]
// Exit 77 (skipped) when web's packages are not installed.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const [web, schema, ...rest] = process.argv.slice(2);
if (!existsSync(join(web, "node_modules", "ajv"))) process.exit(77);
const Ajv2020 = createRequire(join(web, "package.json"))("ajv/dist/2020.js").default;
const ajv = new Ajv2020({
  allErrors: true, strict: true, strictTypes: false, strictRequired: false,
  formats: { "date-time": /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/, date: /^\d{4}-\d\d-\d\d$/ },
});
const valid = ajv.compile(JSON.parse(readFileSync(schema, "utf8")));
const commands = [];
for (const word of rest) {
  if (word === "--") commands.push([]);
  else commands.at(-1).push(word);
}
let failed = 0;
for (const [program, ...args] of commands) {
  const { stdout, stderr, status } = spawnSync(program, args, { maxBuffer: 1 << 26 });
  if (status !== 0) console.log(`${args.join(" ")}: exit ${status}\n${stderr}`);
  const said = status === 0 ? JSON.parse(stdout) : {};
  if (valid(said)) continue;
  failed++;
  console.log(`${args.join(" ")}: ${JSON.stringify(valid.errors.slice(0, 5), null, 1)}`);
}
// A schema that takes anything shows nothing.
if (valid({}) || valid({ surplus: 1 })) failed++;
console.log(`${commands.length} outputs, ${failed} failures`);
process.exit(failed || !commands.length ? 1 : 0);
