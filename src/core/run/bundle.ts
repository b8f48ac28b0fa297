/**
 * A run as one file: its log with the hashes, its state, journal, promises and the reports it names. What an export
 * holds, what the archive keeps and what an import reads.
 */
import * as v from "valibot";
import { canonicalJson } from "../../lib/canonical-json.ts";
import { type Budget, openBudget } from "./budget.ts";
import type { RunState } from "./types.ts";

/** Version of this file's shape. */
export const BUNDLE_SCHEMA = 1;

const Sha256 = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));

const BundleEventSchema = v.object({
  seq: v.number(),
  /** Milliseconds since the epoch. */
  at: v.number(),
  hash: Sha256,
  event: v.looseObject({ type: v.string() }),
});

const BundleJournalSchema = v.object({
  key: v.string(),
  round: v.number(),
  kind: v.picklist(["step", "effect"]),
  status: v.picklist(["intended", "done"]),
  epoch: v.number(),
  attempt: v.number(),
  at: v.number(),
  /** Digest of the recorded result; null for an intent. */
  sha256: v.nullable(Sha256),
  bytes: v.number(),
  /** The recorded result as it lies in the journal; null when it was left out for its size, and for an intent. */
  result: v.nullable(v.string()),
});
export type BundleJournal = v.InferOutput<typeof BundleJournalSchema>;

const BundleFileSchema = v.object({
  fileId: v.string(),
  name: v.string(),
  mediaType: v.string(),
  role: v.string(),
  bytes: v.number(),
  sha256: Sha256,
  objectKey: v.string(),
});

export const BundleSchema = v.object({
  schemaVersion: v.literal(BUNDLE_SCHEMA),
  kind: v.literal("team-agent-run"),
  /** The run as the panel shows it. */
  run: v.looseObject({ runId: v.string(), taskGid: v.string(), version: v.number(), status: v.string() }),
  /** Shape of `state`, see `upgrade.ts`. */
  stateSchema: v.number(),
  state: v.looseObject({}),
  /** Hashes before this entry were taken at a migration and prove nothing about the time before it. */
  chainedFrom: v.number(),
  events: v.array(BundleEventSchema),
  journal: v.array(BundleJournalSchema),
  /** Promises to the outside that were not kept yet. */
  outbox: v.array(v.looseObject({ key: v.string() })),
  /** Fingerprints of the Asana events that were taken. */
  inbox: v.array(v.object({ fingerprint: v.string(), at: v.number() })),
  artifacts: v.array(v.object({ artifactId: v.string(), version: v.number(), files: v.array(BundleFileSchema) })),
  /** Over all of the above, for what neither log nor state can vouch for; absent in files of before it was taken. */
  digest: v.optional(Sha256),
});
export type RunBundle = v.InferOutput<typeof BundleSchema>;

/** The digest of a file: over all it holds but the digest itself, in whatever order its keys were written. */
export function digestOf({ digest: _digest, ...rest }: RunBundle, sha256: (text: string) => string): string {
  return sha256(canonicalJson(rest));
}

/** The file as it leaves: what is changed in it afterwards shows. */
export function sealed(bundle: RunBundle, sha256: (text: string) => string): RunBundle {
  const { digest: _digest, ...rest } = bundle;
  return { ...rest, digest: digestOf(bundle, sha256) };
}

/** Reports of the run with where their bytes are. */
export function manifestOf(state: RunState): RunBundle["artifacts"] {
  return state.artifacts.map(({ artifactId, version, files }) => ({
    artifactId,
    version,
    files: files.map(({ fileId, name, mediaType, role, bytes, sha256, objectKey }) => ({
      fileId,
      name,
      mediaType,
      role,
      bytes,
      sha256,
      objectKey,
    })),
  }));
}

/** Results of all journal entries together that an export holds; what lies beyond is named by its digest. */
export const MAX_JOURNAL_BYTES = 2 * 1024 * 1024;

/** The journal within the bound of an export, newest results first to stay. */
export function boundedJournal(journal: readonly BundleJournal[]): BundleJournal[] {
  let left = MAX_JOURNAL_BYTES;
  const bounded = journal.toReversed().map((entry): BundleJournal => {
    left -= entry.bytes;
    return left < 0 ? { ...entry, result: null } : entry;
  });
  return bounded.toReversed();
}

/** What quiet events move: the log alone cannot tell it. */
const QUIET_LEFT_OUT = [
  "lease.expiresAt",
  "stepAtWork",
  "budget.used",
  "budget.beyond",
  "budget.reservations",
  "agenda",
] as const;
/** What the log of a run that began before its log was chained cannot tell either: some events were quiet then. */
const OLD_LEFT_OUT = ["seenStories", "question.seen", "conversationFrom", "registryVersion"] as const;

/** Fields of the state that a replay of the log cannot show; all others it must. */
export function leftOut(chainedFrom: number): readonly string[] {
  return chainedFrom > 1 ? [...QUIET_LEFT_OUT, ...OLD_LEFT_OUT] : QUIET_LEFT_OUT;
}

/** The state as far as the log tells it. */
export function withoutQuiet(state: RunState, chainedFrom = 1): RunState {
  const logged: RunState = {
    ...state,
    stepAtWork: null,
    agenda: { lookAt: 0, looks: 0, holdLookAt: null },
    // Set aside and settled with every call: only limits and questions are told by the log.
    budget: state.budget === null ? null : { ...openBudget(state.budget.limits), ...askedOf(state.budget) },
    lease: state.lease === null ? null : { ...state.lease, expiresAt: 0 },
  };
  if (chainedFrom <= 1) return logged;
  const question = state.question === null ? null : { ...state.question, seen: 0 };
  return { ...logged, seenStories: [], question, conversationFrom: null, registryVersion: 0 };
}

function askedOf({ base, questions, question }: Budget): Pick<Budget, "base" | "questions" | "question"> {
  return { base, questions, question };
}
