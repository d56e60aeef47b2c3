import assert from "node:assert/strict";
import { test } from "node:test";
import { ListWindow, type Slice } from "./window";

const SIZE = 100;

function serve(total: number) {
  const asked: number[] = [];
  const fetchPage = async (cursor: string): Promise<Slice> => {
    const from = Number(cursor || "0");
    asked.push(from);
    const items = Array.from({ length: Math.min(SIZE, total - from) }, (_, i) => from + i);
    return { items, next_cursor: from + SIZE < total ? String(from + SIZE) : null, total };
  };
  return { asked, list: new ListWindow<number>(fetchPage, () => {}, SIZE) };
}

const settle = () => new Promise((done) => setTimeout(done, 0));

test("the first sight asks for one page, and the next when the reader comes near its end", async () => {
  const { asked, list } = serve(1_000_000);
  list.show(0, 20);
  await settle();
  assert.deepEqual(asked, [0]);
  assert.equal(list.total, 1_000_000);
  assert.equal(list.row(99), 99);
  list.show(60, 80);
  await settle();
  assert.deepEqual(asked, [0, 100]);
  assert.equal(list.row(199), 199);
});

test("a long way down, memory holds a dozen pages, and the way back asks for them again by their cursors", async () => {
  const { asked, list } = serve(1_000_000);
  for (let i = 0; i < 60; i++) {
    list.show(i * SIZE, i * SIZE + 60);
    await settle();
  }
  const held = Array.from({ length: list.length / SIZE }, (_, i) => list.row(i * SIZE)).filter((row) => row !== null);
  assert.ok(held.length <= 13, String(held.length));
  assert.equal(list.row(0), null);
  asked.length = 0;
  list.show(0, 20);
  await settle();
  assert.deepEqual(asked, [0]);
  assert.equal(list.row(5), 5);
});

test("the end is known, and nothing is asked beyond it", async () => {
  const { asked, list } = serve(150);
  for (let i = 0; i < 3; i++) {
    list.show(100, 160);
    await settle();
  }
  assert.deepEqual(asked, [0, 100]);
  assert.equal(list.length, 150);
  assert.ok(list.complete);
});

test("an empty list is complete and empty", async () => {
  const { list } = serve(0);
  list.show(0, 20);
  await settle();
  assert.deepEqual([list.length, list.complete, list.total], [0, true, 0]);
});

test("a page that failed is asked for again", async () => {
  let failing = true;
  const list = new ListWindow<number>(
    async () => {
      if (failing) throw new Error("no");
      return { items: [1], next_cursor: null, total: 1 };
    },
    () => {},
    SIZE,
  );
  list.show(0, 10);
  await settle();
  assert.ok(list.error instanceof Error);
  failing = false;
  list.show(0, 10);
  await settle();
  assert.equal(list.error, null);
  assert.equal(list.row(0), 1);
});
