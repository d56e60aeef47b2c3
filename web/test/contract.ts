// schema/openapi.yaml, read, with its schemas ready to be asked. For tests.
import { existsSync, readFileSync, readdirSync } from "node:fs";
import Ajv2020 from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { parse } from "yaml";

const read = (path: string) => readFileSync(path, "utf8");
export const document = parse(read("../schema/openapi.yaml"));

const ID = "https://masa.invalid/schema/openapi.yaml";
const ajv = new Ajv2020({ allErrors: true, strict: false });
(addFormats as unknown as { default: (ajv: Ajv2020) => void }).default(ajv);
for (const file of readdirSync("../schema").filter((each) => each.endsWith(".schema.json"))) {
  const schema = JSON.parse(read(`../schema/${file}`));
  ajv.addSchema(schema.$id ? schema : { $id: `https://masa.invalid/schema/${file}`, ...schema });
}
ajv.addSchema({ $id: ID, components: { schemas: document.components.schemas } });

type Json = any;

/** A $ref inside the document, followed. */
export function resolved(node: Json): Json {
  if (node?.$ref?.startsWith("#/") !== true) return node;
  return resolved(
    node.$ref
      .slice(2)
      .split("/")
      .reduce((at: Json, part: string) => at[part.replaceAll("~1", "/")], document),
  );
}

const METHODS = ["get", "post", "put", "patch", "delete"];
export const operations = Object.entries<Json>(document.paths).flatMap(([path, item]) =>
  METHODS.filter((method) => method in item).map((method) => ({
    path,
    method: method.toUpperCase(),
    operation: item[method],
    name: `${method.toUpperCase()} ${path}`,
  })),
);

const compiled = new Map<string, ReturnType<Ajv2020["compile"]>>();

/** References are written from inside the document; a schema asked alone keeps its place there. */
const placed = (schema: Json): Json =>
  JSON.parse(JSON.stringify(schema), (key, value) =>
    key === "$ref" && typeof value === "string"
      ? value.startsWith("#")
        ? ID + value
        : `https://masa.invalid/schema/${value}`
      : value,
  );

/** What is wrong with a value, as sentences; [] when it obeys. */
export function problemsOf(schema: Json, value: unknown): string[] {
  const key = JSON.stringify(schema);
  const valid = compiled.get(key) ?? ajv.compile(placed(schema));
  compiled.set(key, valid);
  if (valid(value)) return [];
  return (valid.errors ?? [])
    .slice(0, 8)
    .map((error) => `${error.instancePath} ${error.message} ${JSON.stringify(error.params)}`);
}

function valuesOf(content: Json): unknown[] {
  if ("example" in content) return [content.example];
  return Object.values<Json>(content.examples ?? {}).map((given) => {
    const example = resolved(given);
    if (!example.externalValue) return example.value;
    const file = `../schema/${example.externalValue}`;
    return existsSync(file) ? JSON.parse(read(file)) : undefined;
  });
}

/** Every content of an operation, request and responses, with its examples. */
export function examplesOf(operation: Json) {
  const contents: [string, Json][] = Object.entries<Json>(operation.responses).flatMap(([status, response]) =>
    Object.entries<Json>(resolved(response).content ?? {}).map(([type, content]): [string, Json] => [
      `${status} ${type}`,
      content,
    ]),
  );
  if (operation.requestBody)
    for (const [type, content] of Object.entries<Json>(operation.requestBody.content))
      contents.push([`request ${type}`, content]);
  return contents.map(([where, content]) => ({ where, schema: content.schema, values: valuesOf(content) }));
}
