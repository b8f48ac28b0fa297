/** Asana's rules for the `html_text` of a comment, as its rich-text guide states them. Used by the fake. */

const ALLOWED = new Set(["body", "strong", "em", "u", "s", "code", "ol", "ul", "li", "a"]);
const TAG = /<(\/?)([a-zA-Z][\w-]*)((?:\s+[\w-]+="[^"<]*")*)\s*(\/?)>/g;
const ENTITY = /&(?:amp|lt|gt|quot|apos|#\d+|#x[0-9a-f]+);/gi;

/** What Asana would refuse with a 400, in one line; null when it would take it. */
export function richTextProblem(html: string): string | null {
  if (!/^<body>[\s\S]*<\/body>$/.test(html)) return "html_text: expected one <body> root";
  const open: string[] = [];
  for (const [, closing, name = "", attributes, selfClosing] of html.matchAll(TAG)) {
    if (!ALLOWED.has(name)) return `html_text: <${name}> is not supported in comments`;
    if (attributes !== "" && name !== "a") return `html_text: <${name}> may not have attributes`;
    if (closing === "/") {
      if (open.pop() !== name) return `html_text: </${name}> closes nothing`;
    } else if (selfClosing !== "/") {
      open.push(name);
    }
  }
  if (open.length > 0) return `html_text: <${open.at(-1)}> is not closed`;
  const text = html.replace(TAG, "").replace(ENTITY, "");
  return /[<&]/.test(text) ? "html_text: not well-formed XML" : null;
}

/** The `text` Asana derives from `html_text`. */
export function plainText(html: string): string {
  return html
    .replace(TAG, "")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&apos;", "'")
    .replaceAll("&amp;", "&");
}
