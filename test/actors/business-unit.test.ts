/** The actor of a Business Unit: its writes and their rows, its refresh under a lease, its alarm; evicted in between. */
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, test } from "vitest";
import type { NewUnit } from "../../src/core/business-unit/answers.ts";
import { RetryableError } from "../../src/core/errors.ts";
import { addHold, removeHold } from "../../src/d1/holds.ts";
import { openIndex } from "../../src/d1/schema.ts";
import { processId } from "../../src/lib/process-id.ts";
import { enterWorld, type RunWorld } from "../support/run-world.ts";
import { type asset, COUNTS, FAILED, FIELDS, SITE } from "../support/unit-machine.ts";
import { evictUnit, freshUnit, inUnit, settleUnit, unitAlarm, unitOf, withUnit } from "./unit-hands.ts";

const db = env.PLATFORM_BUILD_DB;
let world: RunWorld;
let unit: string;
const CLIENT = "cl_unit-tests";
const OTHER_CLIENT = "cl_unit-tests-2";

beforeEach(async () => {
  world = enterWorld();
  unit = freshUnit();
  await db.prepare("DELETE FROM holds").run();
  for (const client of [CLIENT, OTHER_CLIENT])
    await db
      .prepare("INSERT OR IGNORE INTO clients (client_id, name, created_at) VALUES (?, ?, '2026-01-01T00:00:00.000Z')")
      .bind(client, client)
      .run();
});

const by = "maya@agency.example";
const newUnit = (change: Partial<NewUnit> = {}): NewUnit => ({
  businessUnitId: unit,
  clientId: CLIENT,
  slug: unit.slice(3),
  fields: FIELDS,
  by,
  reason: "",
  ...change,
});
const create = () => unitOf(unit).create(newUnit());
const edit = (
  changes: Readonly<Record<string, Parameters<typeof asset>[0] | object | null>>,
  baseVersion: number | null = null,
) =>
  unitOf(unit).edit({
    changes: Object.entries(changes).map(([field, value]) => ({ field, value: JSON.parse(JSON.stringify(value)) })),
    baseVersion,
    by,
    reason: "",
  });
const own = (n: number): { site: object; property: object } => ({
  site: Object(SITE),
  property: { externalId: String(n), label: null },
});

/** The ids of this unit's sources are its own, or other tests' units would share them. */
async function configured(): Promise<void> {
  await create();
  const n = Number(unit.slice("bu_test-".length));
  await edit({
    "sources.search_console_site": { externalId: `sc-domain:test-${n}.example`, label: null },
    "sources.ga4_property": own(n).property,
  });
}

async function row<T extends object>(sql: string): Promise<T | null> {
  return db.prepare(sql).bind(unit).first<T>();
}
const value = <T>(answer: { ok: true; value: T } | { ok: false; refusal: unknown }): T => {
  if (!answer.ok) throw new Error(JSON.stringify(answer.refusal));
  return answer.value;
};

