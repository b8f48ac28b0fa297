import { describe, expect, test } from "vitest";
import { Memory } from "../../src/lib/memory.ts";
import { open, seal } from "../../src/lib/seal.ts";

const [OLD, NEW] = ["the old key, long enough to be one", "the new key, long enough to be one"];

describe("a sealed text", () => {
  test("opens with its key for what it belongs to, and shows neither text nor key", async () => {
    const stored = await seal([NEW, OLD], "s3cret", "registration-1");
    expect(stored).not.toMatch(/s3cret|new key/);
    expect(await open([NEW], stored, "registration-1")).toBe("s3cret");
  });

  test("opens after a rotation while the old key is still known, and not after", async () => {
    const stored = await seal([OLD], "s3cret", "registration-1");
    expect(await open([NEW, OLD], stored, "registration-1")).toBe("s3cret");
    expect(await open([NEW], stored, "registration-1")).toBeNull();
    expect(await open([], stored, "registration-1")).toBeNull();
  });

  test("does not open for another row, nor when a bit of it was changed", async () => {
    const stored = await seal([NEW], "s3cret", "registration-1");
    expect(await open([NEW], stored, "registration-2")).toBeNull();
    for (const part of ["iv", "sealed"]) {
      const changed = stored.replace(
        new RegExp(`("${part}":")(.)`),
        (_, head, first) => head + (first === "A" ? "B" : "A"),
      );
      expect(changed).not.toBe(stored);
      expect(await open([NEW], changed, "registration-1")).toBeNull();
    }
    for (const text of ["", "{}", '{"keyId":"x","iv":"%","sealed":"%"}'])
      expect(await open([NEW], text, "x")).toBeNull();
  });

  test("is another each time, so that equal secrets cannot be told", async () => {
    expect(await seal([NEW], "s3cret", "a")).not.toBe(await seal([NEW], "s3cret", "a"));
  });

  test("cannot be made without a key", async () => {
    await expect(seal([], "s3cret", "a")).rejects.toThrow(RangeError);
  });
});

describe("a memory", () => {
  test("looks up once per span, and again after a failed look-up or when told to forget", async () => {
    let looked = 0;
    const memory = new Memory<number>(100, 10);
    const look = async () => ++looked;
    await expect(memory.get("a", 0, () => Promise.reject(new Error("down")))).rejects.toThrow("down");
    expect([await memory.get("a", 0, look), await memory.get("a", 99, look), await memory.get("a", 100, look)]).toEqual(
      [1, 1, 2],
    );
    memory.forget("a");
    expect(await memory.get("a", 100, look)).toBe(3);
  });

  test("cannot be filled without end", async () => {
    const memory = new Memory<string>(1_000, 2);
    for (const key of ["a", "b", "c"]) await memory.get(key, 0, async () => key);
    expect(await memory.get("a", 0, async () => "again")).toBe("again");
    expect(await memory.get("c", 0, async () => "again")).toBe("c");
  });
});
