// schema/openapi.yaml, ready to be asked whether an answer is as it says.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const BASE = "https://masa.invalid/schema/";
const web = createRequire(join(ROOT, "web/package.json"));
const contract = web("yaml").parse(readFileSync(join(ROOT, "schema/openapi.yaml"), "utf8"));
const ajv = new (web("ajv/dist/2020.js").default)({ allErrors: true, strict: false });
web("ajv-formats").default(ajv);
for (const file of readdirSync(join(ROOT, "schema")).filter((each) => each.endsWith(".schema.json"))) {
  const schema = JSON.parse(readFileSync(join(ROOT, "schema", file), "utf8"));
  ajv.addSchema(schema.$id ? schema : { $id: BASE + file, ...schema });
}
ajv.addSchema({ $id: `${BASE}openapi.yaml`, components: contract.components });

const follow = (node) =>
  node?.$ref
    ? follow(
        node.$ref
          .slice(2)
          .split("/")
          .reduce((at, part) => at[part], contract),
      )
    : node;

/** References are written from inside the document. */
const placed = (schema) =>
  JSON.parse(JSON.stringify(schema), (key, value) =>
    key === "$ref" && typeof value === "string"
      ? value.startsWith("#")
        ? `${BASE}openapi.yaml${value}`
        : BASE + value
      : value,
  );

const compiled = new Map();

export function obeys(schema, value) {
  const key = JSON.stringify(schema);
  if (!compiled.has(key)) compiled.set(key, ajv.compile(placed(schema)));
  const valid = compiled.get(key);
  assert.ok(valid(value), `${JSON.stringify(valid.errors?.slice(0, 5))} of ${JSON.stringify(value).slice(0, 2000)}`);
}

/** Holds a JSON answer of GET or another method to the contract. */
export function answered(method, path, status, body) {
  const response = follow(contract.paths[path][method.toLowerCase()].responses[String(status)]);
  assert.ok(response, `${method} ${path} may not answer ${status}`);
  const { content } = response;
  if (body === null && content?.["text/csv"]) return;
  if (content?.["application/json"]) obeys(content["application/json"].schema, body);
}

/** All that can be asked: how, the names that a query may hold, and an example of a body when there is one. */
export const asks = () =>
  Object.entries(contract.paths).flatMap(([path, item]) =>
    Object.entries(item)
      .filter(([key]) => /^(get|post|put|patch|delete)$/.test(key))
      .map(([key, operation]) => {
        const parameters = [item.parameters ?? [], operation.parameters ?? []].flat().map(follow);
        const body = follow(operation.requestBody)?.content["application/json"];
        return {
          method: key.toUpperCase(),
          path,
          query: parameters.filter((each) => each.in === "query").map(({ name }) => name),
          example: body?.example ?? follow(Object.values(body?.examples ?? {})[0])?.value,
        };
      }),
  );

export const streamEvent = (data) => obeys({ $ref: "#/components/schemas/StreamEvent" }, data);
