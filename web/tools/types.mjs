// Writes the TypeScript types of what is served, from the schemas: src/report.ts, the src/dash/*-types.ts and
// src/dash/api/, so that the page can't read a field that the contract doesn't have. `node tools/types.mjs`
// after a change of any; a test says when it was forgotten.
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";

const camel = (name) =>
  name
    .split("_")
    .map((part) => part[0].toUpperCase() + part.slice(1))
    .join("");

const primitives = { string: "string", number: "number", integer: "number", boolean: "boolean", null: "null" };

/** Report is report.schema.json itself; what is defined inside another file is taken from the types of that file. */
function refType(ref) {
  if (/^\w+\.schema\.json$/.test(ref)) return camel(ref.split(".")[0]);
  return camel(ref.split("/").pop());
}

function objectType(node, indent) {
  if (!node.properties && typeof node.additionalProperties !== "object") return "Record<string, unknown>";
  if (!node.properties) return `Record<string, ${typeOf(node.additionalProperties, indent)}>`;
  const pad = indent + "  ";
  const rows = Object.entries(node.properties).flatMap(([name, value]) => [
    ...(value.description ? [`${pad}/** ${value.description} */`] : []),
    `${pad}${name}${node.required?.includes(name) ? "" : "?"}: ${typeOf(value, pad)};`,
  ]);
  const flat = `{ ${rows
    .map((row) => row.trim())
    .join(" ")
    .replace(/;$/, "")} }`;
  return rows.length <= 4 && flat.length < 90 && !/[\n*]/.test(flat) ? flat : `{\n${rows.join("\n")}\n${indent}}`;
}

function arrayType(node, indent) {
  const item = typeOf(node.items, indent);
  if (node.minItems === 2 && node.maxItems === 2) return `[${item}, ${item}]`;
  return item.includes(" | ") ? `(${item})[]` : `${item}[]`;
}

function typeOf(node, indent) {
  if (node === true || node === undefined || Object.keys(node).every((key) => key === "description")) return "unknown";
  if (node.$ref) return refType(node.$ref);
  if (node.const !== undefined) return JSON.stringify(node.const);
  if (node.enum) return node.enum.map((value) => JSON.stringify(value)).join(" | ");
  const choices = node.anyOf ?? node.oneOf;
  if (choices) return choices.map((choice) => typeOf(choice, indent)).join(" | ");
  if (node.type === "object") return objectType(node, indent);
  if (node.type === "array") return arrayType(node, indent);
  if (Array.isArray(node.type)) return node.type.map((type) => typeOf({ ...node, type }, indent)).join(" | ");
  return primitives[node.type];
}

function declarations(schemas) {
  return Object.entries(schemas).map(([name, node]) => {
    const note = node.description ? `/** ${node.description} */\n` : "";
    return `${note}export type ${camel(name)} = ${typeOf(node, "")};`;
  });
}

const head = (file) => `// Written by tools/types.mjs from schema/${file}. Change the schema, not this file.`;

export function typesOf(schema) {
  const report = `/** ${schema.description} */\nexport type Report = ${typeOf(schema, "")};`;
  return [head("report.schema.json"), ...declarations(schema.$defs), report].join("\n\n") + "\n";
}

export const PRINTED = ["why", "backtest", "feedback"];

/** Imports of what the types name, of the names known by where they come from. */
function importsFor(types, known) {
  const text = types.join("\n").replace(/"[^"]*"|\/\*\*.*\*\//g, "");
  const taken = (names) => names.filter((name) => new RegExp(`\\b${name}\\b`).test(text)).sort();
  return Object.entries(known)
    .map(([from, names]) => [from, taken(names)])
    .filter(([, names]) => names.length)
    .map(([from, names]) => `import type { ${names.join(", ")} } from "${from}";`);
}

/** What several of the schemas define, which is the same in all of them. */
function sharedOf(schemas) {
  const shared = {};
  for (const { $defs } of schemas)
    for (const [name, node] of Object.entries($defs)) {
      const same = schemas.filter((each) => name in each.$defs);
      if (same.length < 2) continue;
      if (same.some((each) => JSON.stringify(each.$defs[name]) !== JSON.stringify(node)))
        throw new Error(`the schemas of what is printed differ in ${name}`);
      shared[name] = node;
    }
  return shared;
}

