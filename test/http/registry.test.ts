/** The Admin Registry through its routes, over the real actors of Business Units. */
import { runDurableObjectAlarm } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { ask, type Desk, newDesk } from "./hands.ts";

let desk: Desk;
const BOSS = { "X-Agency-OS-Staff": "boss@agency.example" };

beforeEach(() => {
  desk = newDesk();
});

beforeAll(async () => {
  await env.PLATFORM_BUILD_DB.prepare(
    "INSERT INTO staff_users (user_id, name, email, asana_user_gid, agency_role, created_at) VALUES ('user_boss', 'Boss', 'boss@agency.example', NULL, 'admin', '2026'), ('user_ann', 'Ann', 'ann@agency.example', '14', NULL, '2026'), ('user_bob', 'Bob', 'bob@agency.example', NULL, NULL, '2026')",
  ).run();
});

interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown> & {
    readonly businessUnitId: string;
    readonly version: number;
    readonly items: readonly Record<string, unknown>[];
    readonly readiness: { readonly label: string; readonly findings: readonly { readonly field: string }[] };
  };
}

async function call(
  method: string,
  path: string,
  body?: object,
  headers: Record<string, string> = BOSS,
): Promise<Answer> {
  const init = body === undefined ? { headers } : { headers, body: JSON.stringify(body) };
  const response = await ask(desk, method, path, init);
  return { status: response.status, body: await response.json<Answer["body"]>() };
}

let names = 0;

/** A client and a Business Unit nobody else has. */
async function newUnit(clientId?: string): Promise<{ clientId: string; id: string; path: string; name: string }> {
  names += 1;
  const name = `Brand ${names} ${crypto.randomUUID().slice(0, 6)}`;
  const owner =
    clientId ?? String((await call("POST", "/admin-registry/clients", { name: `Client of ${name}` })).body.clientId);
  const made = await call("POST", "/admin-registry/business-units", {
    clientId: owner,
    name,
    timeZone: "Europe/Dublin",
    currency: "EUR",
  });
  expect(made.status).toBe(201);
  const id = made.body.businessUnitId;
  return { clientId: owner, id, path: `/admin-registry/business-units/${id}`, name };
}

const fieldsOf = ({ body }: Answer) => body.readiness.findings.map((finding) => finding.field);

describe("a client from nothing to ready", () => {
  test("clears its findings one by one, with a read after each write", async () => {
    const { path, id } = await newUnit();
    const start = await call("GET", path);
    expect([start.body.readiness.label, fieldsOf(start)]).toEqual([
      "Setup needed",
      ["sources.search_console_site", "sources.ga4_property", "context", "users"],
    ]);
    await call("PUT", `${path}/sources/search_console_site`, {
      externalId: `sc-domain:${id.replaceAll("_", "-")}.example`,
    });
    await call("PUT", `${path}/sources/ga4_property`, { externalId: `properties/${Math.floor(Math.random() * 1e9)}` });
    expect(fieldsOf(await call("GET", path))).toEqual(["context", "users"]);
    await call("PUT", `${path}/context`, { boxFolderId: "288000000001", boxFolderName: "Goals" });
    await call("PUT", `${path}/users/user_bob`, { role: "consultant" });
    expect((await call("GET", `${path}/readiness`)).body.findings).toMatchObject([
      { code: "staff_unmapped", what: "Bob, Boss are not mapped to an Asana user." },
    ]);
    await call("PUT", `${path}/users/user_ann`, { role: "approver" });
    expect((await call("GET", `${path}/readiness`)).body).toMatchObject({ label: "Dashboard needed", findings: [] });
    const surface = await call("POST", `${path}/dashboard-surface`);
    const again = await call("POST", `${path}/dashboard-surface`);
    expect([surface.body.surface, again.body.surface]).toEqual([
      again.body.surface,
      { surfaceId: expect.any(String), state: "active" },
    ]);
    expect((await call("GET", path)).body.readiness.label).toBe("Ready");
    const { results } = await env.PLATFORM_BUILD_DB.prepare(
      "SELECT state FROM dashboard_surface_configurations WHERE business_unit_id = ?",
    )
      .bind(id)
      .all();
    expect(results).toEqual([{ state: "active" }]);
  });
});

