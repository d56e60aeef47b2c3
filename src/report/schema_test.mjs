// What the program prints obeys the published schema: schema_test.mjs SCHEMA WEB SAMPLE
// Exit 77 (skipped) when web's packages are not installed.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const [schema, web, sample] = process.argv.slice(2);
if (!existsSync(join(web, "node_modules", "ajv"))) process.exit(77);
const Ajv2020 = createRequire(join(web, "package.json"))("ajv/dist/2020.js").default;
const ajv = new Ajv2020({
  allErrors: true, strict: true, strictTypes: false, strictRequired: false,
  formats: { date: /^\d{4}-\d\d-\d\d$/, "date-time": /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/ },
});
const valid = ajv.compile(JSON.parse(readFileSync(schema, "utf8")));
let failed = 0;
for (let variant = 0; variant < 16; variant++) {
  const report = JSON.parse(execFileSync(sample, [String(variant)], { maxBuffer: 1 << 26 }));
  if (!valid(report)) {
    failed++;
    console.log(`variant ${variant}: ${JSON.stringify(valid.errors, null, 1)}`);
  }
  // What the schema can't say: an insight's action exists, the cards are kpis.
  const actions = new Set(report.actions.map((action) => action.code));
  for (const { code, action } of report.insights) if (action && !actions.has(action)) { failed++; console.log(`${variant}: ${code} -> ${action}`); }
  const kpis = new Set(report.kpis.map((kpi) => kpi.code));
  for (const card of report.headline.cards) if (!kpis.has(card)) { failed++; console.log(`${variant}: card ${card}`); }
  if (kpis.size !== report.kpis.length) { failed++; console.log(`${variant}: two kpis of one code`); }
}
const { as_of, ...without } = JSON.parse(execFileSync(sample, ["1"], { maxBuffer: 1 << 26 }));
if (valid(without)) { failed++; console.log(`the schema takes a report without as_of ${as_of}`); }
console.log(`16 variants, ${failed} failures`);
process.exit(failed ? 1 : 0);