describe("a write", () => {
  test("can be read in the index when it is answered, with its history", async () => {
    const made = value(await create());
    expect(made).toMatchObject({ editId: `edit_${unit}_1`, shared: [], unit: { version: 1, name: "Plunkett" } });
    const edited = value(await edit({ name: "Plunkett & Sons", "settings.brand_terms.2026-01-01": ["PLK"] }, 1));
    expect(
      await row("SELECT name, version, slug, time_zone, brand_terms FROM business_units WHERE business_unit_id = ?"),
    ).toEqual({
      name: "Plunkett & Sons",
      version: 2,
      slug: unit.slice(3),
      time_zone: "Europe/London",
      brand_terms: '["plk"]',
    });
    const history = await db
      .prepare("SELECT field, before, after FROM admin_edit_history WHERE edit_id = ? ORDER BY field")
      .bind(edited.editId)
      .all();
    expect(history.results).toEqual([
      { field: "name", before: '"Plunkett"', after: '"Plunkett & Sons"' },
      { field: "settings.brand_terms.2026-01-01", before: null, after: '["plk"]' },
    ]);
  });

  test("fills and empties the rows that hang on the unit", async () => {
    await create();
    await db
      .prepare(
        "INSERT OR IGNORE INTO staff_users (user_id, name, email, created_at) VALUES ('user_ut', 'Ut', 'ut@agency.example', '2026')",
      )
      .run();
    await edit({
      "sources.website": { externalId: "https://ut.example/", label: "Shop" },
      "users.user_ut": "approver",
      "users.user_nobody": "viewer",
      context: { boxFolderId: "12", boxFolderName: "Ut" },
      "settings.budgets.2026-01-01": [{ source: "meta", amount: 9, currency: "gbp" }],
    });
    value(await unitOf(unit).createSurface(by));
    const counts = () =>
      row(`SELECT (SELECT count(*) FROM source_assets WHERE business_unit_id = ?1) AS sources,
        (SELECT group_concat(user_id || ' ' || role) FROM business_unit_roles WHERE business_unit_id = ?1) AS roles,
        (SELECT box_folder_name FROM context_bindings WHERE business_unit_id = ?1) AS context,
        (SELECT value FROM business_unit_settings WHERE business_unit_id = ?1) AS setting,
        (SELECT state FROM dashboard_surface_configurations WHERE business_unit_id = ?1) AS surface,
        (SELECT count(*) FROM subscription_data_views WHERE business_unit_id = ?1) AS products`);
    expect(await counts()).toEqual({
      sources: 1,
      roles: "user_ut approver",
      context: "Ut",
      setting: '[{"source":"meta","amount":9,"currency":"GBP"}]',
      surface: "active",
      products: 1,
    });
    await edit({ "sources.website": null, "users.user_ut": null, context: null, "settings.budgets.2026-01-01": null });
    expect(await counts()).toMatchObject({ sources: 0, roles: null, context: null, setting: null, surface: "active" });
  });

  test("of two who looked at the same version, the second is told the difference, also after an eviction", async () => {
    await create();
    value(await edit({ name: "Hers" }, 1));
    await evictUnit(unit);
    expect(await edit({ name: "Mine" }, 1)).toMatchObject({
      ok: false,
      refusal: {
        code: "stale_write",
        differences: [{ field: "name", yours: "Mine", current: "Hers", base: "Plunkett" }],
      },
    });
  });

  test("is undone as a new edit", async () => {
    await create();
    const { editId } = value(await edit({ name: "Typo", currency: "EUR" }));
    const restored = value(await unitOf(unit).restore(editId ?? "", null, by, "typo"));
    expect(restored.unit).toMatchObject({ name: "Plunkett", currency: "GBP" });
    expect(await unitOf(unit).restore(`edit_${unit}_1`, null, by, "")).toMatchObject({
      ok: false,
      refusal: { code: "no_such_edit" },
    });
    expect(await unitOf(unit).restore("edit_x_1", null, by, "")).toMatchObject({
      ok: false,
      refusal: { code: "no_such_edit" },
    });
  });

  test("is answered while D1 is down, and shown when it is back", async () => {
    await create();
    world.faults.fail("projectUnit", new RetryableError("d1_down", "D1 is down."), { times: 1 });
    expect(value(await edit({ name: "Later" })).unit.name).toBe("Later");
    expect(await row("SELECT name FROM business_units WHERE business_unit_id = ?")).toEqual({ name: "Plunkett" });
    await evictUnit(unit);
    world.now += 60_000;
    await settleUnit(world, unit);
    expect(await row("SELECT name FROM business_units WHERE business_unit_id = ?")).toEqual({ name: "Later" });
    expect(await row("SELECT count(*) AS n FROM admin_edit_history WHERE scope_id = ? AND field = 'name'")).toEqual({
      n: 2,
    });
  });

  test("to a unit that is not there leaves no trace of it", async () => {
    expect(await unitOf(unit).edit({ changes: [], baseVersion: null, by, reason: "" })).toMatchObject({
      refusal: { code: "no_such_unit" },
    });
    expect([
      await unitOf(unit).record(),
      await unitOf(unit).events(0, 9),
      await unitOf(unit).inspect(),
      await unitOf(unit).reproject(),
      await unitOf(unit).poke(),
    ]).toEqual([null, null, null, false, "nobody"]);
    expect(await inUnit(unit, (state) => state.storage.sql.exec("SELECT name FROM sqlite_master").toArray())).toEqual(
      [],
    );
  });

  test("that is late never takes the place of a newer one", async () => {
    await create();
    await db
      .prepare("UPDATE business_units SET version = 99, name = 'Newer' WHERE business_unit_id = ?")
      .bind(unit)
      .run();
    await edit({ name: "Older", "sources.website": { externalId: "https://old.example/", label: null } });
    expect(await row("SELECT name FROM business_units WHERE business_unit_id = ?")).toEqual({ name: "Newer" });
    expect(await row("SELECT kind FROM source_assets WHERE business_unit_id = ?")).toBeNull();
  });
});