describe("ids of sources", () => {
  test.each([
    ["ga4_property", "GA-123"],
    ["search_console_site", "example.com"],
    ["google_ads_customer", "12345"],
    ["meta_ad_account", "act_x"],
    ["website", "ftp://x.example"],
  ])("of the kind %s are refused when they cannot be: %s", async (kind, externalId) => {
    const { path } = await newUnit();
    const refused = await call("PUT", `${path}/sources/${kind}`, { externalId });
    expect([refused.status, refused.body.code]).toEqual([400, "bad_field"]);
    expect((await call("GET", path)).body.sources).toEqual([]);
  });

  test("that another client uses are refused by name, those of a sibling warned of", async () => {
    const first = await newUnit();
    const sibling = await newUnit(first.clientId);
    const stranger = await newUnit();
    const externalId = String(700_000_000 + names);
    expect((await call("PUT", `${first.path}/sources/ga4_property`, { externalId })).status).toBe(200);
    const refused = await call("PUT", `${stranger.path}/sources/ga4_property`, { externalId });
    expect([refused.status, refused.body.code]).toEqual([409, "source_belongs_elsewhere"]);
    expect(String(refused.body.detail)).toContain(first.name);
    // Who may not see the other client does not learn its name here.
    await call("PUT", `${stranger.path}/users/user_bob`, { role: "admin" });
    const bob = { "X-Agency-OS-Staff": "bob@agency.example" };
    const blind = await call("PUT", `${stranger.path}/sources/ga4_property`, { externalId }, bob);
    expect([blind.status, String(blind.body.detail)]).toEqual([409, "This id is in use for another client."]);
    const warned = await call("PUT", `${sibling.path}/sources/ga4_property`, { externalId });
    expect([warned.status, warned.body.warnings]).toMatchObject([200, [{ detail: expect.stringContaining(first.id) }]]);
    // Free again once nobody of that client uses it.
    await call("DELETE", `${first.path}/sources/ga4_property`);
    await call("DELETE", `${sibling.path}/sources/ga4_property`);
    for (const { id } of [first, sibling]) await runDurableObjectAlarm(env.BUSINESS_UNIT.getByName(id));
    expect((await call("PUT", `${stranger.path}/sources/ga4_property`, { externalId })).status).toBe(200);
  });

  test("of a client that no actor was asked about yet are refused all the same", async () => {
    const { path } = await newUnit();
    const db = env.PLATFORM_BUILD_DB;
    await db.batch([
      db.prepare("INSERT INTO clients (client_id, name, created_at) VALUES ('cl_older', 'Older', '2026')"),
      db.prepare(
        "INSERT INTO business_units (business_unit_id, client_id, name, time_zone, currency, created_at) VALUES ('bu_older', 'cl_older', 'Older', 'UTC', 'EUR', '2026')",
      ),
      db.prepare(
        "INSERT INTO source_assets (business_unit_id, kind, external_id, created_at) VALUES ('bu_older', 'ga4_property', '4141', '2026')",
      ),
      db.prepare(
        "INSERT INTO context_bindings (business_unit_id, box_folder_id, updated_at) VALUES ('bu_older', '4242', '2026')",
      ),
    ]);
    const answers = [
      await call("PUT", `${path}/sources/ga4_property`, { externalId: "4141" }),
      await call("PUT", `${path}/context`, { boxFolderId: "4242" }),
    ];
    for (const { status, body } of answers)
      expect([status, body.detail]).toEqual([
        409,
        "This id belongs to Older, bu_older, a Business Unit of another client.",
      ]);
    expect((await call("PUT", `${path}/sources/hubspot_account`, { externalId: "4242" })).status).toBe(200);
  });

  test("of a unit in the archive stay its own until they are removed there", async () => {
    const first = await newUnit();
    const stranger = await newUnit();
    const externalId = String(500_000_000 + names);
    await call("PUT", `${first.path}/sources/ga4_property`, { externalId });
    await call("PATCH", first.path, { archived: true });
    await runDurableObjectAlarm(env.BUSINESS_UNIT.getByName(first.id));
    const refused = await call("PUT", `${stranger.path}/sources/ga4_property`, { externalId });
    expect([refused.status, refused.body.detail]).toEqual([
      409,
      `This id belongs to ${first.name}, ${first.id} (archived), a Business Unit of another client.`,
    ]);
    expect((await call("PUT", `${first.path}/sources/ga4_property`, { externalId: "7" })).status).toBe(409);
    expect((await call("DELETE", `${first.path}/sources/ga4_property`)).status).toBe(200);
    await runDurableObjectAlarm(env.BUSINESS_UNIT.getByName(first.id));
    expect((await call("PUT", `${stranger.path}/sources/ga4_property`, { externalId })).status).toBe(200);
  });

  test("are also the folder of a client's context: no other client's Business Unit is given it", async () => {
    const first = await newUnit();
    const sibling = await newUnit(first.clientId);
    const stranger = await newUnit();
    const context = { boxFolderId: String(300_000_000 + names) };
    expect((await call("PUT", `${first.path}/context`, context)).status).toBe(200);
    const refused = await call("PUT", `${stranger.path}/context`, context);
    expect([refused.status, refused.body.code]).toEqual([409, "source_belongs_elsewhere"]);
    expect(String(refused.body.detail)).toContain(`${first.name}, ${first.id}`);
    const shared = await call("PUT", `${sibling.path}/context`, context);
    expect([shared.status, shared.body.warnings]).toMatchObject([
      200,
      [{ detail: expect.stringContaining(first.name) }],
    ]);
    for (const { path, id } of [first, sibling]) {
      await call("PUT", `${path}/context`, { boxFolderId: `${context.boxFolderId}${names}` });
      await runDurableObjectAlarm(env.BUSINESS_UNIT.getByName(id));
    }
    expect((await call("PUT", `${stranger.path}/context`, context)).status).toBe(200);
  });

  test("and names of clients one may not see are named in no refusal and no warning", async () => {
    const other = await newUnit();
    const own = await newUnit();
    const sibling = await newUnit(own.clientId);
    const externalId = String(600_000_000 + names);
    const set = await call("PUT", `${own.path}/sources/ga4_property`, { externalId });
    const gone = await call("DELETE", `${own.path}/sources/ga4_property`);
    await runDurableObjectAlarm(env.BUSINESS_UNIT.getByName(own.id));
    await call("PUT", `${other.path}/sources/ga4_property`, { externalId });
    await call("PUT", `${own.path}/users/user_bob`, { role: "admin" });
    const bob = { "X-Agency-OS-Staff": "bob@agency.example" };
    const answers = [
      await call("PATCH", own.path, { name: other.name }, bob),
      await call("PUT", `${own.path}/sources/ga4_property`, { externalId }, bob),
      await call("POST", `${own.path}/edit-history/${String(gone.body.editId)}/restore`, {}, bob),
    ];
    expect(answers.map(({ status, body }) => [status, body.code])).toEqual([
      [409, "duplicate"],
      [409, "source_belongs_elsewhere"],
      [409, "source_belongs_elsewhere"],
    ]);
    await call("PUT", `${sibling.path}/sources/ga4_property`, { externalId: `1${externalId}` });
    const warned = await call("PUT", `${own.path}/sources/ga4_property`, { externalId: `1${externalId}` }, bob);
    expect(warned.body.warnings).toHaveLength(1);
    for (const { body } of [...answers, warned]) {
      for (const hidden of [other, sibling]) {
        expect(JSON.stringify(body)).not.toContain(hidden.id);
        // The name somebody typed comes back to them in nothing but their own words.
        expect(String(body.detail)).not.toContain(hidden.name);
      }
    }
    expect(set.status).toBe(200);
  });

  test("are looked at on request, and how they answered is a finding until they change", async () => {
    const { path } = await newUnit();
    await call("PUT", `${path}/sources/meta_ad_account`, { externalId: String(800_000_000 + names) });
    const tested = await call("POST", `${path}/sources/meta_ad_account/test`);
    expect(tested.body.sources).toMatchObject([{ kind: "meta_ad_account", tested: { ok: false, code: "looked" } }]);
    expect(fieldsOf(tested)).toContain("sources.meta_ad_account");
    const changed = await call("PUT", `${path}/sources/meta_ad_account`, { externalId: String(900_000_000 + names) });
    expect(changed.body.sources).toMatchObject([{ tested: null }]);
    expect((await call("POST", `${path}/sources/ga4_property/test`)).status).toBe(409);
  });
});

