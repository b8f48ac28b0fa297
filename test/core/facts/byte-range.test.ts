/** Byte ranges of JSON pointers: what lies there is what `JSON.parse` and the pointer give. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { pick } from "../../../src/core/evidence/pointer.ts";
import { byteRanges } from "../../../src/core/facts/byte-range.ts";

const bytesOf = (text: string) => new TextEncoder().encode(text);

/** The text a pointer leads to; null: nothing. */
function textAt(document: string, pointer: string): string | null {
  const bytes = bytesOf(document);
  const range = byteRanges(bytes, [pointer]).get(pointer) ?? null;
  return range === null ? null : new TextDecoder().decode(bytes.subarray(...range));
}

/** Every pointer of a value. */
function pointersOf(value: unknown, at = ""): readonly string[] {
  if (typeof value !== "object" || value === null) return [at];
  const inside = Object.entries(value).flatMap(([key, inner]) =>
    pointersOf(inner, `${at}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`),
  );
  return [at, ...inside];
}

/** JSON with keys written in other ways, spaces anywhere, and keys that come twice. */
const written: fc.Arbitrary<string> = fc.letrec<{ value: string; text: string; space: string }>((tie) => ({
  space: fc.constantFrom("", "", " ", "\n\t", "\r\n"),
  text: fc
    .tuple(fc.oneof(fc.constantFrom("a", "b", "", "0", "1", "__proto__"), fc.string({ unit: "binary" })), fc.boolean())
    .map(([text, escaped]) => {
      const json = JSON.stringify(text);
      return escaped ? json.replace(/[a-z]/g, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`) : json;
    })
    .filter((json) => {
      // An escape inside an escape is another text.
      try {
        JSON.parse(json);
        return true;
      } catch {
        return false;
      }
    }),
  value: fc.oneof(
    { maxDepth: 4, depthSize: "small", withCrossShrink: true },
    fc.constantFrom("null", "true", "false", "0", "-1.5e3", "12345678901234567890"),
    tie("text"),
    fc
      .tuple(fc.array(fc.tuple(tie("space"), tie("value"), tie("space")), { maxLength: 4 }), tie("space"))
      .map(([all, space]) => `[${space}${all.map((one) => one.join("")).join(",")}]`),
    fc
      .tuple(
        fc.array(fc.tuple(tie("space"), tie("text"), tie("space"), tie("space"), tie("value"), tie("space")), {
          maxLength: 4,
        }),
        tie("space"),
      )
      .map(([all, space]) => {
        const members = all.map(([a, key, b, c, value, d]) => `${a}${key}${b}:${c}${value}${d}`);
        return `{${space}${members.join(",")}}`;
      }),
  ),
})).value;

describe("the bytes of a pointer", () => {
  it("hold the very value that the pointer gives, for every pointer of any document, asked alone or together", () => {
    fc.assert(
      fc.property(written, fc.constantFrom("", " ", "\n"), (inner, space) => {
        const document = `${space}${inner}${space}`;
        const bytes = bytesOf(document);
        const parsed: unknown = JSON.parse(document);
        const pointers = pointersOf(parsed);
        const together = byteRanges(bytes, pointers);
        for (const pointer of pointers) {
          const text = textAt(document, pointer);
          expect(text).not.toBeNull();
          expect(text).toBe(text?.trim());
          expect(JSON.parse(text ?? "")).toEqual(pick(parsed, pointer));
          expect(together.get(pointer)).toEqual(byteRanges(bytes, [pointer]).get(pointer));
        }
      }),
      { numRuns: 300 },
    );
  });

  it("are none where the document has nothing", () => {
    const document = '{"rows":[{"clicks":12}],"a":1}';
    for (const pointer of ["/rows/1", "/rows/0/nothing", "/rows/00", "/rows/-", "/a/b", "/toString", "/rows/length"])
      expect([pointer, textAt(document, pointer)]).toEqual([pointer, null]);
  });

  it("are those of the last of two equal keys, with all that is below it", () => {
    const document = '{"a":{"b":1},"a":{"c":2}}';
    expect([textAt(document, "/a/b"), textAt(document, "/a/c"), textAt(document, "/a")]).toEqual([
      null,
      "2",
      '{"c":2}',
    ]);
  });

  it("are counted in bytes, not in characters", () => {
    expect(byteRanges(bytesOf('{"ü":"日本","b":7}'), ["/b"]).get("/b")).toEqual([19, 20]);
  });

  it("a document that is no JSON is refused, never read for ever", () => {
    for (const document of ["", "{", '{"a":', '{"a":1', '{"a" 1}', "[1,", '["', '{"a":1}x', "[1}", '{"a":]}', "{a:1}"])
      expect(() => byteRanges(bytesOf(document), ["/a/0"]), document).toThrow(RangeError);
  });

  it("a deep document costs no stack, a long one little time", () => {
    const deep = `${"[".repeat(200_000)}${"]".repeat(200_000)}`;
    expect(textAt(`{"a":${deep},"b":1}`, "/b")).toBe("1");
    const rows = Array.from({ length: 50_000 }, (_, n) => ({ keys: [`query ${n}`], clicks: n, impressions: n * 3 }));
    expect(textAt(JSON.stringify({ rows }), "/rows/49999/impressions")).toBe("149997");
  });
});