describe("an id of an upstream", () => {
  const site = () => ({ "sources.website": { externalId: `https://${unit.slice(3)}.shared.example/`, label: null } });
  const otherUnit = async (clientId: string) => {
    const other = freshUnit();
    value(await unitOf(other).create(newUnit({ businessUnitId: other, slug: other.slice(3), clientId })));
    return (changes: object) =>
      unitOf(other).edit({
        changes: Object.entries(changes).map(([field, one]) => ({ field, value: one })),
        baseVersion: null,
        by,
        reason: "",
      });
  };

  test("of another client's unit is refused with its name, until that unit gives it up", async () => {
    await create();
    value(await edit(site()));
    const theirs = await otherUnit(OTHER_CLIENT);
    expect(await theirs(site())).toMatchObject({ refusal: { code: "source_belongs_elsewhere", businessUnitId: unit } });
    await edit({ "sources.website": null });
    await settleUnit(world, unit);
    expect(await theirs(site())).toMatchObject({ ok: true });
  });

  test("of a sibling is shared, and the answer says with whom", async () => {
    await create();
    value(await edit(site()));
    const sibling = await otherUnit(CLIENT);
    expect(await sibling(site())).toMatchObject({
      ok: true,
      value: { shared: [{ kind: "website", businessUnitId: unit }] },
    });
  });

  test("that was claimed for an edit that was refused is free again", async () => {
    await create();
    await edit({ name: "Hers" });
    expect(await edit({ ...site(), name: "Mine" }, 1)).toMatchObject({ refusal: { code: "stale_write" } });
    await settleUnit(world, unit);
    expect(await row("SELECT kind FROM source_claims WHERE business_unit_id = ?")).toBeNull();
  });

  test("that a turn under way has just taken is not given back in between", async () => {
    await create();
    world.meanwhile = async (verb) => {
      if (verb !== "claim") return;
      world.meanwhile = async () => undefined;
      await unitOf(unit).reproject();
    };
    const taken = edit(site());
    value(await taken);
    expect(await row("SELECT kind FROM source_claims WHERE business_unit_id = ?")).toEqual({ kind: "website" });
  });

  test("that an edit took while others were settled is not given back by what the settling knew before", async () => {
    await configured();
    world.meanwhile = async (verb) => {
      if (verb !== "claim") return;
      world.meanwhile = async () => undefined;
      value(await edit(site()));
    };
    await unitOf(unit).reproject();
    expect(await row("SELECT kind FROM source_claims WHERE business_unit_id = ? AND kind = 'website'")).not.toBeNull();
  });

  test("that two clients want at once goes to one of them", async () => {
    await create();
    const theirs = await otherUnit(OTHER_CLIENT);
    const answers = await Promise.all([edit(site()), theirs(site())]);
    expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
  });
});

