// schema/openapi.yaml is a right OpenAPI 3.1 document; each response and request has an example, and each example obeys
// its schema. Served answers are held to the same schemas by whoever imports `schemaOf`.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { test } from "node:test";
import { Validator } from "@seriousme/openapi-schema-validator";
import { document, examplesOf, operations, problemsOf } from "./contract";

/** The validator follows references inside the document only; those beside it are checked below. */
const closed = () =>
  JSON.parse(
    JSON.stringify(document, (_, value) =>
      typeof value?.$ref === "string" && !value.$ref.startsWith("#") ? {} : value,
    ),
  );

test("the document is OpenAPI 3.1", async () => {
  const { valid, errors } = await new Validator().validate(closed());
  assert.ok(valid, JSON.stringify(errors ?? [], null, 1).slice(0, 2000));
});

test("each operation has a name of its own, a tag that exists, and tells its refusals", () => {
  const names = operations.map(({ operation }) => operation.operationId);
  assert.equal(new Set(names).size, names.length);
  const tags = new Set(document.tags.map((tag: { name: string }) => tag.name));
  for (const { operation, name } of operations) {
    assert.ok(
      operation.tags.every((tag: string) => tags.has(tag)),
      name,
    );
    assert.ok("503" in operation.responses, `${name} may be refused when the store is full`);
    if (operation.security === undefined) assert.ok("401" in operation.responses, `${name} needs somebody signed in`);
  }
});

test("what must not happen twice or overwrite says how it is refused", () => {
  for (const { operation, name } of operations) {
    const headers = (operation.parameters ?? []).map((each: { $ref?: string }) => each.$ref?.split("/").pop());
    const once = headers.includes("IdempotencyKey") || headers.includes("IfMatch");
    assert.equal("428" in operation.responses, once, name);
    assert.equal("412" in operation.responses, headers.includes("IfMatch"), name);
  }
});

for (const { operation, name } of operations) {
  test(`the examples of ${name} obey their schemas`, () => {
    const examples = examplesOf(operation);
    for (const { where, schema, values } of examples) {
      assert.ok(values.length > 0, `${where} has no example`);
      for (const value of values) assert.deepEqual(problemsOf(schema, value), [], where);
    }
  });
}

test("an example that lacks a key, has one too many or another type is refused", () => {
  const schema = { $ref: "#/components/schemas/UserRef" };
  assert.deepEqual(problemsOf(schema, { id: "u1", name: "Sales 1" }), []);
  assert.notDeepEqual(problemsOf(schema, { id: "u1" }), []);
  assert.notDeepEqual(problemsOf(schema, { id: "u1", name: "Sales 1", extra: 1 }), []);
  assert.notDeepEqual(problemsOf(schema, { id: 1, name: "Sales 1" }), []);
});

test("the schemas beside the document are there", () => {
  for (const file of new Set(JSON.stringify(document).match(/\w+\.schema\.json/g)))
    assert.ok(existsSync(`../schema/${file}`), file);
});
