// A report narrowed to some is the report of a store that holds only them.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { companyOf, masa } from "./company.mjs";
import { ROOT } from "./contract.mjs";

const EXAMPLE = join(ROOT, "examples/heshbonit4u");
const company = companyOf({}, () => company.answers("/leads"));
const folder = mkdtempSync(join(tmpdir(), "masa-narrowed-"));
after(() => rmSync(folder, { recursive: true }));

/** The ids of all who fit. */
const ids = async (query) => new Set((await company.all("/leads", { query })).map(({ id }) => id));

/** In the worked example p1's anonymous id is a-p1. What others said of an account that they share is kept with it. */
function reportOf(whom, ...words) {
  const events = ["events-2025.ndjson", "events-2026.ndjson"]
    .flatMap((file) => readFileSync(join(EXAMPLE, "data", file), "utf8").split("\n"))
    .filter(Boolean)
    .map((line) => JSON.parse(line));
  const isTheirs = ({ userId, anonymousId }) => whom.has(userId ?? anonymousId?.slice(2));
  const accounts = new Set(events.filter(isTheirs).map(({ groupId }) => groupId));
  const lines = events
    .filter((event) => isTheirs(event) || (event.groupId && accounts.has(event.groupId)))
    .map((event) => JSON.stringify(event));
  const file = join(folder, "some.ndjson");
  writeFileSync(file, lines.join("\n") + "\n");
  return JSON.parse(masa("report", "--definition", join(EXAMPLE, "masa.yaml"), file, "--format", "json", ...words));
}

/** What is nobody's in particular is not compared: visitors, spend, and what is said of them. */
const parts = (tree) => ({
  stages: tree.stages,
  transitions: tree.transitions,
  exits: tree.exits,
  outcomes: tree.outcomes.map((outcome) => ({ ...outcome, revenue: null })),
  handoff: tree.handoff,
  trend: tree.trend,
  sequence: tree.sequence,
  audience: tree.audience,
  breakdowns: Object.entries(tree.breakdowns).map(([name, rows]) => [
    name,
    rows.filter(({ counts, compare_counts }) => counts.MCL + (compare_counts?.MCL ?? 0) > 0),
  ]),
});

for (const [query, words] of [
  [{ where: "source:linkedin" }, []],
  [{ where: "region:us_east", basis: "flow" }, ["--basis", "flow"]],
  [{ where: "size:150-500", period: "2025-Q1", compare: "none" }, ["--period", "2025-Q1", "--compare", "none"]],
])
  test(`narrowed to ${query.where}`, async () => {
    const whom = await ids({ where: query.where });
    assert.ok(whom.size > 50);
    const narrow = (await company.get("/report", { query })).json;
    assert.ok(narrow.stages[0].count > 0);
    assert.deepEqual(parts(narrow), parts(reportOf(whom, ...words)));
  });