describe("a write", () => {
  test("over a field that somebody changed meanwhile is a conflict with both values, over another it is not", async () => {
    const { path, name } = await newUnit();
    const { version } = (await call("GET", path)).body;
    expect((await call("PATCH", path, { currency: "USD", version })).status).toBe(200);
    const other = await call("PATCH", path, { timeZone: "Europe/London", version });
    expect([other.status, other.body.currency, other.body.timeZone]).toEqual([200, "USD", "Europe/London"]);
    const stale = await call("PATCH", path, { currency: "GBP", name: `${name} new`, version });
    expect([stale.status, stale.body.code, stale.body.difference, stale.body.version]).toEqual([
      409,
      "stale_write",
      [{ field: "currency", yours: "GBP", current: "USD", base: "EUR" }],
      other.body.version,
    ]);
    expect((await call("GET", path)).body).toMatchObject({ currency: "USD", name });
    const ifMatch = await call("PATCH", path, { currency: "GBP" }, { ...BOSS, "If-Match": `"${version}"` });
    expect(ifMatch.status).toBe(409);
  });

  test("that changes nothing leaves no line, one that does says who, what and why, and can be restored", async () => {
    const { path, name } = await newUnit();
    const renamed = await call("PATCH", path, { name: `${name} Ltd`, reason: "Registered name." });
    expect((await call("PATCH", path, { name: `${name} Ltd` })).body.editId).toBeNull();
    const [line] = (await call("GET", `${path}/edit-history`)).body.items;
    expect(line).toMatchObject({
      editId: renamed.body.editId,
      field: "name",
      by: "boss@agency.example",
      reason: "Registered name.",
      before: name,
      after: `${name} Ltd`,
      restores: null,
    });
    const restored = await call("POST", `${path}/edit-history/${String(line?.editId)}/restore`, { reason: "Back." });
    expect([restored.status, restored.body.name, restored.body.slug]).toEqual([200, name, renamed.body.slug]);
    const [newest] = (await call("GET", `${path}/edit-history`)).body.items;
    expect(newest).toMatchObject({ restores: line?.editId, before: `${name} Ltd`, after: name });
    expect((await call("POST", `${path}/edit-history/nothing/restore`)).status).toBe(404);
  });

  test("of settings holds from its day on, by kind", async () => {
    const { path } = await newUnit();
    const target = [{ metric: "gsc.clicks", grain: "month", value: 1_000 }];
    await call("PUT", `${path}/settings/targets`, { effectiveFrom: "2026-01-01", value: target });
    const set = await call("PUT", `${path}/settings/brand_terms`, {
      effectiveFrom: "2026-02-01",
      value: ["Brand", "brand"],
    });
    expect(set.body.settings).toMatchObject([
      { kind: "brand_terms", effectiveFrom: "2026-02-01", value: ["brand"] },
      { kind: "targets", effectiveFrom: "2026-01-01", value: target },
    ]);
    const refused = await call("PUT", `${path}/settings/targets`, { effectiveFrom: "2026-13-01", value: target });
    expect([refused.status, refused.body.code]).toEqual([400, "bad_field"]);
    for (const value of [[{ ...target[0], metric: "gsc.nothing" }], [...target, ...target]])
      expect((await call("PUT", `${path}/settings/targets`, { effectiveFrom: "2026-03-01", value })).status).toBe(400);
    const budget = { source: "meta", amount: 100, currency: "EUR" };
    const set2 = (value: object[]) => call("PUT", `${path}/settings/budgets`, { effectiveFrom: "2026-03-01", value });
    expect([(await set2([budget])).status, (await set2([budget, budget])).body.detail]).toEqual([
      200,
      "meta has more than one budget.",
    ]);
  });

  test("that is about a version no one can read is refused, about any or an older one of an untouched field it is not", async () => {
    const { path } = await newUnit();
    const write = (match: string) =>
      call("PUT", `${path}/schedule`, { hour: match.length, enabled: true }, { ...BOSS, "if-match": match });
    for (const match of ["", "abc", "-1", "1.5", '"1", "2"'])
      expect((await write(match)).body.code).toBe("bad_if_match");
    expect([(await write('W/"1"')).status, (await write("*")).status, (await write('"1"')).status]).toEqual([
      200, 200, 409,
    ]);
  });

  test("longer than a body may be is refused whole, right though its beginning is", async () => {
    const headers = BOSS;
    const body = `${JSON.stringify({ name: "Cut short" })}${" ".repeat(70_000)}`;
    const response = await ask(desk, "POST", "/admin-registry/clients", { headers, body });
    expect([response.status, await response.json()]).toMatchObject([413, { code: "body_too_big" }]);
    expect((await call("GET", "/admin-registry/clients/cl_cut_short")).status).toBe(404);
  });

  test("to a client is undone by its history, as a new edit, and what is new meanwhile is not written over", async () => {
    const { clientId, name } = await newUnit();
    const path = `/admin-registry/clients/${clientId}`;
    const first = (await call("GET", path)).body;
    const renamed = await call("PATCH", path, { name: `New ${name}`, version: first.version });
    const archived = await call("PATCH", path, { archived: true, version: first.version, reason: "Left." });
    // Another field changed meanwhile: that is no conflict.
    expect([archived.status, archived.body.name]).toEqual([200, renamed.body.name]);
    const [leaving, naming] = (await call("GET", `${path}/edit-history`)).body.items;
    expect(leaving).toMatchObject({ field: "archivedAt", before: null, reason: "Left." });
    const undo = (editId: unknown, body: object = {}, headers: Record<string, string> = BOSS) =>
      call("POST", `${path}/edit-history/${String(editId)}/restore`, body, headers);
    expect((await undo(leaving?.editId, { reason: "Back." })).body).toMatchObject({ archivedAt: null });
    expect((await call("GET", `${path}/edit-history`)).body.items[0]).toMatchObject({
      field: "archivedAt",
      after: null,
      reason: "Back.",
      restores: leaving?.editId,
    });
    const stale = await undo(naming?.editId, {}, { ...BOSS, "If-Match": `"${first.version}"` });
    expect([stale.status, stale.body.difference]).toEqual([
      409,
      [{ field: "name", yours: first.name, current: renamed.body.name, base: first.name }],
    ]);
    expect((await undo(naming?.editId)).body.name).toBe(first.name);
    // What it was born with has nothing before it, and an edit of another record is none of this one.
    const birth = (await call("GET", `${path}/edit-history`)).body.items.at(-1);
    const other = await newUnit();
    for (const editId of [birth?.editId, "edit_none"]) expect((await undo(editId)).body.code).toBe("no_such_edit");
    const foreign = `/admin-registry/clients/${other.clientId}/edit-history/${String(naming?.editId)}/restore`;
    expect((await call("POST", foreign, {})).body.code).toBe("no_such_edit");
    expect((await undo(naming?.editId, {}, { ...BOSS, "If-Match": "soon" })).body.code).toBe("bad_if_match");
  });

  test("to a Business Unit there is not, or with a role for nobody, is 404", async () => {
    const { path } = await newUnit();
    expect((await call("PATCH", "/admin-registry/business-units/bu_nobody", { name: "X" })).status).toBe(404);
    expect((await call("GET", "/admin-registry/business-units/bu_nobody")).status).toBe(404);
    expect((await call("PUT", `${path}/users/user_nobody`, { role: "viewer" })).status).toBe(404);
  });
});

