import { describe, expect, it } from "vitest";
import type { SnapshotDocument } from "../../src/core/curation/types.ts";
import { minimise } from "../../src/refresh/minimise.ts";
import { rawSnapshots, type SnapshotBucket } from "../../src/refresh/snapshot-store.ts";

describe("what is kept of an answer", () => {
  it.each([
    ["listed paths alone", { a: 1, b: 2 }, ["a"], { a: 1 }],
    ["everything under the last step", { a: { b: [{ c: 1, d: 2 }] } }, ["a"], { a: { b: [{ c: 1, d: 2 }] } }],
    ["any index", { rows: [{ k: 1, p: 2 }, { k: 3 }] }, ["rows.*.k"], { rows: [{ k: 1 }, { k: 3 }] }],
    ["any key", { x: { n: 1, m: 2 }, y: { n: 3 } }, ["*.n"], { x: { n: 1 }, y: { n: 3 } }],
    [
      "places in a list, so that a pointer finds its cell",
      { rows: [{ p: 1 }, 7, { k: 2 }] },
      ["rows.*.k"],
      { rows: [{}, null, { k: 2 }] },
    ],
    ["nothing where another kind of value stands than was listed", { a: "text" }, ["a.b"], {}],
    ["two lists of the same branch", { a: { b: 1, c: 2, d: 3 } }, ["a.b", "a.d"], { a: { b: 1, d: 3 } }],
    ["a branch that is listed whole and in part", { a: { b: 1, c: 2 } }, ["a", "a.b"], { a: { b: 1, c: 2 } }],
    ["nothing without a list", { a: 1 }, [], {}],
    ["a list at the root", [{ id: 1, who: "x" }], ["*.id"], [{ id: 1 }]],
    ["null for an answer that is no object", "text", ["a"], null],
  ])("is %s", (_what, body, keep, expected) => {
    expect(minimise(body, keep)).toEqual(expected);
  });

  it("is not fooled by a key that is the name of something else", () => {
    const body = JSON.parse('{"__proto__": {"k": 1}, "constructor": {"k": 2}, "k": 3}');
    expect(JSON.stringify(minimise(body, ["k"]))).toBe('{"k":3}');
  });
});

const DOCUMENT: SnapshotDocument = {
  businessUnitId: "bu_plunkett",
  source: "ga4",
  externalId: "350000002",
  query: "totals",
  page: 0,
  range: { start: "2026-10-01", end: "2026-10-31" },
  request: { method: "POST", path: "/properties/350000002:runReport", body: { limit: "1" } },
  body: { rows: [{ metricValues: [{ value: "12" }] }], note: "Grüße" },
};

function bucketOf(objects = new Map<string, Uint8Array<ArrayBuffer>>()) {
  const bucket: SnapshotBucket = {
    put: async (key, value, { onlyIf }) => {
      expect(onlyIf).toEqual({ etagDoesNotMatch: "*" });
      if (!objects.has(key)) objects.set(key, new Uint8Array(value));
    },
    get: async (key) => {
      const bytes = objects.get(key);
      return bytes === undefined ? null : { body: new Blob([bytes]).stream() };
    },
  };
  return { bucket, objects };
}
const allowed = async () => undefined;

describe("a raw snapshot", () => {
  it("lies under the digest of its text, gzipped, and comes back as it went in", async () => {
    const { bucket, objects } = bucketOf();
    const store = rawSnapshots(bucket, allowed);
    const stored = await store.put(DOCUMENT);
    expect(stored.key).toBe(`snapshots/bu_plunkett/ga4/${stored.sha256}.json.gz`);
    expect([...objects.keys()]).toEqual([stored.key]);
    expect([...(objects.get(stored.key) ?? [])].slice(0, 2)).toEqual([0x1f, 0x8b]);
    expect(await store.get(stored)).toEqual(DOCUMENT);
  });

  it("is one object however the keys of its fields were ordered, and however often it is stored", async () => {
    const { bucket, objects } = bucketOf();
    const store = rawSnapshots(bucket, allowed);
    const turned = Object.fromEntries(Object.entries(DOCUMENT).toReversed());
    const first = await store.put(DOCUMENT);
    expect(await store.put({ ...DOCUMENT, ...turned })).toEqual(first);
    expect(objects.size).toBe(1);
  });

  it("is not written once the lease is over", async () => {
    const { bucket, objects } = bucketOf();
    const store = rawSnapshots(bucket, () => Promise.reject(new Error("The lease is over.")));
    await expect(store.put(DOCUMENT)).rejects.toThrow("over");
    expect(objects.size).toBe(0);
  });

  it("that is gone, damaged or another one is never read as if it were whole", async () => {
    const { bucket, objects } = bucketOf();
    const store = rawSnapshots(bucket, allowed);
    const { key, sha256 } = await store.put(DOCUMENT);
    const other = await store.put({ ...DOCUMENT, page: 1 });
    objects.set(key, objects.get(other.key) ?? new Uint8Array());
    await expect(store.get({ key, sha256 })).rejects.toMatchObject({ code: "snapshot_corrupt" });
    objects.set(key, new Uint8Array([1, 2, 3]));
    await expect(store.get({ key, sha256 })).rejects.toMatchObject({ code: "snapshot_corrupt" });
    objects.delete(key);
    await expect(store.get({ key, sha256 })).rejects.toMatchObject({ code: "snapshot_missing" });
  });

  it("of a bucket that is down is tried again", async () => {
    const down = () => Promise.reject(new Error("internal error 10001"));
    const store = rawSnapshots({ put: down, get: down }, allowed);
    await expect(store.put(DOCUMENT)).rejects.toMatchObject({ name: "RetryableError", code: "snapshots_unavailable" });
  });
});
