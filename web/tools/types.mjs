// Writes src/report.ts, the TypeScript types of the report, from the published JSON Schema, so that the page can't
// read a field that the contract doesn't have. `node tools/types.mjs` after a change of the schema; a test says when
// it was forgotten.
import { readFileSync, writeFileSync } from "node:fs";

const camel = (name) =>
  name
    .split("_")
    .map((part) => part[0].toUpperCase() + part.slice(1))
    .join("");

const primitives = { string: "string", number: "number", integer: "number", boolean: "boolean", null: "null" };

function objectType(node, indent) {
  if (!node.properties) return `Record<string, ${typeOf(node.additionalProperties, indent)}>`;
  const pad = indent + "  ";
  const rows = Object.entries(node.properties).flatMap(([name, value]) => [
    ...(value.description ? [`${pad}/** ${value.description} */`] : []),
    `${pad}${name}: ${typeOf(value, pad)};`,
  ]);
  return `{\n${rows.join("\n")}\n${indent}}`;
}

function arrayType(node, indent) {
  const item = typeOf(node.items, indent);
  if (node.minItems === 2 && node.maxItems === 2) return `[${item}, ${item}]`;
  return item.includes(" | ") ? `(${item})[]` : `${item}[]`;
}

function typeOf(node, indent) {
  if (node.$ref) return camel(node.$ref.replace("#/$defs/", ""));
  if (node.const !== undefined) return JSON.stringify(node.const);
  if (node.enum) return node.enum.map((value) => JSON.stringify(value)).join(" | ");
  if (node.anyOf) return node.anyOf.map((choice) => typeOf(choice, indent)).join(" | ");
  if (node.type === "object") return objectType(node, indent);
  if (node.type === "array") return arrayType(node, indent);
  return [node.type]
    .flat()
    .map((name) => primitives[name])
    .join(" | ");
}

export function typesOf(schema) {
  const parts = Object.entries(schema.$defs).map(([name, node]) => {
    const note = node.description ? `/** ${node.description} */\n` : "";
    return `${note}export type ${camel(name)} = ${typeOf(node, "")};`;
  });
  return (
    [
      "// Written by tools/types.mjs from schema/report.schema.json. Change the schema, not this file.",
      ...parts,
      `/** ${schema.description} */\nexport type Report = ${typeOf(schema, "")};`,
    ].join("\n\n") + "\n"
  );
}

if (process.argv[1]?.endsWith("types.mjs")) {
  const schema = JSON.parse(readFileSync(new URL("../../schema/report.schema.json", import.meta.url), "utf8"));
  writeFileSync(new URL("../src/report.ts", import.meta.url), typesOf(schema));
}
