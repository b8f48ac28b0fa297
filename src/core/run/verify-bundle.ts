/** Whether a run's file holds together: its log without a gap, its chain unbroken, its state what the log tells. */
import { canonicalJson } from "../../lib/canonical-json.ts";
import { ownJson } from "../../lib/rows.ts";
import { digestOf, manifestOf, type RunBundle, withoutQuiet } from "./bundle.ts";
import { linkText } from "./chain.ts";
import type { RunEvent } from "./events.ts";
import { evolve } from "./evolve.ts";
import type { RunState } from "./types.ts";
import { upgradeState } from "./upgrade.ts";

export interface BundleMismatch {
  /** `event 12`, `state.status`, `journal r0/start`. */
  readonly where: string;
  readonly expected: string;
  readonly found: string;
}

export interface BundleVerification {
  readonly checked: number;
  readonly mismatches: readonly BundleMismatch[];
}

type Sha256 = (text: string) => string;

/** Checks all that the file holds. `sha256` answers 64 lower-case hex digits. */
export function verifyBundle(bundle: RunBundle, sha256: Sha256): BundleVerification {
  const { state, damage } = readState(bundle);
  const replayed = replay(bundle);
  const mismatches = [
    ...checkLog(bundle, sha256),
    ...replayed.mismatches,
    ...damage,
    ...(state === null || replayed.state === null ? [] : compare(bundle, replayed.state, state)),
    ...(state === null ? [] : checkRun(bundle, state)),
    ...bundle.journal.flatMap((entry) => checkResult(entry, sha256)),
    ...checkWhole(bundle, sha256),
  ];
  return { checked: bundle.events.length * 2 + bundle.journal.length + Object.keys(bundle.state).length, mismatches };
}

function readState({ state, stateSchema }: RunBundle): { state: RunState | null; damage: readonly BundleMismatch[] } {
  try {
    return { state: upgradeState(state, stateSchema), damage: [] };
  } catch (thrown) {
    return { state: null, damage: [{ where: "state", expected: "a readable state", found: String(thrown) }] };
  }
}

function checkLog({ events, run }: RunBundle, sha256: Sha256): readonly BundleMismatch[] {
  // Of nothing, every claim is true.
  if (events.length === 0) return [{ where: "events", expected: "the log of the run", found: "none" }];
  let [previous, follows] = [run.runId, 1];
  return events.flatMap(({ seq, at, event, hash }): readonly BundleMismatch[] => {
    const wanted = sha256(linkText(previous, seq, at, event));
    const gap = { where: `event ${seq}`, expected: `sequence number ${follows}`, found: String(seq) };
    const broken = { where: `event ${seq}`, expected: `hash ${wanted}`, found: hash };
    const dense = seq === follows;
    // One that is missing is named once, and not again by each that comes after it.
    [previous, follows] = [hash, seq + 1];
    return [...(dense ? [] : [gap]), ...(hash === wanted ? [] : [broken])];
  });
}

/** Plays the log from nothing. Stops at the first entry that cannot follow. */
function replay({ events }: RunBundle): { state: RunState | null; mismatches: readonly BundleMismatch[] } {
  let state: RunState | null = null;
  for (const { seq, at, event } of events) {
    try {
      state = evolve(state, ownJson<RunEvent>(JSON.stringify(event), "event"), at);
    } catch (thrown) {
      const found = String(thrown);
      return { state: null, mismatches: [{ where: `event ${seq}`, expected: "an event that can follow", found }] };
    }
  }
  return { state, mismatches: [] };
}

/** The replayed state against the exported one, without what the log cannot tell. */
function compare(bundle: RunBundle, replayed: RunState, state: RunState): readonly BundleMismatch[] {
  const told = fieldsOf(withoutQuiet(replayed, bundle.chainedFrom));
  return [...fieldsOf(withoutQuiet(state, bundle.chainedFrom))].flatMap(([field, found]): readonly BundleMismatch[] => {
    const expected = told.get(field) ?? "nothing";
    return expected === found
      ? []
      : [{ where: `state.${field}`, expected: excerpt(expected, found), found: excerpt(found, expected) }];
  });
}

function fieldsOf(state: RunState): ReadonlyMap<string, string> {
  return new Map(Object.entries(state).map(([field, value]) => [field, canonicalJson(value)]));
}

/** The part of a long text where it differs from the other. */
function excerpt(text: string, other: string): string {
  let at = 0;
  while (at < text.length && text[at] === other[at]) at += 1;
  const from = Math.max(0, at - 40);
  return `${from > 0 ? "…" : ""}${text.slice(from, from + 160)}`;
}

/** What the file says about itself against the state it holds. */
function checkRun({ run, artifacts }: RunBundle, state: RunState): readonly BundleMismatch[] {
  const said: readonly [string, unknown, unknown][] = [
    ["run.runId", state.runId, run.runId],
    ["run.taskGid", state.taskGid, run.taskGid],
    ["run.version", state.version, run.version],
    ["run.status", state.status, run.status],
    ["artifacts", manifestOf(state), artifacts],
  ];
  return said.flatMap(([where, expected, found]) => {
    const [wanted, got] = [canonicalJson(expected), canonicalJson(found)];
    return wanted === got ? [] : [{ where, expected: excerpt(wanted, got), found: excerpt(got, wanted) }];
  });
}

/** What nothing above vouches for: journal entries beside their results, promises, fingerprints, words for the panel. */
function checkWhole(bundle: RunBundle, sha256: Sha256): readonly BundleMismatch[] {
  if (bundle.digest === undefined) return [];
  const found = digestOf(bundle, sha256);
  return found === bundle.digest ? [] : [{ where: "the file as a whole", expected: bundle.digest, found }];
}

function checkResult(entry: RunBundle["journal"][number], sha256: Sha256): readonly BundleMismatch[] {
  if (entry.result === null) return [];
  const found = sha256(entry.result);
  return found === entry.sha256
    ? []
    : [{ where: `journal ${entry.key}`, expected: entry.sha256 ?? "no result", found }];
}
