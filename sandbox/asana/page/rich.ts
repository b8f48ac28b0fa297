/** Stored rich text as HTML of the page: only known tags, only links that lead somewhere harmless. */
import { NOTES_TAGS, parseRichText, plainAsHtml, type RichNode } from "../rich-text.ts";
import { html, Markup } from "./html.ts";

/** Rich text as it was stored, so it parses. */
export function richMarkup(stored: string): Markup {
  return nodeMarkup(parseRichText(stored, "html_text", NOTES_TAGS));
}

/** Plain text, line breaks kept by the style. */
export function plainMarkup(text: string): Markup {
  return text === "" ? html`<span class="quiet">No description.</span>` : richMarkup(plainAsHtml(text));
}

function nodeMarkup(node: RichNode): Markup {
  if (node.kind === "text") return html`${node.text}`;
  const inner = node.children.map(nodeMarkup);
  if (node.tag === "body") return html`${inner}`;
  if (node.tag === "a") return linkMarkup(node.attributes, inner);
  // The tag is one of the parser's list, so it needs no escaping.
  if (node.tag === "hr") return new Markup("<hr>");
  const tag = node.tag === "h1" || node.tag === "h2" ? "h4" : node.tag;
  return new Markup(`<${tag}>${html`${inner}`.text}</${tag}>`);
}

function linkMarkup(attributes: Readonly<Record<string, string>>, inner: readonly Markup[]): Markup {
  const { href } = attributes;
  const url = href === undefined ? null : URL.parse(href);
  if (url === null || !/^(https?|mailto):$/.test(url.protocol)) return html`<span class="mention">${inner}</span>`;
  return html`<a href="${url.href}" target="_blank" rel="noopener noreferrer">${inner}</a>`;
}
