/**
 * A run that ended long ago lies in R2 and leaves a stub with key and digest in its actor. It reads the same from there;
 * when something stirs it is put back first. A copy of another system's run lies there too, and is never put back.
 */
import { ARCHIVE_DAMAGED, PermanentError, RetryableError } from "../../core/errors.ts";
import { taskGidOf } from "../../core/ids.ts";
import { BundleSchema, boundedJournal, type RunBundle, sealed } from "../../core/run/bundle.ts";
import type { RunEvent } from "../../core/run/events.ts";
import { ARCHIVE_AFTER_MS, isTerminal } from "../../core/run/queries.ts";
import type { RunState } from "../../core/run/types.ts";
import { upgradeState } from "../../core/run/upgrade.ts";
import { verifyBundle } from "../../core/run/verify-bundle.ts";
import { summaryOf } from "../../core/run/view.ts";
import { sha256Now } from "../../lib/digest.ts";
import { parseJson, readAs } from "../../lib/json.ts";
import { ownJson } from "../../lib/rows.ts";
import type { ChainedEvent } from "../event-log.ts";
import type { ArchiveStub } from "./archive-rows.ts";
import type { RunDeps } from "./deps.ts";
import type { RunStore } from "./store.ts";

/** A run that was put back, or that still has something to send, is looked at again after this. */
const LOOK_AGAIN_MS = 24 * 60 * 60_000;

/** A run wherever it lies. */
export interface RunRecord {
  readonly state: RunState;
  /** null: in the actor. */
  readonly stub: ArchiveStub | null;
  /** Entries of the log after `since`, at most `limit`. */
  events(since: number, limit: number): readonly ChainedEvent<RunEvent>[];
  bundle(): RunBundle;
}

export class RunArchive {
  readonly #store: RunStore;
  readonly #deps: () => RunDeps;
  /** What was read from R2, by digest; it cannot change. */
  #cached: { readonly sha256: string; readonly bundle: RunBundle } | null = null;

  constructor(store: RunStore, deps: () => RunDeps) {
    this.#store = store;
    this.#deps = deps;
  }

  /** The run, from its rows or from the archive; null when nobody ever reported the task. */
  async record(): Promise<RunRecord | null> {
    const stub = this.#store.stub();
    if (stub === null) return this.#ownRecord();
    const bundle = await this.#read(stub);
    const events = eventsOf(bundle);
    return {
      state: upgradeState(bundle.state, bundle.stateSchema),
      stub,
      events: (since, limit) => events.filter(({ seq }) => seq > since).slice(0, limit),
      bundle: () => bundle,
    };
  }

