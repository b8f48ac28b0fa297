/** A rendered report as a tree, read by a parser that is not ours. */
import { XMLParser } from "fast-xml-parser";

/** An element and what is inside, in order. */
export interface Element {
  readonly tag: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly (Element | string)[];
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&lt;": "<",
  "&gt;": ">",
  "&quot;": '"',
  "&#39;": "'",
  "&amp;": "&",
};

function decode(text: string): string {
  return text.replace(/&(?:lt|gt|quot|amp|#39);/g, (entity) => ENTITIES[entity] ?? entity);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function attributesOf(node: Record<string, unknown>): Record<string, string> {
  const raw = node[":@"];
  if (!isRecord(raw)) return {};
  return Object.fromEntries(Object.entries(raw).map(([key, value]) => [key, decode(String(value))]));
}

function nodeOf(raw: unknown): Element | string {
  if (!isRecord(raw)) throw new Error("not a node");
  if ("#text" in raw) return decode(String(raw["#text"]));
  const tag = Object.keys(raw).find((key) => key !== ":@") ?? "";
  const inside = raw[tag];
  return { tag, attributes: attributesOf(raw), children: Array.isArray(inside) ? inside.map(nodeOf) : [] };
}

const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: "",
  allowBooleanAttributes: true,
  trimValues: false,
  parseTagValue: false,
  parseAttributeValue: false,
  processEntities: false,
  unpairedTags: ["meta", "br"],
});

/** The `html` element of a document. */
export function parseReport(markup: string): Element {
  const nodes: unknown = parser.parse(markup.replace("<!doctype html>", ""));
  if (!Array.isArray(nodes)) throw new Error("nothing parsed");
  const root = nodes.map(nodeOf).find((node) => typeof node !== "string");
  if (root === undefined || typeof root === "string") throw new Error("no element parsed");
  return root;
}

/** All elements in document order. */
export function elements(root: Element): readonly Element[] {
  return [root, ...root.children.flatMap((child) => (typeof child === "string" ? [] : elements(child)))];
}

/** Elements with a tag and, when given, an attribute of that value. */
export function find(root: Element, tag: string, attribute?: string, value?: string): readonly Element[] {
  return elements(root).filter(
    (one) => one.tag === tag && (attribute === undefined || one.attributes[attribute] === value),
  );
}

/** The one element with an id. */
export function byId(root: Element, id: string): Element {
  const [found, ...more] = elements(root).filter((one) => one.attributes.id === id);
  if (found === undefined || more.length > 0) throw new Error(`not exactly one element with id ${id}`);
  return found;
}

/** All text of an element. */
export function textOf(node: Element | string): string {
  return typeof node === "string" ? node : node.children.map(textOf).join("");
}

/** Every text node with the element it stands in; styles are no text. */
export function texts(root: Element): readonly { readonly parent: Element; readonly text: string }[] {
  if (root.tag === "style") return [];
  return root.children.flatMap((child) => (typeof child === "string" ? [{ parent: root, text: child }] : texts(child)));
}