describe("names", () => {
  test("of clients and Business Units are refused twice, however they are spelt; a rename keeps id and slug", async () => {
    const { name, clientId, path } = await newUnit();
    const twin = await call("POST", "/admin-registry/business-units", { clientId, name: name.toUpperCase() });
    expect([twin.status, twin.body.code]).toEqual([409, "duplicate"]);
    const client = (await call("GET", `/admin-registry/clients/${clientId}`)).body;
    expect((await call("POST", "/admin-registry/clients", { name: String(client.name).toLowerCase() })).status).toBe(
      409,
    );
    const renamed = await call("PATCH", `/admin-registry/clients/${clientId}`, {
      name: `Renamed ${name}`,
      version: client.version,
    });
    expect([renamed.status, renamed.body.clientId, renamed.body.slug]).toEqual([200, clientId, client.slug]);
    const stale = await call("PATCH", `/admin-registry/clients/${clientId}`, {
      name: "Other",
      version: client.version,
    });
    expect([stale.status, stale.body.code]).toEqual([409, "stale_write"]);
    expect((await call("GET", path)).body.clientName).toBe(`Renamed ${name}`);
  });

  test("that look alike or cannot be seen are refused, whatever they are made of", async () => {
    const clients = "/admin-registry/clients";
    for (const name of [
      "a\u0000b",
      "two\nlines",
      "lost \ufffd",
      "\u202egnp.exe",
      "\u200b",
      "Zero\u200bwidth",
      "\ud800",
    ]) {
      expect([name, (await call("POST", clients, { name })).status]).toEqual([name, 400]);
      expect((await call("POST", "/admin-registry/users", { name, email: "u@u.example" })).status).toBe(400);
    }
    expect((await call("POST", clients, { name: "E\u0301clair" })).body).toMatchObject({ name: "\u00c9clair" });
    for (const name of ["\u00c9clair", "\u00e9CLAIR", "\u00c9clair\u00a0", "\uff25\u0301clair"])
      expect((await call("POST", clients, { name })).body).toMatchObject({ code: "duplicate" });
    for (const name of ["日本語 会社", "مرحبا", "O’Brien & Søn – №1"])
      expect((await call("POST", clients, { name })).body).toMatchObject({ name });
  });

  test("of one slug under one client get an address each, also at the same moment", async () => {
    const client = await call("POST", "/admin-registry/clients", { name: "Twin Peaks" });
    const { clientId } = client.body;
    const add = (name: string) => call("POST", "/admin-registry/business-units", { clientId, name });
    const made = [
      await add("Twin Peaks"),
      ...(await Promise.all(["!", "!!", "!!!"].map((x) => add(`Twin Peaks${x}`)))),
    ];
    expect(made.map(({ body }) => body.businessUnitId).toSorted()).toEqual([
      "bu_twin_peaks",
      "bu_twin_peaks_2",
      "bu_twin_peaks_3",
      "bu_twin_peaks_4",
    ]);
  });

  test("of clients that make the same slug get an address each, also at the same moment", async () => {
    const add = (name: string) => call("POST", "/admin-registry/clients", { name });
    const made = await Promise.all(["Two Rivers", "Two-Rivers", "Two Rivers!"].map(add));
    expect(made.map(({ body }) => body.slug).toSorted()).toEqual(["two-rivers", "two-rivers-2", "two-rivers-3"]);
  });

  test("become slugs of plain letters, numbered when they are taken", async () => {
    const first = await call("POST", "/admin-registry/clients", { name: "Äther & Söhne" });
    const second = await call("POST", "/admin-registry/clients", { name: "Ather  Sohne" });
    expect([first.body.slug, second.body.slug]).toEqual(["ather-sohne", "ather-sohne-2"]);
  });
});

