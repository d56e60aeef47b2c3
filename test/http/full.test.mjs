// No room: a refusal that says so, nothing lost that was acknowledged, and on it goes when there is room again.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { Service, track } from "./service.mjs";

test("a disk that is full refuses, keeps what it has, and recovers", async (t) => {
  // Files may not grow beyond this, which to the program is the same as a disk that is full.
  const service = await Service.start(t, { under: ["prlimit", `--fsize=${4 << 20}:unlimited`] });
  const filler = "x".repeat(20_000);
  const acknowledged = [];
  let refused = 0;
  for (let i = 0; i < 500 && refused < 3; i++) {
    const answer = await service.post("/v1/track", track(`m${i}`, { properties: { filler } }));
    if (answer.status === 200) acknowledged.push(`m${i}`);
    if (answer.status === 200) continue;
    refused++;
    assert.equal(answer.status, 503, answer.text);
    assert.equal(answer.json.error.code, "unavailable");
    assert.ok(Number(answer.headers["retry-after"]) > 0);
    assert.equal((await service.get("/ready")).status, 503);
    assert.equal((await service.get("/health")).status, 200);
  }
  assert.equal(refused, 3);
  assert.ok(acknowledged.length > 5, `${acknowledged.length}`);
  execFileSync("prlimit", ["--pid", `${service.process.pid}`, "--fsize=unlimited:unlimited"]);
  const after = await service.post("/v1/track", track("after"));
  assert.equal(after.status, 200, after.text);
  assert.equal((await service.get("/ready")).status, 200);
  assert.ok((await service.metric("masa_commit_failed_groups_total")) >= 3);
  assert.equal(await service.kill(), 0);
  assert.deepEqual(
    service.logged().map((line) => line.messageId),
    [...acknowledged, "after"],
  );
  assert.ok(service.log().some((line) => line.level === "error" && line.event !== "request"));
});
