/**
 * Checks what the adapters send against the vendors' machine-readable documents, when `API_SPECS` names their folder.
 * Reads a small part of OpenAPI 3 and of Google discovery (protos and Meta's form are rewritten as that): paths, methods, query names, body fields and their kinds.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import type { Recorded } from "./sandbox.ts";
import { asDiscovery } from "./vendor-documents.ts";

type Node = Readonly<Record<string, unknown>>;

/** One document and where its paths begin in the recorded addresses. */
export interface SpecSource {
  readonly file: string;
  readonly kind: "openapi" | "discovery";
  /** Removed from the address before it is looked up, e.g. the value of `ASANA_BASE_URL`. */
  readonly baseUrl: string;
  /** Put in front instead, e.g. `/v1beta` for a discovery document whose paths carry the version. */
  readonly prefix?: string;
  /** Fields the live service takes although the document lists other spellings of their values. */
  readonly relaxedEnums?: boolean;
}

/** Declares the test that looks at everything recorded so far; says so when there are no documents to look into. */
export function itMatchesTheSpec(what: string, source: () => SpecSource, recorded: () => readonly Recorded[]): void {
  it(`${what}: every request that was sent is one the vendor's document knows`, () => {
    const folder = process.env.API_SPECS;
    if (folder === undefined || folder === "") {
      console.info(`${what}: requests were not checked against the vendor's document, API_SPECS is not set`);
      return;
    }
    const { file, kind, baseUrl, prefix = "", relaxedEnums = false } = source();
    const document = asDiscovery(nodeOf(JSON.parse(readFileSync(join(folder, file), "utf8"))));
    const mine = recorded().filter((request) => request.url.startsWith(baseUrl));
    expect(mine.length).toBeGreaterThan(0);
    const problems = mine.flatMap((request) => {
      const url = new URL(request.url);
      const path = prefix + url.pathname.slice(new URL(baseUrl).pathname.length);
      const operation = kind === "openapi" ? openApi(document, request, path) : discovery(document, request, path);
      if (operation === null) return [`${request.method} ${path}: no such operation`];
      const strangers = [...url.searchParams.keys()].filter((name) => !operation.query.has(name));
      return [
        ...strangers.map((name) => `${request.method} ${path}: no query parameter ${name}`),
        ...bodyProblems(request, operation, { document, relaxedEnums }),
      ];
    });
    expect([...new Set(problems)]).toEqual([]);
  });
}

interface Operation {
  readonly query: ReadonlySet<string>;
  /** Schema of the body by content type; null when there is none. */
  readonly body: (contentType: string) => Node | null;
}

function openApi(document: Node, request: Recorded, path: string): Operation | null {
  const paths = nodeOf(document.paths);
  const template = Object.keys(paths).find((candidate) => matches(candidate, path));
  if (template === undefined) return null;
  const item = nodeOf(paths[template]);
  const operation = item[request.method.toLowerCase()];
  if (operation === undefined) return null;
  const own = nodeOf(operation);
  const parameters = [...listOf(item.parameters), ...listOf(own.parameters)].map((entry) => follow(document, entry));
  return {
    query: new Set(parameters.filter((entry) => entry.in === "query").map((entry) => String(entry.name))),
    body: (contentType) => {
      const content = nodeOf(follow(document, nodeOf(own.requestBody)).content);
      const found = Object.keys(content).find((name) => contentType.startsWith(name));
      return found === undefined ? null : nodeOf(nodeOf(content[found]).schema);
    },
  };
}

function discovery(document: Node, request: Recorded, path: string): Operation | null {
  const common = Object.keys(nodeOf(document.parameters));
  for (const method of methodsOf(document)) {
    const template = `/${String(method.flatPath ?? method.path)}`;
    if (method.httpMethod !== request.method || !matches(template, path)) continue;
    const own = Object.entries(nodeOf(method.parameters)).filter(([, entry]) => nodeOf(entry).location === "query");
    const schema = method.request === undefined ? null : nodeOf(method.request);
    return { query: new Set([...common, ...own.map(([name]) => name)]), body: () => schema };
  }
  return null;
}

function methodsOf(node: Node): Node[] {
  const here = Object.values(nodeOf(node.methods)).map(nodeOf);
  return [...here, ...Object.values(nodeOf(node.resources)).flatMap((child) => methodsOf(nodeOf(child)))];
}

