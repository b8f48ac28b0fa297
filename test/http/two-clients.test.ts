/** Whatever somebody of one client asks or writes, no answer holds a row, an id or a name of the other client. */
import { env } from "cloudflare:workers";
import fc from "fast-check";
import { beforeAll, beforeEach, expect, test } from "vitest";
import { factIdOf } from "../../src/core/facts/fact-id.ts";
import { publishFacts } from "../../src/d1/facts-write.ts";
import { unitOf } from "../actors/unit-hands.ts";
import { database, fence, inMonth, publication } from "./fact-hands.ts";
import { ask, type Desk, newDesk } from "./hands.ts";
import { seedTwoClients } from "./two-clients.ts";

let desk: Desk;
/** Admin of `bu_a`, and of nothing else. */
const OWN = { "X-Agency-OS-Staff": "admin@agency.example" };
const FACT_OF_B = factIdOf("bu_b", inMonth());
/** What only the other client has. */
const SECRET = /bu_b|tar_2|art_b|cl_b|Hidden Brand|sc-domain:hidden|90210|Blanche|Secret task/;

async function boss(method: string, path: string, body: object): Promise<void> {
  const response = await ask(desk, method, `/admin-registry/business-units/bu_b${path}`, {
    headers: { "X-Agency-OS-Staff": "boss@agency.example" },
    body: JSON.stringify(body),
  });
  expect([path, response.status]).toEqual([path, 200]);
}

beforeAll(async () => {
  desk = newDesk();
  await seedTwoClients();
  await database
    .prepare("INSERT INTO staff_users (user_id, name, email, created_at) VALUES ('user_b', 'Bea', 'bea@b.example', '')")
    .run();
  await boss("PATCH", "", { name: "Hidden Brand", reason: "Blanche asked" });
  await boss("PUT", "/sources/search_console_site", { externalId: "sc-domain:hidden.example" });
  await boss("PUT", "/sources/ga4_property", { externalId: "90210" });
  await boss("PUT", "/context", { boxFolderId: "902101", boxFolderName: "Blanche" });
  await boss("PUT", "/users/user_b", { role: "consultant" });
  await boss("POST", "/dashboard-surface", {});
  for (const businessUnitId of ["bu_a", "bu_b"]) {
    await fence(1, businessUnitId);
    await publishFacts(database, publication([inMonth()], { businessUnitId }));
    const tasks = businessUnitId === "bu_a" ? [] : [task("Secret task")];
    const chunk = { facts: [inMonth({ value: 13 })], checks: [], tasks, rows: 1 };
    await publishFacts(database, publication([], { businessUnitId, chunk }));
  }
  await boss("PUT", "/grants/Blanche", { purpose: "Blanche" });
});

const task = (name: string) => ({
  taskGid: "9",
  name,
  section: null,
  dueOn: null,
  completedAt: null,
  permalink: null,
});

beforeEach(() => {
  desk = newDesk();
  desk.strangersAreAdmins = false;
  desk.operators = [];
});

const word = fc.constantFrom(
  ...["bu_a", "bu_b", "cl_b", "tar_1", "tar_2", "art_a", "art_b", "hidden-brand", "b", "user_b", "admin", "90210"],
  ...["B", "t", "running", "%", "' OR 1=1 --", "gsc.clicks", "2026-10", "true", "ga4_property", "edit_bu_b_2"],
  ...["Hidden Brand", "HIDDEN BRAND", "sc-domain:hidden.example", "ing_bu_b_1", "Blanche", FACT_OF_B],
);
const name = fc.constantFrom(
  ...["businessUnitId", "q", "client", "clientId", "status", "skill", "taskGid", "lifecycle", "cursor", "metric"],
  ...["period", "archived", "purpose", "month", "reusable"],
);
const list = fc.constantFrom(
  ...["/team-agent-runs", "/report-artifacts", "/client-data-plane/facts", "/client-data-plane/restatements"],
  ...["/client-data-plane/dashboards", "/client-data-plane/overview", "/admin-registry/clients"],
  ...["/admin-registry/business-units"],
);
const one = fc
  .tuple(
    fc.constantFrom(
      ...["/team-agent-runs/*", "/team-agent-runs/*/events", "/report-artifacts/*", "/report-artifacts/*/changes"],
      ...["/report-artifacts/*/files/report", "/client-data-plane/facts/*/lineage", "/client-data-plane/dashboards/*"],
      ...["/admin-registry/clients/*", "/admin-registry/business-units/*", "/admin-registry/business-units/*/grants"],
      ...["/admin-registry/business-units/*/edit-history", "/admin-registry/business-units/*/ingestion-runs"],
      ...["/admin-registry/business-units/*/ingestion-runs/ing_bu_b_1", "/admin-registry/business-units/*/readiness"],
    ),
    word,
  )
  .map(([path, id]) => path.replace("*", encodeURIComponent(id)));

/** Whatever was typed comes back in nothing but the words of whoever typed it. */
async function shows(method: string, path: string, body?: object): Promise<void> {
  const init = body === undefined ? { headers: OWN } : { headers: OWN, body: JSON.stringify(body) };
  const response = await ask(desk, method, path, init);
  const text = await response.text();
  expect([path, response.status < 500]).toEqual([path, true]);
  if (response.status === 200) expect([path, SECRET.exec(text)?.[0]]).toEqual([path, undefined]);
  else expect([path, /bu_b|cl_b|Blanche/.exec(text)?.[0]]).toEqual([path, undefined]);
}

test("by asking", async () => {
  const query = fc.array(fc.tuple(name, word), { maxLength: 3 });
  await fc.assert(
    fc.asyncProperty(fc.oneof(list, one), query, async (path, asked) => {
      await shows("GET", `${path}?${new URLSearchParams(asked).toString()}`);
    }),
    { numRuns: 120 },
  );
}, 30_000);

test("by writing to one's own Business Unit what is another's", async () => {
  const at = "/admin-registry/business-units/bu_a";
  await shows("PATCH", at, { name: "hidden brand" });
  await shows("PUT", `${at}/sources/ga4_property`, { externalId: "90210" });
  await shows("PUT", `${at}/sources/search_console_site`, { externalId: "sc-domain:hidden.example" });
  await shows("PUT", `${at}/context`, { boxFolderId: "902101" });
  await shows("POST", `${at}/edit-history/edit_bu_b_2/restore`, {});
  await shows("POST", `${at}/sources/ga4_property/test`, {});
  const { results } = await env.PLATFORM_BUILD_DB.prepare(
    "SELECT kind, external_id FROM source_assets WHERE business_unit_id = 'bu_a'",
  ).all();
  expect(results).toEqual([]);
});

test("and by writing to the other's, nothing is changed", async () => {
  const record = () => unitOf("bu_b").record();
  const before = await record();
  const part = fc.constantFrom(
    ...["", "/sources/website", "/context", "/users/user_admin", "/settings/targets", "/schedule", "/grants/Blanche"],
    ...["/dashboard-surface", "/refresh-data", "/refresh-data/cancel", "/edit-history/edit_bu_b_2/restore"],
  );
  await fc.assert(
    fc.asyncProperty(fc.constantFrom("POST", "PUT", "PATCH", "DELETE"), part, async (method, path) => {
      await shows(method, `/admin-registry/business-units/bu_b${path}`, {
        name: "Mine",
        role: "admin",
        archived: true,
      });
    }),
    { numRuns: 60 },
  );
  expect(await record()).toEqual(before);
}, 30_000);
