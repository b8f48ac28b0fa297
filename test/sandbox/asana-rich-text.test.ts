import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  COMMENT_TAGS,
  NOTES_TAGS,
  parseRichText,
  plainAsHtml,
  textOf,
  writeRichText,
} from "../../sandbox/asana/rich-text.ts";
import { Refusal } from "../../sandbox/kit/reply.ts";

const parse = (html: string, tags = COMMENT_TAGS) => parseRichText(html, "html_text", tags);
const reasonFor = (html: string, tags = COMMENT_TAGS) => {
  try {
    parse(html, tags);
  } catch (error) {
    return error instanceof Refusal ? JSON.stringify(error.reply.body) : String(error);
  }
  return "accepted";
};

describe("rich text of a comment", () => {
  it.each([
    "<body></body>",
    "<body>plain &amp; simple</body>",
    "<body><strong>b</strong><em>i</em><u>u</u><s>s</s><code>c</code></body>",
    "<body><ol><li>one</li><li>two<ul><li>deeper</li></ul></li></ol></body>",
    '<body><a href="https://example.com/?a=1&amp;b=2">link</a></body>',
  ])("is accepted and written back as it was: %s", (html) => {
    expect(writeRichText(parse(html))).toBe(html);
  });

  it.each([
    ["plain", "expected a tag"],
    ["<p>x</p>", "unsupported tag"],
    ["<strong>x</strong>", "unsupported tag"],
    ["<body><p>x</p></body>", "unsupported tag <p>"],
    ["<body>a<br/>b</body>", "unsupported tag <br>"],
    ["<body><script>x</script></body>", "unsupported tag <script>"],
    ["<body><h1>x</h1></body>", "unsupported tag <h1>"],
    ["<body><STRONG>x</STRONG></body>", "unsupported tag <STRONG>"],
    ["<body><body>x</body></body>", "unsupported tag <body>"],
    ["<body><strong>x</body>", "expected </strong>"],
    ["<body><strong>x</em></strong></body>", "expected </strong>"],
    ["<body>x", "</body> is missing"],
    ["<body>x</body>y", "outside of <body>"],
    [" <body>x</body>", "expected a tag"],
    ["<body>a & b</body>", "is no entity"],
    ["<body>&nbsp;</body>", "is no entity"],
    ["<body>&#0;</body>", "is no entity"],
    ["<body>&#8;</body>", "control character"],
    ["<body>1 < 2</body>", "expected a tag"],
    ["<body><!-- x --></body>", "expected a tag"],
    ["<body><![CDATA[x]]></body>", "expected a tag"],
    ['<body><em class="x">y</em></body>', "unsupported attribute class"],
    ['<body onclick="x">y</body>', "unsupported attribute onclick"],
    ['<body><em href="https://example.com/">y</em></body>', "unsupported attribute href"],
    ['<body><a href="x" onclick="y">z</a></body>', "unsupported attribute onclick"],
    ["<body><a href=x>y</a></body>", "needs href"],
    ['<body><a href="x" href="y">z</a></body>', "twice"],
    ["<body><a>x</a></body>", "needs href"],
    [`<body>${"<em>".repeat(60)}${"</em>".repeat(60)}</body>`, "nested too deeply"],
  ])("is refused: %s", (html, reason) => {
    expect(reasonFor(html)).toContain(reason);
  });

  it("takes headings and rules in task notes alone", () => {
    expect(reasonFor("<body><h1>x</h1><hr/></body>", NOTES_TAGS)).toBe("accepted");
  });

  it("gives its text without markup, list items on lines of their own", () => {
    expect(textOf(parse("<body>Hi <strong>all</strong>\n<ul><li>1 &lt; 2</li><li>b</li></ul>end</body>"))).toBe(
      "Hi all\n\n1 < 2\nb\nend",
    );
  });

  it("keeps any plain text as it is", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        expect(textOf(parse(plainAsHtml(`x${text}x`)))).toBe(`x${text}x`.replace(/\n{3,}/g, "\n\n"));
      }),
    );
  });
});