/** `{name}` takes what is between the fixed parts, and never a slash: an id that holds one must be encoded. */
function matches(template: string, path: string): boolean {
  const escaped = template.split(/\{[^}]+\}/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${escaped.join("[^/]+?")}$`).test(path);
}

interface Rules {
  readonly document: Node;
  readonly relaxedEnums: boolean;
}

function bodyProblems(request: Recorded, operation: Operation, rules: Rules): string[] {
  if (request.body === "") return [];
  const where = `${request.method} ${new URL(request.url).pathname}`;
  const schema = operation.body(request.contentType);
  if (schema === null) return [`${where}: takes no ${request.contentType} body`];
  if (request.contentType.startsWith("multipart/")) {
    const known = Object.keys(nodeOf(follow(rules.document, schema).properties));
    return request.body.split(",").flatMap((name) => (known.includes(name) ? [] : [`${where}: no form field ${name}`]));
  }
  return valueProblems(JSON.parse(request.body), schema, rules, `${where} body`);
}

function valueProblems(value: unknown, given: Node, rules: Rules, where: string): string[] {
  const schema = follow(rules.document, given);
  const choices = [...listOf(schema.anyOf), ...listOf(schema.oneOf)];
  if (choices.length > 0) {
    const outcomes = choices.map((choice) => valueProblems(value, choice, rules, where));
    const clean = outcomes.some((problems) => problems.length === 0);
    return clean ? [] : (outcomes.sort((a, b) => a.length - b.length)[0] ?? []);
  }
  const words = listedWords(schema);
  if (words !== null && !words.has(rules.relaxedEnums ? plain(value) : String(value)))
    return [`${where}: no value ${String(value)}`];
  if (Array.isArray(value)) {
    const items = schema.items === undefined ? null : nodeOf(schema.items);
    if (items === null) return [`${where}: a list is not expected`];
    return value.flatMap((item, at) => valueProblems(item, items, rules, `${where}.${at}`));
  }
  if (typeof value === "object" && value !== null) return objectProblems(nodeOf(value), schema, rules, where);
  const type = schema.type;
  const kinds = (Array.isArray(type) ? type : [type]).map((name) => (name === "integer" ? "number" : name));
  if (type === undefined || kinds.includes(typeof value) || (value === null && kinds.includes("null"))) return [];
  return [`${where}: expected ${kinds.join(" or ")}, sent ${typeof value}`];

  function listedWords(of: Node): ReadonlySet<string> | null {
    if (!Array.isArray(of.enum)) return null;
    return new Set(of.enum.map((word) => (rules.relaxedEnums ? plain(word) : String(word))));
  }
}

function plain(word: unknown): string {
  return String(word).toLowerCase().replaceAll("_", "");
}

function objectProblems(value: Node, schema: Node, rules: Rules, where: string): string[] {
  const properties = propertiesOf(schema, rules.document);
  if (properties === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => {
    const property = properties.get(name);
    return property === undefined
      ? [`${where}: no field ${name}`]
      : valueProblems(inner, property, rules, `${where}.${name}`);
  });
}

/** All properties of a schema and of what it is composed of; null for a free object. */
function propertiesOf(given: Node, document: Node): Map<string, Node> | null {
  const schema = follow(document, given);
  const parts = listOf(schema.allOf).map((part) => propertiesOf(part, document));
  const own = Object.entries(nodeOf(schema.properties)).map(([name, property]) => [name, nodeOf(property)] as const);
  const all = new Map([...parts.flatMap((part) => [...(part ?? [])]), ...own]);
  return all.size === 0 ? null : all;
}

function follow(document: Node, node: Node): Node {
  const reference = node.$ref;
  if (typeof reference !== "string") return node;
  // Discovery documents name a schema, OpenAPI ones give a pointer.
  const steps = reference.startsWith("#/") ? reference.slice(2).split("/") : ["schemas", reference];
  return follow(
    document,
    steps.reduce((at: Node, step) => nodeOf(at[step]), document),
  );
}

function nodeOf(value: unknown): Node {
  return typeof value === "object" && value !== null ? Object.fromEntries(Object.entries(value)) : {};
}

function listOf(value: unknown): Node[] {
  return Array.isArray(value) ? value.map(nodeOf) : [];
}