describe("a refresh", () => {
  const request = () => unitOf(unit).requestRefresh({ by, reason: "", range: null });
  const first = () => `ing_${unit}_1`;

  test("is one at a time, and the second who asks is told of it", async () => {
    await configured();
    const [one, two] = await Promise.all([request(), request()]);
    expect([one, two].filter(({ ok }) => ok)).toHaveLength(1);
    expect([one, two].find(({ ok }) => !ok)).toMatchObject({
      refusal: { code: "refresh_in_progress", ingestionRunId: first() },
    });
    expect(await row("SELECT status, kind FROM ingestion_runs WHERE business_unit_id = ?")).toEqual({
      status: "queued",
      kind: "manual",
    });
  });

  test("is promised by message, lent with its epoch in D1, journalled, and ends in the index, evicted before every word", async () => {
    await configured();
    value(await request());
    await settleUnit(world, unit);
    const [message] = world.refreshes;
    expect(message).toMatchObject({
      type: "business-unit-refresh",
      businessUnitId: unit,
      ingestionRunId: first(),
      attempt: 1,
    });
    const calm = async <T>(call: () => Promise<T>): Promise<T> => {
      await evictUnit(unit);
      return call();
    };
    const actor = unitOf(unit);
    const grant = value(await calm(() => actor.acquire(first(), 1)));
    expect(grant).toMatchObject({ epoch: 1, ingestionRunId: first(), requestedAt: world.now, journal: [] });
    expect(grant.plan.map(({ source }) => source)).toEqual(["search_console", "ga4"]);
    expect(await row("SELECT epoch FROM refresh_fences WHERE business_unit_id = ?")).toEqual({ epoch: 1 });
    value(await calm(() => actor.beginStep(1, "k", "Reading")));
    value(await calm(() => actor.commitStep(1, "k", "Reading", world.now, '{"inline":1}')));
    value(
      await calm(() => actor.sourceProgress(1, "search_console", COUNTS, { remaining: 5, limit: 9, resetsAt: null })),
    );
    value(await calm(() => actor.checked(1, "search_console", [{ check: "c", ok: false, detail: "Differs." }])));
    value(
      await calm(() => actor.finishSource(1, "search_console", COUNTS, { status: "done", coveredTo: "2040-11-10" })),
    );
    value(await calm(() => actor.finishSource(1, "ga4", COUNTS, FAILED)));
    value(await calm(() => actor.finish(1)));
    await settleUnit(world, unit);
    expect(await row("SELECT status FROM ingestion_runs WHERE business_unit_id = ?")).toEqual({ status: "partial" });
    const record = await actor.record();
    expect(record).toMatchObject({
      refresh: { status: "partial" },
      freshness: [{ source: "search_console", coveredTo: "2040-11-10" }],
      quality: [{ check: "c" }],
    });
    expect(await actor.ingestionRun(first())).toMatchObject({
      status: "partial",
      sources: [{ status: "done" }, { status: "failed" }],
    });
  });

  test("goes on from the journal when its worker died, and the dead one can write nothing", async () => {
    await configured();
    value(await request());
    const actor = unitOf(unit);
    value(await actor.acquire(first(), 1));
    value(
      await actor.advance(1, [{ kind: "step", key: "k", label: "K", startedAt: world.now, result: "1" }], {
        kind: "step",
        key: "l",
        label: "L",
      }),
    );
    expect(await actor.acquire(first(), 1)).toMatchObject({ refusal: { code: "lease_held" } });
    await evictUnit(unit);
    world.now += world.leaseMs;
    await settleUnit(world, unit);
    expect(world.refreshes.at(-1)).toMatchObject({ attempt: 2 });
    const grant = value(await actor.acquire(first(), 2));
    expect(grant).toMatchObject({ epoch: 2, journal: [{ key: "k", status: "done", result: "1" }] });
    expect(await row("SELECT epoch FROM refresh_fences WHERE business_unit_id = ?")).toEqual({ epoch: 2 });
    expect([await actor.holds(1), await actor.holds(2)]).toEqual([false, true]);
    for (const late of [
      actor.commitStep(1, "x", "X", 0, "2"),
      actor.heartbeat(1),
      actor.finish(1),
      actor.continueLater(1),
    ])
      expect(await late).toMatchObject({ refusal: { code: "fenced" } });
  });

  test("is not lent while D1 does not know its epoch", async () => {
    await configured();
    value(await request());
    world.faults.fail("fence", new RetryableError("d1_down", "D1 is down."), { times: 1 });
    await withUnit(unit, (actor) => expect(actor.acquire(first(), 1)).rejects.toThrow(/D1 is down/));
    expect(await unitOf(unit).holds(1)).toBe(false);
    expect(await unitOf(unit).acquire(first(), 1)).toMatchObject({ ok: true });
  });

  test("waits while a hold catches its client, and reads without a source whose upstream is held", async () => {
    await configured();
    value(await request());
    const index = openIndex(db);
    const hold = { holdId: unit, value: "", reason: "incident", by: "Tom", createdAt: "2040-01-01T00:00:00.000Z" };
    await addHold(index, { ...hold, scope: "client", value: CLIENT });
    expect(await unitOf(unit).acquire(first(), 1)).toMatchObject({ refusal: { code: "withheld" } });
    expect((await unitOf(unit).ingestionRun(first()))?.waitingOn?.detail).toContain(
      "Tom holds the work for this client: incident",
    );
    await removeHold(index, unit);
    await addHold(index, { ...hold, scope: "upstream", value: "ga4" });
    expect(await unitOf(unit).acquire(first(), 1)).toMatchObject({ refusal: { code: "stale_attempt" } });
    world.now += 5 * 60_000;
    await settleUnit(world, unit);
    expect(world.refreshes.at(-1)).toMatchObject({ attempt: 1 });
    const grant = value(await unitOf(unit).acquire(first(), 1));
    expect(grant.plan.map(({ source }) => source)).toEqual(["search_console"]);
    expect(grant.sources.ga4).toMatchObject({ status: "postponed", cause: { code: "held" } });
    await removeHold(index, unit);
  });

  test("that is stopped and asked for anew while its lease is lent is not lent under an epoch D1 does not know", async () => {
    await configured();
    value(await request());
    world.meanwhile = async (verb) => {
      if (verb !== "fence") return;
      world.meanwhile = async () => undefined;
      await unitOf(unit).cancelRefresh(by, "");
    };
    expect(await unitOf(unit).acquire(first(), 1)).toMatchObject({ refusal: { code: "stale_attempt" } });
    expect(await unitOf(unit).holds(1)).toBe(false);
    value(await request());
    expect(value(await unitOf(unit).acquire(`ing_${unit}_2`, 1)).epoch).toBe(2);
    expect(await row("SELECT epoch FROM refresh_fences WHERE business_unit_id = ?")).toEqual({ epoch: 2 });
  });

  test("finds nothing of an earlier one in its journal", async () => {
    await configured();
    value(await request());
    value(await unitOf(unit).acquire(first(), 1));
    value(await unitOf(unit).commitStep(1, "k", "K", world.now, "1"));
    value(await unitOf(unit).cancelRefresh(by, ""));
    value(await request());
    const left = await inUnit(unit, ({ storage }) => storage.sql.exec("SELECT key FROM journal").toArray());
    expect(left).toEqual([]);
  });

  test("that is stopped leaves a fence no worker of it passes", async () => {
    await configured();
    value(await request());
    value(await unitOf(unit).acquire(first(), 1));
    expect(await unitOf(unit).cancelRefresh(by, "wrong property")).toMatchObject({ value: { status: "cancelled" } });
    await settleUnit(world, unit);
    expect(await row("SELECT epoch FROM refresh_fences WHERE business_unit_id = ?")).toEqual({ epoch: 2 });
    expect(await unitOf(unit).cancelRefresh(by, "")).toMatchObject({ refusal: { code: "wrong_state" } });
  });

  test("whose worker lived in a process that is gone goes on at once after a start", async () => {
    await configured();
    value(await request());
    value(await unitOf(unit).acquire(first(), 1, processId()));
    await unitOf(unit).touch();
    expect(await unitOf(unit).holds(1)).toBe(true);
    await inUnit(unit, (state) => void state.storage.sql.exec("UPDATE home SET process = 'another'"));
    await unitOf(unit).touch();
    expect(await unitOf(unit).holds(1)).toBe(false);
    expect(await unitOf(unit).acquire(first(), 2)).toMatchObject({ ok: true });
  });

  test("whose message was lost with the queue is sent again at once after a start", async () => {
    await configured();
    value(await request());
    await settleUnit(world, unit);
    world.refreshes.length = 0;
    await unitOf(unit).touch();
    await settleUnit(world, unit);
    expect(world.refreshes).toEqual([]);
    await unitOf(unit).touch(true);
    await settleUnit(world, unit);
    expect(world.refreshes).toMatchObject([{ attempt: 1 }]);
    value(await unitOf(unit).acquire(first(), 1));
    await unitOf(unit).touch(true);
    await settleUnit(world, unit);
    expect(world.refreshes).toHaveLength(1);
  });

  test("begins every day by alarm, also when the alarm got lost and the actor is asked", async () => {
    await configured();
    await settleUnit(world, unit);
    const due = (await unitAlarm(unit)) ?? 0;
    expect((await unitOf(unit).record())?.nextRefreshAt).toBe(new Date(due).toISOString());
    await inUnit(unit, (state) => state.storage.deleteAlarm());
    await evictUnit(unit);
    world.now = due;
    expect(await unitOf(unit).poke()).toBe("poked");
    await settleUnit(world, unit);
    expect((await unitOf(unit).ingestionRun(first()))?.kind).toBe("scheduled");
    expect(await row("SELECT wake_at IS NOT NULL AS woken FROM business_units WHERE business_unit_id = ?")).toEqual({
      woken: 1,
    });
  });

  test("gives back its lease, fails and is tried again", async () => {
    await configured();
    value(await request());
    value(await unitOf(unit).acquire(first(), 1));
    value(await unitOf(unit).continueLater(1));
    value(await unitOf(unit).acquire(first(), 2));
    value(
      await unitOf(unit).fail(2, { kind: "retryable", code: "r2_down", message: "R2 is down.", retryAfterMs: null }),
    );
    expect(await unitOf(unit).ingestionRun(first())).toMatchObject({
      status: "queued",
      attempt: 3,
      cause: { code: "r2_down" },
    });
  });
});

