// The standing report at `masa serve` itself: the numbers of the command line, current within moments.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { Company, companyOf, masa } from "./company.mjs";
import { ROOT, streamEvent } from "./contract.mjs";

const company = companyOf({}, () => company.answers("/report"));

const printed = (...words) => masa("report", "--db", company.db, "--format", "json", ...words);

test("the report is what the command line prints, byte for byte", async () => {
  assert.equal((await company.get("/report")).text, printed());
  assert.equal((await company.get("/report", { query: { lang: "en" } })).text, printed("--lang", "en"));
  assert.equal((await company.get("/report", { query: { basis: "flow" } })).text, printed("--basis", "flow"));
});

test("so are other periods, comparisons and as-ofs, and a second look at them", async () => {
  const other = printed("--period", "2026-02", "--compare", "the period before");
  const query = { period: "2026-02", compare: "previous" };
  for (let i = 0; i < 2; i++) assert.equal((await company.get("/report", { query })).text, other);
  assert.equal(
    (await company.get("/report", { query: { as_of: "2026-03-01" } })).text,
    printed("--as-of", "2026-03-01"),
  );
});

test("who has it already gets it not again", async () => {
  const tag = (await company.get("/report")).headers.get("etag");
  const again = await company.get("/report", {
    headers: { "if-none-match": `"other", W/${tag}` },
  });
  assert.deepEqual([again.status, again.text, again.headers.get("etag")], [304, "", tag]);
  const english = await company.get("/report", {
    query: { lang: "en" },
    headers: { "if-none-match": tag },
  });
  assert.equal(english.status, 200);
});

test("parameters that are wrong are named", async () => {
  const wrong = [{ period: "2026-13" }, { basis: "x" }, { lang: "fr" }, { as_of: "soon" }, { compare: "never" }];
  for (const query of [
    ...wrong,
    { funnel: "none" },
    { where: "none:web" },
    { where: "source" },
    { segment: "none" },
    { mode: "x" },
  ]) {
    const { status, json } = await company.get("/report", { query });
    assert.deepEqual([status, json.error.code], [400, "bad_parameter"], JSON.stringify(query));
  }
});

test("the feedback is what the command line prints", async () => {
  const printed = (...words) => masa("feedback", "--db", company.db, "--format", "json", ...words);
  assert.equal((await company.get("/feedback")).text, printed());
  assert.equal((await company.get("/feedback", { query: { period: "2026-01" } })).text, printed("--period", "2026-01"));
  for (const query of [{ period: "soon" }, { funnel: "none" }, { where: "none:x" }, { segment: "none" }])
    assert.equal((await company.get("/feedback", { query })).status, 400);
});

test("nobody in particular gets nothing", async () => {
  for (const path of ["/report", "/stream", "/feedback", "/options"])
    assert.equal((await company.get(path, { roles: null })).status, 401);
});

test("the contract and the state of health are for everybody", async () => {
  const { text } = await company.get("/openapi.yaml", { roles: null });
  assert.equal(text, readFileSync(join(ROOT, "schema/openapi.yaml"), "utf8"));
  const { json } = await company.get("/health", { roles: null });
  assert.deepEqual([json.status, json.as_of], ["ok", "2026-04-20T23:59:59+03:00"]);
});

/** The events of a stream, one after the other. */
async function* listen(headers) {
  const reply = await fetch(`${company.url}/api/v1/stream`, { headers });
  assert.equal(reply.status, 200);
  let text = "";
  for await (const part of reply.body.pipeThrough(new TextDecoderStream())) {
    text += part;
    for (let end; (end = text.indexOf("\n\n")) >= 0; text = text.slice(end + 2)) {
      const data = /^data: (.*)$/m.exec(text.slice(0, end));
      if (data) yield JSON.parse(data[1]);
    }
  }
}

test("a lead that is sent is told of, and is in the report then", async () => {
  const before = (await company.get("/report")).text;
  const stream = listen(await company.member("sales"));
  const hello = (await stream.next()).value;
  streamEvent(hello);
  assert.equal(hello.kind, "hello");
  const event = {
    userId: "p-new-1",
    event: "form_submitted",
    timestamp: "2026-01-12T09:00:00Z",
    messageId: "n1",
  };
  assert.equal((await company.track(event)).status, 200);
  const told = (await stream.next()).value;
  streamEvent(told);
  assert.equal(told.kind, "report");
  const now = (await company.get("/report")).text;
  assert.notEqual(now, before);
  assert.equal(now, printed());
  await stream.return();
  const metrics = await (await fetch(`${company.url}/metrics`)).text();
  assert.match(metrics, /^masa_report_lag_seconds 0$/m);
});

