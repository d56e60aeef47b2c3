import assert from "node:assert/strict";
import { test } from "node:test";
import { Tracker, type World } from "./tracker";

/** A browser of which everything can be seen. */
function browser(options: Partial<World> = {}) {
  const store = new Map<string, string>();
  const posted: any[] = [];
  const beacons: any[] = [];
  const waits: number[] = [];
  const works: (() => void)[] = [];
  let answers: ("kept" | "again" | "never")[] = [];
  let ids = 0;
  const world: World = {
    key: "w1",
    post: async (body) => {
      posted.push(JSON.parse(body));
      return answers.shift() ?? "kept";
    },
    beacon: (body) => {
      beacons.push(JSON.parse(body));
      return true;
    },
    read: (name) => store.get(name) ?? null,
    write: (name, value) => void (value === null ? store.delete(name) : store.set(name, value)),
    now: () => new Date("2026-01-05T09:00:00Z"),
    randomId: () => `id${++ids}`,
    later: (work, milliseconds) => {
      waits.push(milliseconds);
      works.push(work);
    },
    page: () => ({ path: "/a", url: "https://example.com/a", search: "", title: "A", referrer: "" }),
    refusesTracking: false,
    needsConsent: false,
    ...options,
  };
  const settle = async () => {
    while (works.length) {
      works.shift()!();
      await new Promise((done) => setImmediate(done));
    }
  };
  return { world, store, posted, beacons, waits, settle, answer: (...list: typeof answers) => (answers = list) };
}

test("calls are sent together, with ids, time and page", async () => {
  const b = browser();
  const tracker = new Tracker(b.world);
  tracker.page();
  tracker.track("signed_up", { plan: "pro" });
  tracker.identify("p1", { role: "buyer" });
  tracker.track("later");
  await b.settle();
  assert.equal(b.posted.length, 1);
  const { writeKey, sentAt, batch } = b.posted[0];
  assert.equal(writeKey, "w1");
  assert.equal(sentAt, "2026-01-05T09:00:00.000Z");
  assert.deepEqual(
    batch.map((call: any) => [call.type, call.event, call.anonymousId, call.userId]),
    [
      ["page", undefined, "id1", undefined],
      ["track", "signed_up", "id1", undefined],
      ["identify", undefined, "id1", "p1"],
      ["track", "later", "id1", "p1"],
    ],
  );
  assert.equal(new Set(batch.map((call: any) => call.messageId)).size, 4);
  assert.equal(batch[0].properties.path, "/a");
  assert.equal(batch[1].context.page.url, "https://example.com/a");
});

test("what was not kept is sent again, later and later, with the same ids", async () => {
  const b = browser();
  const tracker = new Tracker(b.world);
  b.answer("again", "again", "again");
  tracker.track("e");
  await b.settle();
  assert.equal(b.posted.length, 4);
  assert.equal(new Set(b.posted.map((body) => body.batch[0].messageId)).size, 1);
  assert.deepEqual(b.waits, [500, 1000, 2000, 4000]);
});

test("what will never be taken is dropped", async () => {
  const b = browser();
  const tracker = new Tracker(b.world);
  b.answer("never");
  tracker.track("e");
  await b.settle();
  tracker.track("f");
  await b.settle();
  assert.deepEqual(
    b.posted.map((body) => body.batch.map((call: any) => call.event)),
    [["e"], ["f"]],
  );
});

test("many calls go in several bodies", async () => {
  const b = browser();
  const tracker = new Tracker(b.world);
  for (let i = 0; i < 120; i++) tracker.track(`e${i}`);
  await b.settle();
  assert.deepEqual(
    b.posted.map((body) => body.batch.length),
    [50, 50, 20],
  );
});

test("a page that goes leaves nothing behind, or keeps it for the next", () => {
  const b = browser();
  const tracker = new Tracker(b.world);
  tracker.track("e");
  tracker.leave();
  assert.equal(b.beacons[0].batch[0].event, "e");
  assert.equal(b.store.has("masa_queue"), false);
  const refusing = browser({ beacon: () => false });
  new Tracker(refusing.world).track("f");
  const going = new Tracker(refusing.world);
  going.track("g");
  going.leave();
  assert.equal(JSON.parse(refusing.store.get("masa_queue")!)[0].event, "g");
});

test("the next page sends what was left", async () => {
  const b = browser({ beacon: () => false });
  const going = new Tracker(b.world);
  going.track("e");
  going.leave();
  new Tracker(b.world);
  await b.settle();
  assert.ok(b.posted.some((body) => body.batch[0].event === "e"));
});

test("who asks not to be tracked is not, until they say yes", async () => {
  for (const options of [{ refusesTracking: true }, { needsConsent: true }]) {
    const b = browser(options);
    const tracker = new Tracker(b.world);
    tracker.page();
    tracker.identify("p1");
    await b.settle();
    assert.equal(b.posted.length, 0);
    assert.equal(b.store.size, 0);
    tracker.consent(true);
    tracker.page();
    await b.settle();
    assert.equal(b.posted.length, 1);
    assert.equal(b.posted[0].batch[0].userId, undefined);
  }
});

test("a no forgets everything, and is remembered", async () => {
  const b = browser();
  const tracker = new Tracker(b.world);
  tracker.identify("p1");
  tracker.consent(false);
  await b.settle();
  new Tracker(b.world).page();
  await b.settle();
  assert.equal(b.posted.length, 0);
  assert.deepEqual([...b.store], [["masa_consent", "no"]]);
});

test("reset makes a new person", async () => {
  const b = browser();
  const tracker = new Tracker(b.world);
  tracker.identify("p1");
  tracker.reset();
  tracker.track("e");
  await b.settle();
  const [first, second] = b.posted[0].batch;
  assert.notEqual(first.anonymousId, second.anonymousId);
  assert.equal(second.userId, undefined);
});

test("a call that is too large is left out, others are not", async () => {
  const b = browser();
  const tracker = new Tracker(b.world);
  tracker.track("e", { x: "x".repeat(40_000) });
  tracker.track("f");
  await b.settle();
  assert.deepEqual(
    b.posted[0].batch.map((call: any) => call.event),
    ["f"],
  );
});
