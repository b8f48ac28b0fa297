/** A Business Unit, its refresh and its history as the interface shows them. */
import type { EditView, IngestionRunView } from "../wire-registry.ts";
import type { UnitRecord } from "./answers.ts";
import { isEdit, type UnitEvent } from "./events.ts";
import { editIdOf } from "./ids.ts";
import type { RefreshContext } from "./lease.ts";
import {
  assetsOf,
  brandTermsOn,
  currencyOf,
  fieldValue,
  grantsOf,
  isActive,
  nameOf,
  pageGroupsOn,
  scheduleOf,
  settingsOf,
  timeZoneOf,
  usersOf,
} from "./queries.ts";
import { type Day, type Instant, type Json, type Refresh, SOURCES, type UnitState } from "./types.ts";

const iso = (at: Instant): string => new Date(at).toISOString();
const isoOrNull = (at: Instant | null): string | null => (at === null ? null : iso(at));

/** The cause of a refresh that a hold catches. */
export const HELD = "held";

/** Everything about the unit that its actor knows. */
export function recordOf(state: UnitState): UnitRecord {
  const { refresh, surface } = state;
  return {
    businessUnitId: state.businessUnitId,
    clientId: state.clientId,
    slug: state.slug,
    name: nameOf(state),
    timeZone: timeZoneOf(state),
    currency: currencyOf(state),
    createdAt: iso(state.createdAt),
    archivedAt: isoOrNull(state.archivedAt),
    version: state.version,
    sources: sourcesShown(state),
    context: contextShown(fieldValue(state, "context")),
    users: usersOf(state),
    settings: settingsOf(state).map(({ kind, from, value, version }) => ({
      kind,
      effectiveFrom: from,
      value,
      version,
    })),
    schedule: scheduleOf(state),
    grants: grantsOf(state),
    surface: surface === null ? null : { surfaceId: surface.surfaceId, state: surface.state },
    refresh: refresh === null ? null : { ingestionRunId: refresh.ingestionRunId, status: refresh.status },
    nextRefreshAt: isoOrNull(state.agenda.nextAt),
    freshness: SOURCES.flatMap((source) => {
      const fresh = state.freshness[source];
      return fresh === undefined ? [] : [{ source, ...fresh, at: iso(fresh.at) }];
    }),
    quality: state.quality
      .filter(({ closedAt }) => closedAt === null)
      .map(({ roundId, source, check, detail, openedAt }) => ({
        roundId,
        source,
        check,
        detail,
        openedAt: iso(openedAt),
      })),
  };
}

function sourcesShown(state: UnitState): UnitRecord["sources"] {
  return assetsOf(state).map(({ kind, externalId, label }) => {
    const test = state.tests[kind];
    const tested = test === undefined ? null : { ok: test.ok, at: iso(test.at), code: test.code, detail: test.detail };
    return { kind, externalId, label, tested };
  });
}

function contextShown(value: Json): UnitRecord["context"] {
  if (value === null || typeof value !== "object" || !("boxFolderId" in value)) return null;
  const { boxFolderId, boxFolderName = null } = value;
  return { boxFolderId: String(boxFolderId), boxFolderName: boxFolderName === null ? null : String(boxFolderName) };
}

/** What curation has to know on a day. */
export function refreshContextOf(state: UnitState, day: Day): RefreshContext {
  return {
    name: nameOf(state),
    timeZone: timeZoneOf(state),
    currency: currencyOf(state),
    brandTerms: brandTermsOn(state, day),
    pageGroups: pageGroupsOn(state, day),
  };
}

/** One refresh. */
export function ingestionRunOf(businessUnitId: string, refresh: Refresh): IngestionRunView {
  return {
    ingestionRunId: refresh.ingestionRunId,
    businessUnitId,
    kind: refresh.kind,
    status: refresh.status,
    requestedBy: refresh.requestedBy,
    reason: refresh.reason,
    range: refresh.range,
    attempt: refresh.attempt,
    sources: SOURCES.flatMap((source) => {
      const progress = refresh.sources[source];
      if (progress === undefined) return [];
      const { tries: _tries, nextTryAt, ...shown } = progress;
      return [{ source, ...shown, nextTryAt: isoOrNull(nextTryAt) }];
    }),
    cause: refresh.cause,
    requestedAt: iso(refresh.requestedAt),
    finishedAt: isoOrNull(refresh.finishedAt),
    waitingOn: waitingOn(refresh),
  };
}

function waitingOn(refresh: Refresh): IngestionRunView["waitingOn"] {
  const { lease, stepAtWork, cause, dueAt, startBy } = refresh;
  if (!isActive(refresh)) return null;
  if (lease !== null) {
    const detail = stepAtWork === null ? "A worker is at it." : `A worker is at it: ${stepAtWork}.`;
    return { detail, until: iso(lease.expiresAt) };
  }
  if (cause === null) return { detail: "Waiting for a free worker.", until: isoOrNull(startBy) };
  return { detail: cause.code === HELD ? cause.detail : `Trying again: ${cause.detail}`, until: iso(dueAt) };
}

/** The fields of an edit as entries of the history; none for events that are no edit. */
export function editsOf(
  businessUnitId: string,
  { seq, at, event }: { readonly seq: number; readonly at: Instant; readonly event: UnitEvent },
): readonly EditView[] {
  if (!isEdit(event)) return [];
  const adopted = event.type === "unit.adopted";
  const by = adopted ? "system" : event.by;
  const reason = adopted ? "Was in the registry before edits were kept." : event.reason;
  const restores = event.type === "unit.edited" ? event.restores : null;
  const editId = editIdOf(businessUnitId, seq);
  return event.changes.map(({ field, before, after }) => ({
    editId,
    field,
    version: seq,
    at: iso(at),
    by,
    reason,
    before,
    after,
    restores,
  }));
}
