/** Compares answers with the response schemas of Asana's OpenAPI document: names of fields, kinds of values, enums. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";

type Node = Readonly<Record<string, unknown>>;

const NodeSchema = v.record(v.string(), v.unknown());
const nodeOf = (value: unknown): Node => v.parse(v.fallback(NodeSchema, {}), value);
const listOf = (value: unknown): readonly Node[] => (Array.isArray(value) ? value.map(nodeOf) : []);

/** What differs between a value and the schema of that name, one line each. */
export type Compare = (schema: string, value: unknown) => readonly string[];

/** Opens the document in the folder `API_SPECS`; null, with a printed line, when that is not set. */
export function openAsanaSpec(): Compare | null {
  const folder = process.env.API_SPECS;
  if (folder === undefined || folder === "") {
    console.info("asana.openapi.json: answers were not compared with Asana's document, API_SPECS is not set");
    return null;
  }
  const document = nodeOf(JSON.parse(readFileSync(join(folder, "asana.openapi.json"), "utf8")));
  const schemas = nodeOf(nodeOf(document.components).schemas);
  return (name, value) => differences(schemas, { $ref: `/${name}` }, value, name);
}

/** A schema with everything it refers to and is composed of merged into one. */
function merged(schemas: Node, given: Node): Node {
  if (typeof given.$ref === "string") return merged(schemas, nodeOf(schemas[given.$ref.split("/").at(-1) ?? ""]));
  const parts = listOf(given.allOf).map((part) => merged(schemas, part));
  const properties = Object.assign({}, ...parts.map((part) => nodeOf(part.properties)), nodeOf(given.properties));
  return Object.assign({}, ...parts, given, { properties });
}

function differences(schemas: Node, given: Node, value: unknown, at: string): string[] {
  const schema = merged(schemas, given);
  // The document marks nullable fields only in part; a live answer has null for whatever is empty.
  if (value === null) return [];
  const choices = [...listOf(schema.anyOf), ...listOf(schema.oneOf)];
  if (choices.length > 0) {
    const tries = choices.map((choice) => differences(schemas, choice, value, at));
    return tries.toSorted((left, right) => left.length - right.length)[0] ?? [];
  }
  if (Array.isArray(value)) {
    if (schema.type !== "array") return [`${at}: a list is not expected`];
    return value.flatMap((item, index) => differences(schemas, nodeOf(schema.items), item, `${at}[${index}]`));
  }
  if (typeof value === "object") return objectDifferences(schemas, schema, nodeOf(value), at);
  const kind = schema.type === "integer" ? "number" : schema.type;
  if (kind !== undefined && kind !== typeof value) return [`${at}: ${typeof value} instead of ${String(schema.type)}`];
  const words = Array.isArray(schema.enum) ? schema.enum : null;
  return words === null || words.includes(value) ? [] : [`${at}: ${String(value)} is not in the enum`];
}

function objectDifferences(schemas: Node, schema: Node, value: Node, at: string): string[] {
  const properties = nodeOf(schema.properties);
  if (Object.keys(properties).length === 0) return [];
  return Object.entries(value).flatMap(([name, inner]) =>
    properties[name] === undefined
      ? [`${at}.${name}: unknown field`]
      : differences(schemas, nodeOf(properties[name]), inner, `${at}.${name}`),
  );
}