test("a company that begins with its definition alone has an empty report, and empty lists", async () => {
  const fresh = await Company.start({ filled: false });
  masa("import", "--db", fresh.db, "--definition", join(ROOT, "examples/templates/b2b.yaml"));
  const { json } = await fresh.answers("/report");
  assert.ok(json.stages.length > 3 && json.stages.every(({ count }) => count === 0));
  for (const path of ["/leads", "/handoffs", "/nobody", "/rejected", "/agenda", "/feedback", "/options"])
    assert.equal((await fresh.get(path, { roles: "sales" })).status, 200, path);
  const lead = { userId: "p1", messageId: "p1-i", traits: { email: "p1@example.com" } };
  assert.equal((await fresh.send("identify", lead)).status, 200);
  assert.equal((await fresh.track({ userId: "p1", event: "form_submitted", messageId: "p1-f" })).status, 200);
  const found = await fresh.until(({ json }) => json?.total > 0, "/leads");
  assert.equal(found.json.items[0].id, "p1");
  assert.equal(await fresh.stop(), 0);
});

test("a store without a definition says so, and is healthy but for that", async () => {
  const empty = await Company.start({ filled: false });
  const { json } = await empty.until(({ json }) => /definition/.test(json?.error.message), "/report");
  assert.equal(json.error.code, "no_definition");
  assert.equal((await empty.get("/health", { roles: null })).json.status, "degraded");
  assert.equal(await empty.stop(), 0);
});

test("a report narrowed to a value counts what the breakdown says of it", async () => {
  const whole = (await company.get("/report")).json;
  for (const [name, rows] of Object.entries(whole.breakdowns))
    for (const { value, counts, compare_counts } of rows) {
      const narrow = (await company.get("/report", { query: { where: `${name}:${value}` } })).json;
      for (const { stage, count, compare_count } of narrow.stages) {
        assert.equal(count, counts[stage], `${name}:${value} ${stage}`);
        assert.equal(compare_count, compare_counts[stage]);
      }
      const own = narrow.breakdowns[name].filter((row) => row.counts[whole.stages[0].stage] > 0);
      assert.ok(own.every((row) => row.value === value));
    }
});

test("values of one dimension widen, dimensions and segments narrow", async () => {
  const first = async (query) => {
    const reply = await fetch(`${company.url}/api/v1/report?${new URLSearchParams(query)}`, {
      headers: await company.member("marketing"),
    });
    return (await reply.json()).stages[0].count;
  };
  const [linkedin, tiktok] = [await first([["where", "source:linkedin"]]), await first([["where", "source:tiktok"]])];
  const both = [
    ["where", "source:linkedin"],
    ["where", "source:tiktok"],
  ];
  assert.equal(await first(both), linkedin + tiktok);
  const east = await first([...both, ["where", "region:us_east"]]);
  assert.ok(east > 0 && east < linkedin + tiktok);
  const { audience } = (await company.get("/report")).json;
  assert.equal(await first([["segment", "audience"]]), audience.aimed.hits);
});

test("a stream ends with its session", async () => {
  const headers = await company.member("product");
  const reply = await fetch(`${company.url}/api/v1/stream`, { headers });
  const reader = reply.body.getReader();
  assert.match(Buffer.from((await reader.read()).value).toString(), /^:|event: hello/);
  const left = await fetch(`${company.url}/api/v1/session`, { method: "DELETE", headers });
  assert.equal(left.status, 204);
  for (let ended = false; !ended;) ended = (await reader.read()).done;
});

test("as recorded under one definition is as if it had always stood", async () => {
  const [recorded, plain] = [{ mode: "recorded" }, { mode: "if" }];
  const text = async (query) => (await company.get("/report", { query })).text;
  assert.equal((await text(recorded)).replace('"mode": "recorded"', '"mode": "if"'), await text(plain));
});

test("the feedback narrowed to a channel is about that channel", async () => {
  const whole = (await company.get("/feedback")).json;
  const { channel, handed_over, failed } = whole.channels.find((each) => each.failed > 0);
  const narrow = (await company.get("/feedback", { query: { where: `source:${channel}` } })).json;
  assert.ok(narrow.subjects > 0 && narrow.subjects < whole.subjects);
  const [only, ...others] = narrow.channels.filter((each) => each.handed_over > 0);
  assert.deepEqual([only.channel, only.handed_over, only.failed, others.length], [channel, handed_over, failed, 0]);
});
