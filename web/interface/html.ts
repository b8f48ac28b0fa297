/** Markup for Preact without a compile step. Every interpolated text ends up as a text node, never as markup. */
import htm from "htm";
import { h, type VNode } from "preact";

const bound = htm.bind(h);

/** Tagged template for one element. A template with several roots is a mistake and throws. */
export function html(strings: TemplateStringsArray, ...values: unknown[]): VNode {
  const result = bound(strings, ...values);
  if (Array.isArray(result)) throw new TypeError("A template needs exactly one root element.");
  return result;
}
