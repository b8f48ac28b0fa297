/** A Business Unit played in memory: commands in, state out, as the actor's turn does it, without any storage. */
import type { FieldWrite, NewUnit, UnitRefusal } from "../../src/core/business-unit/answers.ts";
import type { HeldWork, UnitCommand, UnitSettings } from "../../src/core/business-unit/commands.ts";
import { decide } from "../../src/core/business-unit/decide.ts";
import { type Effect, effectKey, effectsOf, standingEffects } from "../../src/core/business-unit/effects.ts";
import { isLogged, type UnitEvent } from "../../src/core/business-unit/events.ts";
import { evolve } from "../../src/core/business-unit/evolve.ts";
import type { SourceCounts, SourceOutcome } from "../../src/core/business-unit/lease.ts";
import type { Json, SourceName, UnitState } from "../../src/core/business-unit/types.ts";
import type { FailureRecord } from "../../src/core/errors.ts";

/** A Friday, ten in the morning in London. */
export const NOW = Date.UTC(2026, 10, 20, 10);
export const UNIT = "bu_plunkett";
export const UNIT_SETTINGS: UnitSettings = { leaseMs: 30_000 };

export interface PlayedUnit {
  readonly state: UnitState | null;
  readonly now: number;
}

export interface UnitTurn extends PlayedUnit {
  readonly events: readonly UnitEvent[];
  /** Keys of the promised effects, without repetition. */
  readonly effects: readonly string[];
  readonly refusal: UnitRefusal | null;
  /** Sequence numbers of the logged events. */
  readonly seqs: readonly number[];
}

/** One turn. */
export function turn({ state, now }: PlayedUnit, command: UnitCommand): UnitTurn {
  const decision = decide(state, command, now, UNIT_SETTINGS);
  let next = state;
  const promised: Effect[] = [...decision.effects];
  const seqs: number[] = [];
  for (const event of decision.events) {
    next = evolve(next, event, now);
    promised.push(...effectsOf(event));
    if (isLogged(event)) seqs.push(next.version);
  }
  if (seqs.length > 0) promised.push(...standingEffects());
  const effects = [...new Set(promised.map(effectKey))];
  return { state: next, now, events: decision.events, effects, refusal: decision.refusal, seqs };
}

type Step = UnitCommand | { readonly wait: number };

/** A state reached by commands, none of which may be refused; a second passes between two of them. */
export function played(from: PlayedUnit, ...steps: readonly Step[]): PlayedUnit {
  let { state, now } = from;
  for (const step of steps) {
    if (!("wait" in step)) {
      const result = turn({ state, now }, step);
      if (result.refusal !== null) throw new Error(`${step.type}: ${result.refusal.detail}`);
      state = result.state;
    }
    now += "wait" in step ? step.wait : 1_000;
  }
  return { state, now };
}

/** The state, which is there. */
export function stateOf({ state }: PlayedUnit): UnitState {
  if (state === null) throw new Error("There is no unit.");
  return state;
}

export const FIELDS: readonly FieldWrite[] = [
  { field: "name", value: "Plunkett" },
  { field: "timeZone", value: "Europe/London" },
  { field: "currency", value: "GBP" },
];
export const CREATED: NewUnit = {
  businessUnitId: UNIT,
  clientId: "cl_plunkett",
  slug: "plunkett",
  fields: FIELDS,
  by: "maya@agency.example",
  reason: "",
};
const by = "maya@agency.example";

export const create: UnitCommand = { type: "create", unit: CREATED };
export const asset = (externalId: string, label: string | null = null): Json => ({ externalId, label });
export const edit = (changes: Readonly<Record<string, Json>>, baseVersion: number | null = null): UnitCommand => ({
  type: "edit",
  changes: Object.entries(changes).map(([field, value]) => ({ field, value })),
  baseVersion,
  by,
  reason: "",
  restores: null,
});
export const SITE = asset("sc-domain:plunkett.example");
export const withSources: UnitCommand = edit({
  "sources.search_console_site": SITE,
  "sources.ga4_property": asset("350000002"),
});
export const request = (range: { start: string; end: string } | null = null): UnitCommand => ({
  type: "request_refresh",
  by,
  reason: "",
  range,
});
export const cancel: UnitCommand = { type: "cancel_refresh", by, reason: "" };
export const NOT_HELD: HeldWork = { all: null, sources: [] };
export const acquire = (attempt = 1, n = 1, held = NOT_HELD): UnitCommand => ({
  type: "acquire",
  ingestionRunId: `ing_${UNIT}_${n}`,
  attempt,
  held,
});
export const steps = (epoch: number, done = 1): UnitCommand => ({ type: "advance", epoch, done, next: null });
export const COUNTS: SourceCounts = { chunksDone: 14, chunksTotal: 14, rows: 900, facts: 80, changed: 3 };
export const failure = (kind: FailureRecord["kind"] = "retryable"): FailureRecord => ({
  kind,
  code: "upstream_down",
  message: "Google is down.",
  retryAfterMs: null,
});
export const finishSource = (epoch: number, source: SourceName, outcome: SourceOutcome): UnitCommand => ({
  type: "finish_source",
  epoch,
  source,
  counts: COUNTS,
  outcome,
  jitter: 1,
});
export const DONE: SourceOutcome = { status: "done", coveredTo: "2026-11-16" };
export const FAILED: SourceOutcome = { status: "failed", failure: failure() };
export const HELD: SourceOutcome = {
  status: "held_back",
  cause: { code: "gsc_sum", detail: "The sums differ." },
  coveredTo: null,
};
export const finish = (epoch: number): UnitCommand => ({ type: "finish", epoch });
export const fail = (epoch: number, kind: FailureRecord["kind"] = "retryable"): UnitCommand => ({
  type: "fail",
  epoch,
  failure: failure(kind),
  jitter: 1,
});
export const ops = (
  action: "release-lease" | "requeue" | "cancel" | "fire-timers" | "flush-outbox" | "reproject",
  promises = 1,
): UnitCommand => ({
  type: "ops",
  action,
  by: "ops@agency.example",
  reason: "looked stuck",
  promises,
});

const nobody: PlayedUnit = { state: null, now: NOW };
const bare = played(nobody, create);
const configured = played(bare, withSources);
const queued = played(configured, request());
const running = played(queued, acquire());
const backingOff = played(running, fail(1));
const partial = played(running, finishSource(1, "search_console", DONE), finishSource(1, "ga4", FAILED), finish(1));
const done = played(running, finishSource(1, "search_console", DONE), finishSource(1, "ga4", DONE), finish(1));
const failed = played(running, fail(1, "config"));
const cancelled = played(running, cancel);
const archived = played(done, edit({ archived: true }));

/** The states a unit can be in, as far as commands are told apart. */
export const SITUATIONS = {
  "nobody made it": nobody,
  "without sources": bare,
  configured,
  queued,
  running,
  "backing off": backingOff,
  "partly done": partial,
  done,
  failed,
  cancelled,
  archived,
} as const satisfies Record<string, PlayedUnit>;
