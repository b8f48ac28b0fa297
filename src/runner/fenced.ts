/**
 * The doors to the stores, as one attempt may use them: right before every write the actor is asked whether the lease
 * still holds. An attempt that slept through the end of its lease writes nothing when it wakes.
 */
import type { SkillPorts } from "../skills/skill.ts";
import type { ResultStore } from "./journal.ts";
import { LeaseLostError, type RunActor } from "./lease.ts";
import type { ArtifactStore } from "./package.ts";

/** What an attempt can write to without the actor or the gateway. */
export interface Stores {
  readonly ports: SkillPorts;
  readonly results: ResultStore;
  readonly artifacts: ArtifactStore;
}

/** The same with a door before each write; reads go straight. Errors of a write: LeaseLostError. */
export function fenced<T extends Stores>(stores: T, actor: Pick<RunActor, "holds">, epoch: number): T {
  const { ports, results, artifacts } = stores;
  const { snapshots } = ports;
  const behind = async <R>(write: () => Promise<R>): Promise<R> => {
    // Asked each time: an answer of a second ago says nothing about now.
    if (!(await actor.holds(epoch))) throw new LeaseLostError("The lease of this attempt is over; nothing was stored.");
    return write();
  };
  return {
    ...stores,
    ports: {
      ...ports,
      snapshots: { put: (input) => behind(() => snapshots.put(input)), get: (ref) => snapshots.get(ref) },
    },
    results: { put: (key, body) => behind(() => results.put(key, body)), get: (ref) => results.get(ref) },
    artifacts: {
      put: (key, bytes, mediaType) => behind(() => artifacts.put(key, bytes, mediaType)),
      get: (key) => artifacts.get(key),
      read: (key) => artifacts.read(key),
      swap: (key, text, was, note) => behind(() => artifacts.swap(key, text, was, note)),
    },
  };
}
