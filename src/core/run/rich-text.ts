/**
 * Asana's comment markup: XML with one `<body>`, only `strong em u s code ol ul li a`, attributes on `<a>` alone.
 * A malformed comment is refused whole by Asana, so text is escaped and stripped of what XML 1.0 forbids.
 */

import { isGid } from "../ids.ts";

/** Our own markup, already escaped. */
export interface Markup {
  readonly html: string;
}

const MAX_TEXT = 1_500;
/** XML 1.0 allows tab, newline, carriage return and everything from U+0020 but surrogates and two non-characters. */
const FORBIDDEN = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu;
/** How our own signature begins: a person who writes one must not pass for Jessie when she quotes it. */
const MARK = /\[jessie:/gi;
/** Bidirectional overrides could make a comment read as something else. */
const BIDI = /[\u202A-\u202E\u2066-\u2069]/gu;

/** Untrusted text as plain text, bounded: without what a task cannot hold, what would mislead, and our own signature. */
export function cleaned(text: string, limit: number): string {
  const clean = text.replace(FORBIDDEN, "").replace(BIDI, "").replace(MARK, "(jessie:");
  return clean.length > limit ? `${clean.slice(0, limit - 1).replace(/[\u{D800}-\u{DBFF}]$/u, "")}…` : clean;
}

/** Untrusted or own plain text as XML text. */
export function escaped(text: string, limit = MAX_TEXT): string {
  return cleaned(text, limit)
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}

type Part = string | Markup;

/** Tagged template: interpolated strings are escaped, markup is kept. */
export function rich(strings: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  const inner = parts.map((part) => (typeof part === "string" ? escaped(part) : part.html));
  return { html: String.raw({ raw: strings }, ...inner) };
}

/** A link with our own address; the label is escaped. */
export function link(url: string, label: string): Markup {
  return { html: `<a href="${escaped(url, 2_000)}">${escaped(label, 200)}</a>` };
}

/** A mention: Asana shows the person's name as a link and tells them. */
export function mention(gid: string, name: string): Markup {
  return isGid(gid) ? { html: `<a data-asana-gid="${gid}"/>` } : { html: escaped(name, 200) };
}

/** A bullet list; empty lists vanish, because an empty `<ul>` is refused. */
export function bullets(items: readonly Part[]): Markup {
  if (items.length === 0) return { html: "" };
  return {
    html: `<ul>${items.map((item) => `<li>${typeof item === "string" ? escaped(item) : item.html}</li>`).join("")}</ul>`,
  };
}

/** One comment body out of lines; a newline between two lines, none next to a list. */
export function body(lines: readonly Markup[]): string {
  const kept = lines.filter((line) => line.html !== "");
  let html = "";
  kept.forEach((line, index) => {
    const list = line.html.startsWith("<ul>") || (kept[index - 1]?.html.startsWith("<ul>") ?? true);
    html += (list ? "" : "\n") + line.html;
  });
  return `<body>${html}</body>`;
}