describe("a unit that stood in D1 before it had an actor", () => {
  beforeEach(async () => {
    await db.batch([
      db
        .prepare(
          `INSERT INTO business_units (business_unit_id, client_id, name, time_zone, currency, brand_terms, page_groups, created_at)
         VALUES (?, ?, 'Seeded', 'Europe/London', 'GBP', '["seed"]', '[{"label":"Blog","prefix":"/blog/"}]', '2026-01-02T03:04:05.000Z')`,
        )
        .bind(unit, CLIENT),
      db
        .prepare(
          "INSERT INTO source_assets (business_unit_id, kind, external_id, created_at) VALUES (?, 'website', ?, '2026')",
        )
        .bind(unit, `https://${unit.slice(3)}.example/`),
      db
        .prepare(
          "INSERT INTO source_assets (business_unit_id, kind, external_id, created_at) VALUES (?, 'ga4_property', 'not a number', '2026')",
        )
        .bind(unit),
      db.prepare(
        "INSERT OR IGNORE INTO staff_users (user_id, name, email, created_at) VALUES ('user_ut', 'Ut', 'ut@agency.example', '2026')",
      ),
      db
        .prepare("INSERT INTO business_unit_roles (business_unit_id, user_id, role) VALUES (?, 'user_ut', 'approver')")
        .bind(unit),
      db
        .prepare(
          "INSERT INTO context_bindings (business_unit_id, box_folder_id, updated_at) VALUES (?, '2880', '2026')",
        )
        .bind(unit),
    ]);
  });

  test("is taken over once, with what it had that is right, and owns its ids", async () => {
    const [one, two] = await Promise.all([unitOf(unit).record(), unitOf(unit).record()]);
    expect(one).toEqual(two);
    expect(one).toMatchObject({
      version: 1,
      name: "Seeded",
      slug: unit.slice(3),
      createdAt: "2026-01-02T03:04:05.000Z",
      sources: [{ kind: "website" }],
      users: [{ userId: "user_ut", role: "approver" }],
      context: { boxFolderId: "2880", boxFolderName: null },
      settings: [{ kind: "brand_terms", effectiveFrom: "2000-01-01", value: ["seed"] }, { kind: "page_groups" }],
    });
    await settleUnit(world, unit);
    expect(await row("SELECT version, brand_terms FROM business_units WHERE business_unit_id = ?")).toEqual({
      version: 1,
      brand_terms: '["seed"]',
    });
    expect(
      await row("SELECT group_concat(kind ORDER BY kind) AS kinds FROM source_claims WHERE business_unit_id = ?"),
    ).toEqual({ kinds: "box_folder,website" });
    expect((await unitOf(unit).events(0, 10))?.map(({ type }) => type)).toEqual(["unit.adopted"]);
  });

  test("is not made a second time", async () => {
    expect(await create()).toMatchObject({ refusal: { code: "unit_exists" } });
  });
});

