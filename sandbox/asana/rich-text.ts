/**
 * Asana's rich text: XML with one `<body>` root, a short list of tags, attributes on `<a>` alone. Anything else is refused
 * and nothing is stored. Parsed once; answers and pages are written from the tree, never from the given text.
 */
import { badRequest } from "./refusals.ts";

export type RichNode =
  | { readonly kind: "text"; readonly text: string }
  | {
      readonly kind: "element";
      readonly tag: string;
      readonly attributes: Readonly<Record<string, string>>;
      readonly children: readonly RichNode[];
    };

/** Tags of comments; task notes also take headings and rules. */
export const COMMENT_TAGS: ReadonlySet<string> = new Set([
  "body",
  "strong",
  "em",
  "u",
  "s",
  "code",
  "ol",
  "ul",
  "li",
  "a",
]);
export const NOTES_TAGS: ReadonlySet<string> = new Set([...COMMENT_TAGS, "h1", "h2", "hr"]);

const LINK_ATTRIBUTES = new Set([
  "href",
  "title",
  "data-asana-gid",
  "data-asana-dynamic",
  "data-asana-type",
  "data-asana-accessible",
  "data-asana-project",
]);
const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };
const MAX_DEPTH = 50;

/** Parses and checks rich text; a 400 names what is wrong. `field` is the body field the text came in. */
export function parseRichText(text: string, field: string, tags: ReadonlySet<string>): RichNode {
  const reader = { text, at: 0, field, tags };
  const root = readElement(reader, 0);
  if (reader.at !== text.length) throw malformed(reader, "text outside of <body>");
  if (root.kind !== "element" || root.tag !== "body") throw malformed(reader, "the root must be <body>");
  return root;
}

interface Reader {
  readonly text: string;
  at: number;
  readonly field: string;
  readonly tags: ReadonlySet<string>;
}

function malformed(reader: Reader, why: string): Error {
  return badRequest(`${reader.field}: XML is invalid: ${why} (at character ${reader.at})`);
}

function take(reader: Reader, pattern: RegExp): RegExpExecArray | null {
  pattern.lastIndex = reader.at;
  const match = pattern.exec(reader.text);
  if (match !== null) reader.at += match[0].length;
  return match;
}

function readElement(reader: Reader, depth: number): RichNode {
  if (depth > MAX_DEPTH) throw malformed(reader, "nested too deeply");
  const open = take(reader, /<([A-Za-z][A-Za-z0-9]*)/y);
  const tag = open?.[1];
  if (tag === undefined) throw malformed(reader, "expected a tag");
  if (!reader.tags.has(tag) || (tag === "body") !== (depth === 0)) throw malformed(reader, `unsupported tag <${tag}>`);
  const attributes = readAttributes(reader, tag);
  if (take(reader, /\s*\/>/y) !== null) return { kind: "element", tag, attributes, children: [] };
  if (take(reader, /\s*>/y) === null) throw malformed(reader, `tag <${tag}> is not closed`);
  const children: RichNode[] = [];
  while (take(reader, new RegExp(`</${tag}\\s*>`, "y")) === null) {
    if (reader.at >= reader.text.length) throw malformed(reader, `</${tag}> is missing`);
    if (reader.text.startsWith("</", reader.at)) throw malformed(reader, `expected </${tag}>`);
    children.push(reader.text[reader.at] === "<" ? readElement(reader, depth + 1) : readText(reader));
  }
  return { kind: "element", tag, attributes, children };
}

function readAttributes(reader: Reader, tag: string): Record<string, string> {
  const attributes: Record<string, string> = {};
  for (;;) {
    const found = take(reader, /\s+([A-Za-z][A-Za-z0-9-]*)\s*=\s*(?:"([^"<]*)"|'([^'<]*)')/y);
    if (found === null) break;
    const name = found[1] ?? "";
    if (tag !== "a" || !LINK_ATTRIBUTES.has(name)) throw malformed(reader, `unsupported attribute ${name} on <${tag}>`);
    if (Object.hasOwn(attributes, name)) throw malformed(reader, `attribute ${name} twice`);
    attributes[name] = decode(reader, found[2] ?? found[3] ?? "");
  }
  if (tag === "a" && attributes.href === undefined && attributes["data-asana-gid"] === undefined) {
    throw malformed(reader, "<a> needs href or data-asana-gid");
  }
  return attributes;
}

function readText(reader: Reader): RichNode {
  const raw = take(reader, /[^<]+/y)?.[0] ?? "";
  return { kind: "text", text: decode(reader, raw) };
}

function decode(reader: Reader, raw: string): string {
  if (hasForbiddenCharacter(raw)) throw malformed(reader, "a control character");
  const decoded = raw.replace(/&(#x[0-9a-fA-F]{1,6}|#\d{1,7}|\w+);|&/g, (whole, name: string | undefined) => {
    const character = name === undefined ? undefined : entity(name);
    if (character === undefined) throw malformed(reader, `${whole} is no entity`);
    return character;
  });
  if (hasForbiddenCharacter(decoded)) throw malformed(reader, "a control character");
  return decoded;
}

function entity(name: string): string | undefined {
  if (!name.startsWith("#")) return ENTITIES[name];
  const code = name.startsWith("#x") ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
  return code > 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff) ? String.fromCodePoint(code) : undefined;
}

/** Characters XML 1.0 does not allow, besides lone surrogates. */
function hasForbiddenCharacter(text: string): boolean {
  if (!text.isWellFormed()) return true;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    if ((code < 0x20 && code !== 0x9 && code !== 0xa && code !== 0xd) || code === 0xfffe || code === 0xffff)
      return true;
  }
  return false;
}

/** Text for XML. */
export function escapeXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** Plain text as rich text. */
export function plainAsHtml(text: string): string {
  return `<body>${escapeXml(text)}</body>`;
}

/** Replaces nodes from the leaves up. */
export function mapNodes(node: RichNode, map: (node: RichNode) => RichNode): RichNode {
  return map(node.kind === "text" ? node : { ...node, children: node.children.map((child) => mapNodes(child, map)) });
}

/** The tree as Asana writes it back. */
export function writeRichText(node: RichNode): string {
  if (node.kind === "text") return escapeXml(node.text);
  const attributes = Object.entries(node.attributes)
    .map(([name, value]) => ` ${name}="${escapeXml(value).replaceAll('"', "&quot;")}"`)
    .join("");
  if (node.tag === "hr") return "<hr/>";
  return `<${node.tag}${attributes}>${node.children.map(writeRichText).join("")}</${node.tag}>`;
}

/** The text of the tree; list items begin on a line of their own. */
export function textOf(node: RichNode): string {
  return blockText(node)
    .replace(/\n{3,}/g, "\n\n")
    .trim();
}

function blockText(node: RichNode): string {
  if (node.kind === "text") return node.text;
  const inner = node.children.map(blockText).join("");
  if (node.tag === "li") return `\n${inner}`;
  if (["ol", "ul", "h1", "h2", "hr"].includes(node.tag)) return `${node.tag.startsWith("h") ? "\n" : ""}${inner}\n`;
  return inner;
}
