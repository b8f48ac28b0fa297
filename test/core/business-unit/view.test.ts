import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { describe as wordsOf } from "../../../src/core/business-unit/describe.ts";
import type { UnitEvent } from "../../../src/core/business-unit/events.ts";
import { assetIn, scheduleOf, settingsOf, timeZoneOf } from "../../../src/core/business-unit/queries.ts";
import type { Refresh } from "../../../src/core/business-unit/types.ts";
import { ingestionRunOf, recordOf } from "../../../src/core/business-unit/view.ts";
import { IngestionRunSchema } from "../../../src/core/wire-registry.ts";
import {
  acquire,
  COUNTS,
  edit,
  NOW,
  type PlayedUnit,
  played,
  SITUATIONS,
  stateOf,
  UNIT,
} from "../../support/unit-machine.ts";

const refreshOf = (at: PlayedUnit): Refresh => {
  const { refresh } = stateOf(at);
  if (refresh === null) throw new Error("There is no refresh.");
  return refresh;
};
const shown = (at: PlayedUnit) => ingestionRunOf(UNIT, refreshOf(at));

describe("a unit", () => {
  test("is shown with everything its actor knows", () => {
    const whole = played(
      SITUATIONS["partly done"],
      edit({
        "users.user_maya": "approver",
        context: { boxFolderId: "12", boxFolderName: "Plunkett" },
        "grants.pacer/pacing": { by: "Maya", at: "2026-11-23T06:00:00.000Z" },
        "grants.pacer/other": { by: "Maya", at: "2026-11-23T06:00:00.000Z" },
        "settings.targets.2026-01-01": [{ metric: "search.clicks", grain: "month", value: 5_000 }],
      }),
      { type: "create_surface", by: "Maya" },
      {
        type: "note_test",
        kind: "ga4_property",
        test: { ok: false, code: "forbidden", detail: "No access.", externalId: "350000002" },
      },
    );
    expect(recordOf(stateOf(whole))).toMatchObject({
      businessUnitId: UNIT,
      clientId: "cl_plunkett",
      slug: "plunkett",
      name: "Plunkett",
      timeZone: "Europe/London",
      currency: "GBP",
      archivedAt: null,
      sources: [
        { kind: "ga4_property", externalId: "350000002", tested: { ok: false, code: "forbidden" } },
        { kind: "search_console_site", externalId: "sc-domain:plunkett.example", tested: null },
      ],
      context: { boxFolderId: "12", boxFolderName: "Plunkett" },
      users: [{ userId: "user_maya", role: "approver" }],
      settings: [{ kind: "targets", effectiveFrom: "2026-01-01" }],
      schedule: { hour: 6, enabled: true },
      grants: [
        { agent: "pacer", purpose: "other" },
        { agent: "pacer", purpose: "pacing", grantedBy: "Maya", grantedAt: "2026-11-23T06:00:00.000Z" },
      ],
      surface: { surfaceId: `surface_${UNIT}`, state: "active" },
      refresh: { ingestionRunId: "ing_bu_plunkett_1", status: "partial" },
      freshness: [{ source: "search_console", coveredTo: "2026-11-16" }],
      quality: [],
    });
    const plain = played(whole, edit({ context: { boxFolderId: "12" } }));
    expect(recordOf(stateOf(plain)).context?.boxFolderName).toBeNull();
  });

  test("shows the checks that fail now", () => {
    const checks = [{ check: "c", ok: false, detail: "d" }];
    const at = played(SITUATIONS.running, { type: "checked", epoch: 1, source: "ga4", checks });
    expect(recordOf(stateOf(at)).quality).toMatchObject([{ check: "c", source: "ga4", detail: "d" }]);
    const passed = played(at, {
      type: "checked",
      epoch: 1,
      source: "ga4",
      checks: [{ check: "c", ok: true, detail: "" }],
    });
    expect(recordOf(stateOf(passed)).quality).toEqual([]);
  });

  test("without anything is shown all the same, and archived with when", () => {
    expect(recordOf(stateOf(SITUATIONS["without sources"]))).toMatchObject({
      refresh: null,
      surface: null,
      context: null,
      nextRefreshAt: null,
    });
    expect(recordOf(stateOf(SITUATIONS.archived)).archivedAt).toMatch(/^2026-11-20T/);
  });

  test("whose stored values have another shape reads them as not set", () => {
    const fields = {
      timeZone: { value: 7, version: 1 },
      schedule: { value: "daily", version: 1 },
      "users.user_a": { value: null, version: 1 },
      "settings.targets.2026-01-01": { value: null, version: 1 },
    };
    expect([timeZoneOf({ fields }), scheduleOf({ fields }), settingsOf({ fields })]).toEqual([
      "",
      { hour: 6, enabled: true },
      [],
    ]);
    expect(assetIn("website", "x")).toBeNull();
    const state = { ...stateOf(SITUATIONS.configured), fields };
    expect(recordOf(state)).toMatchObject({ users: [], sources: [] });
  });
});