describe("the log", () => {
  test("cannot be changed, and each entry carries the digest of the one before", async () => {
    await configured();
    await inUnit(unit, ({ storage }) => {
      expect(() => storage.sql.exec("UPDATE unit_events SET event = '{}'")).toThrow(/append-only/);
      expect(() => storage.sql.exec("DELETE FROM unit_events")).toThrow(/append-only/);
      const hashes = storage.sql.exec("SELECT hash FROM unit_events ORDER BY seq").toArray();
      expect(new Set(hashes.map(({ hash }) => String(hash))).size).toBe(2);
    });
  });
});

describe("people who run the system", () => {
  test("see timers, lease, outbox and journal, and act with a word why", async () => {
    await configured();
    value(await unitOf(unit).requestRefresh({ by, reason: "", range: null }));
    value(await unitOf(unit).acquire(`ing_${unit}_1`, 1));
    value(await unitOf(unit).commitStep(1, "k", "K", world.now, '{"secret":"no"}'));
    const seen = JSON.parse((await unitOf(unit).inspect()) ?? "{}");
    expect(seen).toMatchObject({ epoch: 1, lease: { attempt: 1 }, journal: [{ key: "k", status: "done" }] });
    expect(JSON.stringify(seen)).not.toContain("secret");
    value(await unitOf(unit).act("release-lease", "ops@agency.example", "stuck"));
    value(await unitOf(unit).act("flush-outbox", "ops@agency.example", "now"));
    expect(await unitOf(unit).holds(1)).toBe(false);
    expect((await unitOf(unit).events(0, 100))?.at(-1)?.summary).toBe(
      "ops@agency.example asked for “Flush outbox”: now",
    );
  });

  test("have lost rows written again, row for row", async () => {
    await configured();
    value(await unitOf(unit).requestRefresh({ by, reason: "", range: null }));
    await settleUnit(world, unit);
    const rows = async () =>
      Promise.all(
        ["business_units", "source_assets", "ingestion_runs", "source_claims"]
          .map((table) =>
            db.prepare(`SELECT * FROM ${table} WHERE business_unit_id = ? ORDER BY 1, 2`).bind(unit).all(),
          )
          .concat(db.prepare("SELECT * FROM admin_edit_history WHERE scope_id = ? ORDER BY 1, 2").bind(unit).all())
          .map(async (all) => (await all).results),
      );
    const before = await rows();
    for (const table of [
      "source_claims",
      "ingestion_runs",
      "source_assets",
      "subscription_data_views",
      "business_units",
    ])
      await db.prepare(`DELETE FROM ${table} WHERE business_unit_id = ?`).bind(unit).run();
    await db.prepare("DELETE FROM admin_edit_history WHERE scope_id = ?").bind(unit).run();
    expect(await unitOf(unit).reproject()).toBe(true);
    expect(await rows()).toEqual(before);
  });
});