/** Types of what commands print as JSON, by file: one for each command, and one of what they share. */
export function printedTypesOf(schemas) {
  const shared = sharedOf(Object.values(schemas));
  const files = { shared: [head("*.schema.json"), ...declarations(shared)] };
  for (const [name, schema] of Object.entries(schemas)) {
    const own = Object.fromEntries(Object.entries(schema.$defs).filter(([each]) => !(each in shared)));
    const printed = `/** ${schema.description} */\nexport type ${camel(name)} = ${typeOf(schema, "")};`;
    const types = [...declarations(own), printed];
    const imports = importsFor(types, { "./shared-types": Object.keys(shared).map(camel) });
    files[name] = [head(`${name}.schema.json`), ...imports, ...types];
  }
  return written(files);
}

const COMMON = "common";

/** The components that something names, directly and through others. */
function namedBy(node, components, found = new Set()) {
  for (const [ref, kind, name] of JSON.stringify(node).matchAll(/#\/components\/(\w+)\/(\w+)/g))
    if (!found.has(ref)) namedBy(components[kind][name], components, found.add(ref));
  return found;
}

/** By tag what only its operations name, and in common what those of several do, or none. */
function roomsOf({ paths, components }) {
  const tagged = Object.values(paths).flatMap(({ parameters, ...operations }) =>
    Object.values(operations).map((each) => [each.tags[0], namedBy([parameters ?? [], each], components)]),
  );
  const rooms = { [COMMON]: {} };
  for (const [name, schema] of Object.entries(components.schemas)) {
    const users = new Set(tagged.filter(([, found]) => found.has(`#/components/schemas/${name}`)).map(([tag]) => tag));
    const room = users.size === 1 ? [...users][0] : COMMON;
    (rooms[room] ??= {})[name] = schema;
  }
  return rooms;
}

/** Types of the schemas of the served interface, a file for each room and `index`, the door to all of them. */
export function apiTypesOf(document) {
  const text = JSON.stringify(document.components.schemas);
  const borrowed = [...text.matchAll(/"report\.schema\.json#\/\$defs\/(\w+)"/g)].map((match) => camel(match[1]));
  const rooms = roomsOf(document);
  const known = {
    "../../report": [...new Set(borrowed)],
    ...Object.fromEntries(PRINTED.map((name) => [`../${name}-types`, [camel(name)]])),
  };
  const files = {
    index: [
      head("openapi.yaml"),
      Object.keys(rooms)
        .map((room) => `export type * from "./${room}";`)
        .join("\n"),
    ],
  };
  for (const [room, schemas] of Object.entries(rooms)) {
    const types = declarations(schemas);
    const common = room === COMMON ? {} : { [`./${COMMON}`]: Object.keys(rooms[COMMON]).map(camel) };
    files[room] = [head("openapi.yaml"), importsFor(types, { ...known, ...common }).join("\n"), ...types];
  }
  return written(files);
}

const written = (files) =>
  Object.fromEntries(
    Object.entries(files).map(([name, parts]) => [name, parts.filter((part) => part).join("\n\n") + "\n"]),
  );

if (process.argv[1]?.endsWith("types.mjs")) {
  const { parse } = await import("yaml");
  const at = (path) => new URL(path, import.meta.url);
  const read = (path) => readFileSync(at(path), "utf8");
  const write = (path, text) => writeFileSync(at(path), text);
  write("../src/report.ts", typesOf(JSON.parse(read("../../schema/report.schema.json"))));
  const printed = PRINTED.map((name) => [name, JSON.parse(read(`../../schema/${name}.schema.json`))]);
  for (const [name, text] of Object.entries(printedTypesOf(Object.fromEntries(printed))))
    write(`../src/dash/${name}-types.ts`, text);
  for (const file of readdirSync(at("../src/dash/api/"))) rmSync(at(`../src/dash/api/${file}`));
  for (const [name, text] of Object.entries(apiTypesOf(parse(read("../../schema/openapi.yaml")))))
    write(`../src/dash/api/${name}.ts`, text);
}