describe("a refresh", () => {
  test("is shown as the interface expects it, in every situation", () => {
    for (const at of Object.values(SITUATIONS))
      if (at.state?.refresh) expect(v.is(IngestionRunSchema, shown(at))).toBe(true);
  });

  test("says what it waits on while it is not over", () => {
    expect(shown(SITUATIONS.queued).waitingOn?.detail).toBe("Waiting for a free worker.");
    expect(shown(SITUATIONS.running).waitingOn?.detail).toBe("A worker is at it.");
    const step = played(SITUATIONS.running, { type: "begin_step", epoch: 1, label: "Reading GA4" });
    expect(shown(step).waitingOn?.detail).toBe("A worker is at it: Reading GA4.");
    expect(shown(SITUATIONS["backing off"]).waitingOn?.detail).toBe("Trying again: Google is down.");
    const held = acquire(1, 1, { all: { code: "held", detail: "Tom holds all work." }, sources: [] });
    expect(shown(played(SITUATIONS.queued, held)).waitingOn?.detail).toBe("Tom holds all work.");
    expect(shown(SITUATIONS.done).waitingOn).toBeNull();
  });
});

const edited = {
  type: "unit.edited",
  changes: [{ field: "name", before: "A", after: "B" }],
  by: "Maya",
  reason: "typo",
  restores: null,
} as const;
const counted = { source: "ga4", counts: COUNTS } as const;

test.each<[UnitEvent, string]>([
  [
    { type: "unit.created", businessUnitId: UNIT, clientId: "c", slug: "s", changes: [], by: "Maya", reason: "" },
    "Maya created the Business Unit.",
  ],
  [
    {
      type: "unit.adopted",
      businessUnitId: UNIT,
      clientId: "c",
      slug: "s",
      changes: [],
      createdAt: NOW,
      archivedAt: null,
      surface: null,
      refreshes: 0,
    },
    "Taken over from the registry.",
  ],
  [edited, "Maya changed name: typo"],
  [{ ...edited, restores: "edit_x_1" }, "Maya set name back: typo"],
  [
    { type: "source.tested", kind: "website", test: { ok: true, code: "ok", detail: "It answers.", externalId: "x" } },
    "Tested website: It answers.",
  ],
  [{ type: "surface.created", surfaceId: "s", by: "Maya" }, "Maya created the dashboard."],
  [{ type: "quality.opened", source: "ga4", check: "c", detail: "d" }, "A check of GA4 fails (c): d"],
  [{ type: "quality.closed", roundId: "q" }, "A check that failed passes again (q)."],
  [{ type: "effect.parked", key: "project", error: "down" }, "Could not do “project”, tried every hour: down"],
  [{ type: "effect.unparked", key: "project" }, "“project” is done after all."],
  [{ type: "effect.dropped", key: "project", error: "down" }, "Gave up on “project”: down"],
  [{ type: "ops.acted", action: "requeue", by: "Tom", reason: "stuck" }, "Tom asked for “Queue again”: stuck"],
  [
    {
      type: "refresh.requested",
      ingestionRunId: "i",
      kind: "manual",
      by: "Maya",
      reason: "",
      range: { start: "a", end: "b" },
      plan: [],
      day: null,
    },
    "Maya asked for data of a to b.",
  ],
  [
    { type: "refresh.promised", attempt: 2, dueAt: 1, cause: { code: "c", detail: "d" }, barrenAttempts: 0, again: [] },
    "Attempt 2 is promised: d",
  ],
  [
    { type: "refresh.promised", attempt: 2, dueAt: 1, cause: null, barrenAttempts: 0, again: [] },
    "Attempt 2 is promised.",
  ],
  [
    { type: "refresh.put_off", dueAt: 1, cause: { code: "held", detail: "Tom holds all work." } },
    "The refresh waits: Tom holds all work.",
  ],
  [{ type: "refresh.resent", attempt: 2 }, "Nobody took attempt 2; its message was sent again."],
  [{ type: "lease.granted", epoch: 1, attempt: 2, expiresAt: 1 }, "Attempt 2 is at work."],
  [{ type: "lease.renewed", expiresAt: 1 }, "The worker gave a sign of life."],
  [{ type: "lease.lapsed", epoch: 1 }, "The worker's lease is over."],
  [{ type: "step.begun", label: "Reading" }, "Reading began."],
  [{ type: "step.done" }, "A step is done."],
  [{ type: "source.progressed", ...counted }, "GA4: 14 of 14."],
  [
    { type: "quota.noted", source: "meta", quota: { remaining: 3, limit: null, resetsAt: null } },
    "Meta allows 3 more.",
  ],
  [
    { type: "source.finished", ...counted, status: "done", cause: null, nextTryAt: null, coveredTo: "d" },
    "GA4 is done: 900 rows, 80 facts, 3 of them changed.",
  ],
  [
    {
      type: "source.finished",
      ...counted,
      status: "held_back",
      cause: { code: "c", detail: "Sums differ." },
      nextTryAt: null,
      coveredTo: null,
    },
    "GA4 was held back: Sums differ.",
  ],
  [{ type: "refresh.ended", status: "partial", cause: null }, "The refresh is done in part."],
  [{ type: "schedule.put_off", nextAt: 1 }, "The daily refresh waits for the one at work."],
])("%j is told as “%s”", (event, words) => {
  expect(wordsOf(event)).toBe(words);
});