  #ownRecord(): RunRecord | null {
    const state = this.#store.readState();
    if (state === null) return null;
    const store = this.#store;
    return {
      // Read when it is asked for: a turn may come between this and the use of it, and a socket would miss its events.
      get state() {
        return store.readState() ?? state;
      },
      stub: null,
      events: (since, limit) => store.eventsSince(since, limit),
      bundle: () => store.bundle(store.readState() ?? state),
    };
  }

  /** The run as a file to take away, with the results of its steps up to a bound. */
  async exported(): Promise<string | null> {
    const bundle = (await this.record())?.bundle() ?? null;
    return bundle === null ? null : textOf({ ...bundle, journal: boundedJournal(bundle.journal) });
  }

  async #read(stub: ArchiveStub): Promise<RunBundle> {
    if (this.#cached?.sha256 === stub.sha256) return this.#cached.bundle;
    const text = await this.#deps().archive.get(stub.objectKey);
    if (text === null || sha256Now(text) !== stub.sha256)
      throw new PermanentError(ARCHIVE_DAMAGED, `The archived run ${stub.objectKey} is gone or changed.`);
    const bundle = parsed(text);
    this.#cached = { sha256: stub.sha256, bundle };
    return bundle;
  }

  /** Moves a run that ended long ago out of the actor: put, read back, compare, and only then the rows go. */
  async putAway(): Promise<void> {
    const { archive, now, showOnBoard } = this.#deps();
    const state = this.#store.readState();
    if (state === null || !isTerminal(state.status)) return;
    const dueAt = state.updatedAt + ARCHIVE_AFTER_MS;
    if (dueAt > now() || this.#store.promises() > 0) {
      this.#later(Math.max(dueAt, now() + LOOK_AGAIN_MS));
      return;
    }
    const text = textOf(this.#store.bundle(state));
    const sha256 = sha256Now(text);
    const objectKey = `archive/runs/${state.runId}/${sha256}.json`;
    if ((await archive.get(objectKey)) !== text) await archive.put(objectKey, text);
    if ((await archive.get(objectKey)) !== text)
      throw new RetryableError("archive_unlike", `The archive does not hold what was written to ${objectKey}.`);
    // From here on the object is where the run is found, should the index be lost.
    await showOnBoard(summaryOf(state), true);
    this.#store.transaction(() => {
      const current = this.#store.readState();
      // Something stirred while R2 was written.
      if (current === null || textOf(this.#store.bundle(current)) !== text)
        throw new RetryableError("archive_overtaken", "The run changed while it was put into the archive.");
      this.#store.putAway({ objectKey, sha256, version: state.version, archivedAt: now(), imported: false });
    });
  }

  #later(at: number): void {
    const now = this.#deps().now();
    this.#store.transaction(() => {
      this.#store.enqueue({ kind: "archive" }, at, now);
      this.#store.arm(this.#store.earliestDue(), now);
    });
  }

  /** Puts an archived run back into its rows. Answers false for a copy, which stays where it is. */
  async bringBack(): Promise<boolean> {
    const stub = this.#store.stub();
    if (stub === null) return true;
    if (stub.imported) return false;
    const bundle = await this.#read(stub);
    const state = upgradeState(bundle.state, bundle.stateSchema);
    const { now, project } = this.#deps();
    // First, so that the sweep comes by again before there is anything an alarm could be lost for.
    await project(summaryOf(state));
    // Another call may have been faster.
    if (this.#store.stub() === null) return true;
    this.#store.transaction(() => {
      this.#store.takeBack(bundle, state, eventsOf(bundle));
      this.#store.enqueue({ kind: "archive" }, now() + LOOK_AGAIN_MS, now());
      this.#store.arm(this.#store.earliestDue(), now());
    });
    return true;
  }

  /** Takes in another system's run as a copy to look at. Answers why not, or null. */
  async importCopy(text: string): Promise<string | null> {
    const json = parseJson(text);
    const read = json.ok ? readAs(BundleSchema, json.value) : json;
    if (!read.ok) return `This is no run bundle: ${read.problem}.`;
    const [first] = verifyBundle(read.value, sha256Now).mismatches;
    if (first !== undefined) return `The bundle does not hold together at ${first.where}. "npm run verify" tells more.`;
    if (this.#store.exists) return "There is a run of this task already.";
    const { run } = read.value;
    // The row of the index and the objects are named by the run's id: a file may not write over another run's.
    if (taskGidOf(run.runId) !== run.taskGid) return `The bundle calls task ${run.taskGid} the run ${run.runId}.`;
    const { archive, now } = this.#deps();
    const sha256 = sha256Now(text);
    const objectKey = `archive/runs/${run.runId}/${sha256}.json`;
    await archive.put(objectKey, text);
    if (this.#store.exists) return "There is a run of this task already.";
    this.#store.transaction(() => {
      this.#store.putAway({ objectKey, sha256, version: run.version, archivedAt: now(), imported: true });
    });
    return null;
  }
}

/** The file, in the archive and taken away: the same text of the same run. */
function textOf(bundle: RunBundle): string {
  return JSON.stringify(sealed(bundle, sha256Now));
}

function parsed(text: string): RunBundle {
  const json = parseJson(text);
  const read = json.ok ? readAs(BundleSchema, json.value) : json;
  if (!read.ok) throw new PermanentError(ARCHIVE_DAMAGED, `An archived run is unreadable: ${read.problem}.`);
  // The text itself: parsing sorts keys, and an export from here has to be the one from the rows.
  return ownJson<RunBundle>(text, "archived run");
}

/** The log of a bundle; what wrote it was this actor or was verified when it was taken in. */
function eventsOf(bundle: RunBundle): readonly ChainedEvent<RunEvent>[] {
  return bundle.events.map(({ seq, at, hash, event }) => ({
    seq,
    at,
    hash,
    event: ownJson<RunEvent>(JSON.stringify(event), "event"),
  }));
}