describe("lists", () => {
  test("page by id, leave out what is archived and show one's own Business Units alone", async () => {
    const { id, path, clientId } = await newUnit();
    const seen: unknown[] = [];
    for (let cursor: unknown = ""; cursor !== null; ) {
      const page: Answer = await call("GET", `/admin-registry/business-units?cursor=${String(cursor)}`);
      seen.push(...page.body.items.map((unit) => unit.businessUnitId));
      cursor = page.body.nextCursor;
    }
    expect(seen).toContain(id);
    expect(new Set(seen).size).toBe(seen.length);
    await call("PUT", `${path}/users/user_ann`, { role: "viewer" });
    const ann = { "X-Agency-OS-Staff": "ann@agency.example" };
    const own = await call("GET", `/admin-registry/business-units?clientId=${clientId}`, undefined, ann);
    expect(own.body.items.map((unit) => unit.businessUnitId)).toEqual([id]);
    expect((await call("PATCH", path, { name: "Mine" }, ann)).status).toBe(403);
    await call("PATCH", path, { archived: true });
    expect((await call("GET", `/admin-registry/business-units?clientId=${clientId}`)).body.items).toEqual([]);
    const archived = await call("GET", `/admin-registry/business-units?clientId=${clientId}&archived=true`);
    expect(archived.body.items).toHaveLength(1);
  });
});
