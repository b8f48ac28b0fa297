/** Reads our own HTML reports back: every figure, and every digit that is none. Small on purpose and without a DOM. */

/** A `<data>` element as the document shows it. */
export interface ShownFigure {
  /** Null: a figure without a fact. */
  readonly factId: string | null;
  readonly value: string;
  readonly text: string;
}

/** What a document shows. */
export interface HtmlScan {
  readonly figures: readonly ShownFigure[];
  /** Texts with a digit outside every element in which digits may stand. */
  readonly strayDigits: readonly string[];
  /** Elements that must not be in a report, e.g. `script`. */
  readonly forbidden: readonly string[];
}

/** Elements whose digits are no figures: dates, code, quotations, our stylesheet. */
const DIGITS_ALLOWED: ReadonlySet<string> = new Set(["data", "time", "code", "q", "bdi", "style"]);
const FORBIDDEN: ReadonlySet<string> = new Set(
  "script iframe frame object embed applet form input button link base img image video audio source picture foreignobject template".split(
    " ",
  ),
);
const LINKS: ReadonlySet<string> = new Set(["href", "xlink:href", "src", "action", "formaction", "data", "poster"]);
const VOID: ReadonlySet<string> = new Set([
  "meta",
  "br",
  "hr",
  "img",
  "input",
  "col",
  "link",
  "base",
  "wbr",
  "source",
  "embed",
]);
const TOKEN =
  /<!--[\s\S]*?-->|<![^>]*>|<(\/?)([a-zA-Z][\w:-]*)((?:\s+[\w:-]+(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'>]+))?)*)\s*(\/?)>|[^<]+|</g;
const ATTRIBUTE = /([\w:-]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?/g;

interface Open {
  readonly name: string;
  readonly allowsDigits: boolean;
}

/** Scans a document. */
export function scanHtml(html: string): HtmlScan {
  const figures: { factId: string | null; value: string; text: string }[] = [];
  const strayDigits: string[] = [];
  const forbidden: string[] = [];
  const open: Open[] = [];
  for (const [token, slash, tag, attributes = "", selfClosed] of html.matchAll(TOKEN)) {
    if (tag === undefined) {
      if (token.startsWith("<!")) continue;
      readText(decode(token), open, figures, strayDigits);
      continue;
    }
    const name = tag.toLowerCase();
    if (slash === "/") closeTo(open, name);
    else {
      const given = attributesOf(attributes);
      if (FORBIDDEN.has(name)) forbidden.push(name);
      forbidden.push(...activeAttributes(name, given));
      if (name === "data")
        figures.push({ factId: given.get("data-fact") ?? null, value: given.get("value") ?? "", text: "" });
      if (selfClosed !== "/" && !VOID.has(name))
        open.push({ name, allowsDigits: DIGITS_ALLOWED.has(name) || given.has("data-scale") });
    }
  }
  return { figures, strayDigits, forbidden };
}

function readText(text: string, open: readonly Open[], figures: readonly { text: string }[], stray: string[]): void {
  const figure = open.some(({ name }) => name === "data") ? figures.at(-1) : undefined;
  if (figure !== undefined) figure.text += text;
  else if (/\p{N}/u.test(text) && !open.some(({ allowsDigits }) => allowsDigits)) stray.push(text.trim().slice(0, 120));
}

/** Attributes that run something, load something or lead away: handlers, addresses with a scheme, a refresh. */
function activeAttributes(element: string, given: ReadonlyMap<string, string>): readonly string[] {
  return [...given].flatMap(([attribute, value]) => {
    const leads = LINKS.has(attribute) && element !== "data" && /^[\s\p{Cc}]*[a-z][a-z0-9+.\-\s]*:/iu.test(value);
    const acts = attribute.startsWith("on") || attribute === "srcdoc" || attribute === "srcset";
    const refresh = attribute === "http-equiv" && value.toLowerCase() !== "content-security-policy";
    return leads || acts || refresh ? [`${element} with ${attribute}`] : [];
  });
}

function closeTo(open: Open[], name: string): void {
  const at = open.findLastIndex((element) => element.name === name);
  if (at >= 0) open.length = at;
}

function attributesOf(text: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const [, name = "", double, single, bare] of text.matchAll(ATTRIBUTE)) {
    found.set(name.toLowerCase(), decode(double ?? single ?? bare ?? ""));
  }
  return found;
}

const NAMED: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: "\u00a0" };

function decode(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]{2,6}));/gi, (whole, decimal, hexadecimal, name) => {
    if (typeof name === "string") return NAMED[name.toLowerCase()] ?? whole;
    const code = typeof decimal === "string" ? Number(decimal) : Number.parseInt(String(hexadecimal), 16);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}