describe("a socket", () => {
  /** What the socket is told; `until` waits for so many frames of a type. */
  async function watch(since = "") {
    const response = await unitOf(unit).fetch(
      new Request(`https://unit/live${since}`, { headers: { upgrade: "websocket" } }),
    );
    const frames: { type: string }[] = [];
    const waiting = new Set<() => void>();
    response.webSocket?.addEventListener("message", ({ data }) => {
      frames.push(JSON.parse(String(data)));
      for (const look of waiting) look();
    });
    response.webSocket?.accept();
    const until = (type: string, count: number): Promise<void> =>
      new Promise((resolve) => {
        const look = () => {
          if (frames.filter((frame) => frame.type === type).length >= count) resolve();
        };
        waiting.add(look);
        look();
      });
    return { frames, until, close: () => response.webSocket?.close() };
  }

  test("tells where things stand, then every event and the refresh as it gets on", async () => {
    await configured();
    const { frames, until, close } = await watch();
    await until("snapshot", 1);
    expect(frames).toMatchObject([{ type: "snapshot", refresh: null, seq: 2, events: [{ seq: 1 }, { seq: 2 }] }]);
    value(await unitOf(unit).requestRefresh({ by, reason: "", range: null }));
    value(await unitOf(unit).acquire(`ing_${unit}_1`, 1));
    value(await unitOf(unit).sourceProgress(1, "ga4", COUNTS, null));
    await until("refresh", 3);
    expect(frames.filter(({ type }) => type === "event")).toMatchObject([{ event: { seq: 3 } }, { event: { seq: 4 } }]);
    expect(frames.at(-1)).toMatchObject({
      type: "refresh",
      refresh: { sources: [{}, { source: "ga4", status: "running", rows: 900 }] },
    });
    close();
  });

  test("resumes after what it has seen, also over an eviction", async () => {
    await configured();
    await evictUnit(unit);
    const { frames, until, close } = await watch("?since=1");
    await until("resume", 1);
    expect(frames).toMatchObject([{ type: "resume", events: [{ seq: 2 }], seq: 2 }]);
    close();
  });

  test("of a long absence is not sent as one message: who comes back then gets a snapshot", async () => {
    await create();
    await inUnit(unit, ({ storage }) => {
      const many = `WITH RECURSIVE n (seq) AS (SELECT 2 UNION ALL SELECT seq + 1 FROM n WHERE seq < 1500)
        INSERT INTO unit_events SELECT seq, 0, 'effect.unparked', '{"type":"effect.unparked","key":"project"}', '' FROM n`;
      storage.sql.exec(many);
      storage.sql.exec(`UPDATE unit_state SET version = 1500, state = json_set(state, '$.version', 1500)`);
    });
    await evictUnit(unit);
    const { frames, until, close } = await watch("?since=1");
    await until("snapshot", 1);
    expect(frames).toMatchObject([{ type: "snapshot", seq: 1_500, events: { length: 100 } }]);
    close();
  });
});
