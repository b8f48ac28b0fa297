/** Snapshots in memory. */
import { type FaultScript, faultScript } from "../fault-script.ts";
import type { SnapshotsPort } from "./port.ts";
import { snapshotsOver } from "./store.ts";

export interface FakeSnapshots extends SnapshotsPort {
  readonly faults: FaultScript<keyof SnapshotsPort>;
  /** What is stored, by key. A test may change it to see corruption found. */
  readonly stored: Map<string, Uint8Array>;
}

/** An empty store. */
export function fakeSnapshots(): FakeSnapshots {
  const stored = new Map<string, Uint8Array>();
  const faults = faultScript<keyof SnapshotsPort>();
  const port = snapshotsOver({
    async putIfAbsent(key, bytes) {
      if (!stored.has(key)) stored.set(key, bytes.slice());
    },
    get: async (key) => stored.get(key)?.slice() ?? null,
  });
  return {
    faults,
    stored,
    put: (input) => faults.run("put", [input], () => port.put(input)),
    get: (ref) => faults.run("get", [ref], () => port.get(ref)),
  };
}
