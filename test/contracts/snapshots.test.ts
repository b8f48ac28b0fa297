import { convertV4MiniflareOptions, Miniflare } from "miniflare";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fakeSnapshots } from "../../src/ports/snapshots/fake.ts";
import { r2Snapshots, type SnapshotBucket } from "../../src/ports/snapshots/live.ts";
import { snapshotsContract } from "./snapshots.contract.ts";
import { failureOf } from "./support/faults.ts";

snapshotsContract("fake", async () => {
  const fake = fakeSnapshots();
  return {
    port: fake,
    keys: async () => [...fake.stored.keys()],
    overwrite: async (key, text) => void fake.stored.set(key, new TextEncoder().encode(text)),
  };
});

let miniflare: Miniflare;
let bucket: Awaited<ReturnType<Miniflare["getR2Bucket"]>>;
beforeAll(async () => {
  miniflare = new Miniflare(
    convertV4MiniflareOptions({ modules: true, script: "export default {}", r2Buckets: ["SNAPSHOTS"] }),
  );
  bucket = await miniflare.getR2Bucket("SNAPSHOTS");
});
afterAll(() => miniflare.dispose());

async function keys(): Promise<string[]> {
  return (await bucket.list()).objects.map((object) => object.key);
}

snapshotsContract("R2", async () => {
  await bucket.delete(await keys());
  return { port: r2Snapshots(bucket), keys, overwrite: async (key, text) => void (await bucket.put(key, text)) };
});

describe("Snapshots port, R2 alone", () => {
  it("a bucket that fails is worth another try, in both directions", async () => {
    const broken: SnapshotBucket = {
      put: () => Promise.reject(new Error("R2 10001")),
      get: () => Promise.reject(new Error("R2 10001")),
    };
    const unavailable = { name: "RetryableError", code: "snapshots_unavailable" };
    const reply = {
      body: "{}",
      fetchedAt: "2026-11-05T09:00:00.000Z",
      request: { method: "GET", path: "/", body: null },
    };
    const put = r2Snapshots(broken).put({ businessUnitId: "bu", source: "ga4", reply, rowCount: 0 });
    expect(await failureOf(put)).toMatchObject(unavailable);
    const sha256 = "0".repeat(64);
    const get = r2Snapshots(broken).get({ key: `snapshots/bu/ga4/${sha256}.json`, sha256 });
    expect(await failureOf(get)).toMatchObject(unavailable);
  });
});
