/** Markup for Preact without a compile step. Every interpolated text ends up as a text node, never as markup. */
import htm from "htm";
import { Fragment, h, type VNode } from "preact";

const bound = htm.bind(h);

/** Tagged template for one element, or for several side by side. */
export function html(strings: TemplateStringsArray, ...values: unknown[]): VNode {
  const result = bound(strings, ...values);
  return Array.isArray(result) ? h(Fragment, null, ...result) : result;
}
