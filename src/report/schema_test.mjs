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
for (let variant = 0; variant < 32; variant++) {
  const report = JSON.parse(execFileSync(sample, [String(variant)], { maxBuffer: 1 << 26 }));
  if (!valid(report)) {
    failed++;
    console.log(`variant ${variant}: ${JSON.stringify(valid.errors, null, 1)}`);
  }
  // What the schema can't say: an insight's action exists, the cards are kpis.
  const actions = new Set(report.actions.map((action) => action.code));
  const kpis = new Set(report.kpis.map((kpi) => kpi.code));
  const wrong = [
    ...report.insights.filter(({ action }) => action && !actions.has(action)).map(({ code }) => `${code}'s action`),
    ...report.headline.cards.filter((card) => !kpis.has(card)).map((card) => `card ${card}`),
    ...(kpis.size === report.kpis.length ? [] : ["two kpis of one code"]),
  ];
  failed += wrong.length;
  if (wrong.length) console.log(`variant ${variant}: ${wrong.join(", ")}`);
}
const { as_of, ...without } = JSON.parse(execFileSync(sample, ["1"], { maxBuffer: 1 << 26 }));
if (valid(without)) {
  failed++;
  console.log(`the schema takes a report without as_of ${as_of}`);
}
console.log(`32 variants, ${failed} failures`);
process.exit(failed ? 1 : 0);
