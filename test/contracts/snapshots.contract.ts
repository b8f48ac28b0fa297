/** What every store of snapshots does. */
import { beforeEach, describe, expect, it } from "vitest";
import type { RawReply } from "../../src/ports/raw.ts";
import type { SnapshotsPort } from "../../src/ports/snapshots/port.ts";
import { failureOf } from "./support/faults.ts";

export interface SnapshotsWorld {
  readonly port: SnapshotsPort;
  readonly keys: () => Promise<readonly string[]>;
  /** Puts other bytes under a key, as damage or a hand in the bucket would. */
  overwrite(key: string, text: string): Promise<void>;
}

function reply(body: string, fetchedAt = "2026-11-05T09:00:00.000Z"): RawReply {
  return { body, fetchedAt, request: { method: "POST", path: "/query", body: { rowLimit: 1 } } };
}

const put = (body: string) =>
  ({ businessUnitId: "bu_plunkett", source: "search_console", reply: reply(body), rowCount: 1 }) as const;

/** Runs the contract on worlds that `open` gives; each test has a fresh, empty one. */
export function snapshotsContract(name: string, open: () => Promise<SnapshotsWorld>): void {
  describe(`Snapshots port, ${name}`, () => {
    let world: SnapshotsWorld;
    beforeEach(async () => {
      world = await open();
    });

    it("keeps a body byte for byte under its digest", async () => {
      const body = '{ "rows":\t[{"keys":["Zoë 🌍 \\u0000"]}] }\n';
      const ref = await world.port.put(put(body));
      expect(ref.key).toBe(`snapshots/bu_plunkett/search_console/${ref.sha256}.json`);
      expect(ref).toMatchObject({ bytes: Buffer.byteLength(body), source: "search_console", rowCount: 1 });
      expect([ref.fetchedAt, ref.request]).toEqual([reply(body).fetchedAt, reply(body).request]);
      expect(await world.port.get(ref)).toBe(body);
    });

    it("the same body twice is one object, each reference with its own time", async () => {
      const first = await world.port.put(put("{}"));
      const later = await world.port.put({ ...put("{}"), reply: reply("{}", "2026-11-06T09:00:00.000Z") });
      expect(later.key).toBe(first.key);
      expect([first.fetchedAt, later.fetchedAt]).toEqual(["2026-11-05T09:00:00.000Z", "2026-11-06T09:00:00.000Z"]);
      expect(await world.keys()).toEqual([first.key]);
    });

    it("never overwrites what is there", async () => {
      const ref = await world.port.put(put("{}"));
      await world.overwrite(ref.key, "damaged");
      await world.port.put(put("{}"));
      expect(await failureOf(world.port.get(ref))).toMatchObject({ name: "PermanentError", code: "snapshot_corrupt" });
    });

    it("bytes that do not match the digest are refused, in the key or in the reference", async () => {
      const ref = await world.port.put(put("{}"));
      const other = await world.port.put(put("[]"));
      const corrupt = { name: "PermanentError", code: "snapshot_corrupt" };
      expect(await failureOf(world.port.get({ key: ref.key, sha256: other.sha256 }))).toMatchObject(corrupt);
      await world.overwrite(ref.key, "[]");
      expect(await failureOf(world.port.get(ref))).toMatchObject(corrupt);
      expect(await failureOf(world.port.get({ key: ref.key, sha256: other.sha256 }))).toMatchObject(corrupt);
    });

    it("a snapshot that is not there is missing", async () => {
      const sha256 = "0".repeat(64);
      const key = `snapshots/bu_plunkett/ga4/${sha256}.json`;
      expect(await failureOf(world.port.get({ key, sha256 }))).toMatchObject({ code: "snapshot_missing" });
    });

    it.each(["reports/art_1/report.html", "snapshots/../secret", "snapshots/bu/ga4/short.json", ""])(
      "the key %j reaches no other object of the bucket",
      async (key) => {
        await world.overwrite(key === "" ? "x" : key, "{}");
        const failure = await failureOf(world.port.get({ key, sha256: "0".repeat(64) }));
        expect(failure).toMatchObject({ name: "PermanentError", code: "snapshot_missing" });
      },
    );

    it.each(["", "../x", "a/b", "ü"])("a Business Unit named %j gets no key", async (businessUnitId) => {
      const failure = await failureOf(world.port.put({ ...put("{}"), businessUnitId }));
      expect(failure).toMatchObject({ name: "PermanentError", code: "snapshot_bad_key" });
    });
  });
}
