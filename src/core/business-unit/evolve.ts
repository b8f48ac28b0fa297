/** State and event in, next state out. Total, pure, and the only place a Business Unit changes. */
import { type EventOf, isEdit, isLogged, type UnitEvent } from "./events.ts";
import { applyRefresh } from "./evolve-refresh.ts";
import { assetKindOf } from "./fields.ts";
import { qualityRoundIdOf } from "./ids.ts";
import { assetIn } from "./queries.ts";
import { agendaAfter } from "./schedule.ts";
import { ASSET_OF, type Field, type FieldChange, type Instant, SOURCES, type UnitState } from "./types.ts";

/** Rounds that were closed are remembered for a while; the log keeps all of them. */
const MAX_CLOSED_ROUNDS = 20;

type Birth = EventOf<"unit.created" | "unit.adopted">;

function born(event: Birth, now: Instant): UnitState {
  const adopted = event.type === "unit.adopted" ? event : null;
  return {
    businessUnitId: event.businessUnitId,
    clientId: event.clientId,
    slug: event.slug,
    createdAt: adopted?.createdAt ?? now,
    archivedAt: adopted?.archivedAt ?? null,
    version: 1,
    fields: withChanges({}, event.changes, 1),
    tests: {},
    surface: adopted?.surface ?? null,
    refresh: null,
    refreshes: adopted?.refreshes ?? 0,
    epoch: 0,
    freshness: {},
    quotas: {},
    quality: [],
    agenda: { nextAt: null, lastDay: null },
    parked: [],
  };
}

/** The state after `event`. A unit begins by being created or adopted; anything else on nothing is a bug. */
export function evolve(state: UnitState | null, event: UnitEvent, now: Instant): UnitState {
  if (state === null) {
    if (event.type !== "unit.created" && event.type !== "unit.adopted")
      throw new Error(`A Business Unit begins with unit.created, not with ${event.type}.`);
    const first = born(event, now);
    return { ...first, agenda: agendaAfter(null, first, now) };
  }
  const version = isLogged(event) ? state.version + 1 : state.version;
  const applied = { ...apply(state, event, version, now), version };
  return { ...applied, agenda: agendaAfter(state, applied, now) };
}

function apply(state: UnitState, event: UnitEvent, version: number, now: Instant): UnitState {
  if (isEdit(event)) return edited(state, event.changes, version, now);
  switch (event.type) {
    case "source.tested":
      return { ...state, tests: { ...state.tests, [event.kind]: { ...event.test, at: now } } };
    case "surface.created": {
      const createdAt = state.surface?.createdAt ?? now;
      return { ...state, surface: { surfaceId: event.surfaceId, state: "active", createdAt } };
    }
    case "quota.noted":
      return { ...state, quotas: { ...state.quotas, [event.source]: { ...event.quota, at: now } } };
    case "quality.opened":
      return opened(state, event, version, now);
    case "quality.closed":
      return closed(state, event.roundId, now);
    case "schedule.put_off":
      return { ...state, agenda: { ...state.agenda, nextAt: event.nextAt } };
    case "effect.parked": {
      const parked = state.parked.filter(({ key }) => key !== event.key);
      return { ...state, parked: [...parked, { key: event.key, error: event.error, at: now }] };
    }
    case "effect.unparked":
    case "effect.dropped":
      return { ...state, parked: state.parked.filter(({ key }) => key !== event.key) };
    case "ops.acted":
      return state;
    default:
      return applyRefresh(state, event, now);
  }
}

function withChanges(
  fields: UnitState["fields"],
  changes: readonly FieldChange[],
  version: number,
): Readonly<Record<string, Field>> {
  return { ...fields, ...Object.fromEntries(changes.map(({ field, after }) => [field, { value: after, version }])) };
}

function edited(state: UnitState, changes: readonly FieldChange[], version: number, now: Instant): UnitState {
  const fields = withChanges(state.fields, changes, version);
  const archived = changes.find(({ field }) => field === "archived");
  const next = { ...state, fields };
  const moved = changes.reduce((at, change) => withoutOldAsset(at, change), next);
  if (archived === undefined) return moved;
  // What waited to be tried again does not begin by itself years later.
  return { ...moved, archivedAt: archived.after === true ? now : null, refresh: withoutRetries(moved.refresh) };
}

function withoutRetries(refresh: UnitState["refresh"]): UnitState["refresh"] {
  if (refresh === null) return null;
  const sources = Object.entries(refresh.sources).map(([source, one]) => [source, { ...one, nextTryAt: null }]);
  return { ...refresh, sources: Object.fromEntries(sources) };
}

/** What was known of another asset says nothing about the one that took its place. */
function withoutOldAsset(state: UnitState, { field, before, after }: FieldChange): UnitState {
  const kind = assetKindOf(field);
  if (kind === null || assetIn(kind, before)?.externalId === assetIn(kind, after)?.externalId) return state;
  const { [kind]: _test, ...tests } = state.tests;
  const source = SOURCES.find((one) => ASSET_OF[one] === kind);
  if (source === undefined) return { ...state, tests };
  const { [source]: _fresh, ...freshness } = state.freshness;
  const { [source]: _quota, ...quotas } = state.quotas;
  return { ...state, tests, freshness, quotas };
}

function opened(state: UnitState, event: EventOf<"quality.opened">, version: number, now: Instant): UnitState {
  const round = {
    roundId: qualityRoundIdOf(state.businessUnitId, version),
    source: event.source,
    check: event.check,
    detail: event.detail,
    openedAt: now,
    openedBy: state.refresh?.ingestionRunId ?? "",
    closedAt: null,
    closedBy: null,
  };
  return { ...state, quality: [...state.quality, round] };
}

function closed(state: UnitState, roundId: string, now: Instant): UnitState {
  const closedBy = state.refresh?.ingestionRunId ?? "";
  const all = state.quality.map((one) => (one.roundId === roundId ? { ...one, closedAt: now, closedBy } : one));
  const known = all.filter(({ closedAt }) => closedAt !== null).slice(-MAX_CLOSED_ROUNDS);
  return { ...state, quality: all.filter((one) => one.closedAt === null || known.includes(one)) };
}
