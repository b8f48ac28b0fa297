/** Every route there is, asked by everybody there is: who is let in stands in a table, and no route is missing from it. */
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { factIdOf } from "../../src/core/facts/fact-id.ts";
import { publishFacts } from "../../src/d1/facts-write.ts";
import { router } from "../../src/http/router.ts";
import { database, fence, inMonth, publication } from "./fact-hands.ts";
import { ask, type Desk, newDesk } from "./hands.ts";
import { seedTwoClients, UNIT_ROLES } from "./two-clients.ts";

/** Who is let in: the weakest role of the ladder, on the Business Unit or (agency) everywhere; and whether ops are. */
const WHO = {
  "viewer, ops": `
    GET /team-agent-runs, GET /team-agent-runs/live, GET /team-agent-runs/:runId, GET /team-agent-runs/:runId/events,
    GET /team-agent-runs/:runId/live, GET /report-artifacts, GET /report-artifacts/:artifactId,
    GET /report-artifacts/:artifactId/changes, GET /report-artifacts/:artifactId/files/:fileId,
    GET /client-data-plane/dashboards, GET /client-data-plane/dashboards/:slug, GET /client-data-plane/overview,
    GET /client-data-plane/facts, GET /client-data-plane/facts/:factId/lineage, GET /client-data-plane/metrics,
    GET /client-data-plane/restatements, GET /admin-registry/clients, GET /admin-registry/clients/:clientId,
    GET /admin-registry/business-units, GET /admin-registry/business-units/:id,
    GET /admin-registry/business-units/:id/grants, GET /admin-registry/business-units/:id/readiness,
    GET /admin-registry/business-units/:id/ingestion-runs,
    GET /admin-registry/business-units/:id/ingestion-runs/:ingestionRunId,
    GET /admin-registry/business-units/:id/edit-history, GET /business-units/:id/live, GET /admin-registry/users`,
  "consultant, ops": `
    GET /team-agent-runs/:runId/export, POST /team-agent-runs/:runId/cancel, POST /team-agent-runs/:runId/pause,
    POST /team-agent-runs/:runId/resume, POST /team-agent-runs/:runId/retry, POST /team-agent-runs/:runId/restart,
    POST /team-agent-runs/:runId/answer, POST /admin-registry/business-units/:id/sources/:kind/test,
    POST /admin-registry/business-units/:id/refresh-data, POST /admin-registry/business-units/:id/refresh-data/cancel`,
  "approver, ops": "POST /team-agent-runs/:runId/kill",
  approver: "POST /team-agent-runs/:runId/budget, PATCH /report-artifacts/:artifactId",
  admin: `
    PATCH /admin-registry/business-units/:id, PUT /admin-registry/business-units/:id/sources/:kind,
    DELETE /admin-registry/business-units/:id/sources/:kind, PUT /admin-registry/business-units/:id/context,
    PUT /admin-registry/business-units/:id/users/:userId, DELETE /admin-registry/business-units/:id/users/:userId,
    PUT /admin-registry/business-units/:id/settings/:kind, PUT /admin-registry/business-units/:id/schedule,
    PUT /admin-registry/business-units/:id/grants/:agent, DELETE /admin-registry/business-units/:id/grants/:agent,
    POST /admin-registry/business-units/:id/dashboard-surface,
    POST /admin-registry/business-units/:id/edit-history/:editId/restore`,
  "approver of the agency, ops of the agency": "GET /client-data-plane/access-logs",
  "admin of the agency": `
    POST /client-data-plane/fixtures/seed, POST /admin-registry/clients, PATCH /admin-registry/clients/:clientId,
    GET /admin-registry/clients/:clientId/edit-history,
    POST /admin-registry/clients/:clientId/edit-history/:editId/restore, POST /admin-registry/business-units,
    POST /admin-registry/users, PATCH /admin-registry/users/:userId, DELETE /admin-registry/users/:userId,
    GET /admin-registry/users/:userId/edit-history, POST /admin-registry/users/:userId/edit-history/:editId/restore`,
  "ops of the agency": `
    GET /internal/ops, POST /internal/ops/bulk, GET /internal/actors/:kind/:name,
    POST /internal/actors/:kind/:name/:action, POST /internal/imports, POST /internal/reproject,
    GET /internal/journal/*, GET /internal/dead-letters, POST /internal/dead-letters/:deadLetterId/replay,
    GET /internal/webhooks, POST /internal/webhooks/check, GET /internal/holds, POST /internal/holds,
    DELETE /internal/holds/:holdId, GET /internal/snapshots/*`,
} as const;

/** Without a role: the door that Asana and monitors knock at, and what is about whoever asks alone. */
const OPEN = ["GET /health"];
const OWN = ["GET /me", "GET /me/saved-views", "POST /me/saved-views", "DELETE /me/saved-views/:viewId"];

const LADDER = ["viewer", "consultant", "approver", "admin"];
const AGENCY = ["viewer", "consultant", "approver", "admin", "ops"] as const;

const TABLE = Object.entries(WHO).flatMap(([who, routes]) =>
  routes.split(",").map((route) => ({ route: route.trim(), who: who.split(", ") })),
);

/** Whether the table lets a role in. */
function isLetIn(who: readonly string[], role: string, onAgency: boolean): boolean {
  return who.some((one) => {
    const [least = "", agency] = one.split(" of the ");
    if (agency !== undefined && !onAgency) return false;
    if (least === "ops" || role === "ops") return least === role;
    return LADDER.indexOf(role) >= LADDER.indexOf(least);
  });
}

let desk: Desk;

/** Whose rows are asked for. */
function addressOf(path: string, x: "a" | "b"): string {
  const values: Readonly<Record<string, string>> = {
    id: `bu_${x}`,
    clientId: `cl_${x}`,
    runId: x === "a" ? "tar_1" : "tar_2",
    artifactId: `art_${x}`,
    factId: factIdOf(`bu_${x}`, inMonth()),
    slug: x,
    // Nobody and nothing of that name: whoever is let in changes nothing.
    userId: "user_nobody",
    kind: "website",
  };
  const filled = path.replaceAll(/:(\w+)/g, (_, name: string) => values[name] ?? "none").replace("*", "none");
  return filled.includes("?") ? filled : `${filled}?businessUnitId=bu_${x}`;
}

/** Asks, with a body nobody can read: whoever is let in gets no further than that. */
async function isRefused(email: string, route: string, x: "a" | "b" = "a"): Promise<boolean> {
  const [method = "", path = ""] = route.split(" ");
  const response = await ask(desk, method, addressOf(path, x), {
    headers: { "X-Agency-OS-Staff": email },
    ...(method === "GET" ? {} : { body: "{" }),
  });
  const text = await response.text();
  // Let in or not, nothing breaks.
  expect([route, response.status < 500 || response.status === 503]).toEqual([route, true]);
  return response.status === 403 || (response.status === 404 && text.includes('"not_found"'));
}

beforeAll(async () => {
  await seedTwoClients();
  await database.batch(
    AGENCY.map((role) =>
      database
        .prepare("INSERT INTO staff_users (user_id, name, email, agency_role, created_at) VALUES (?, ?, ?, ?, '2026')")
        .bind(`user_agency_${role}`, role, `agency-${role}@agency.example`, role),
    ),
  );
  for (const businessUnitId of ["bu_a", "bu_b"]) {
    await fence(1, businessUnitId);
    await publishFacts(database, publication([inMonth()], { businessUnitId }));
  }
});

beforeEach(() => {
  desk = newDesk();
  desk.strangersAreAdmins = false;
  desk.operators = [];
});

test("the table has every route of the router, and no other", () => {
  const routes = router.routes.flatMap(([method, , , path]) => (method === "ALL" ? [] : [`${method} ${path ?? ""}`]));
  expect([...TABLE.map(({ route }) => route), ...OPEN, ...OWN].toSorted()).toEqual(routes.toSorted());
});

test("what changes something is not open to viewers", () => {
  const open = TABLE.filter(({ route, who }) => !route.startsWith("GET ") && isLetIn(who, "viewer", true));
  expect(open).toEqual([]);
});

/** What has no body to stumble over, and would do much. */
const HEAVY = "POST /client-data-plane/fixtures/seed";

/** Routes that let somebody in against the table, or keep them out against it. */
async function wrongFor(email: string, role: string, onAgency: boolean): Promise<readonly string[]> {
  const wrong: string[] = [];
  for (const { route, who } of TABLE) {
    const letIn = isLetIn(who, role, onAgency);
    if (letIn && route === HEAVY) continue;
    if ((await isRefused(email, route)) === letIn) wrong.push(route);
  }
  return wrong;
}

describe("each route lets in exactly those of the table", { timeout: 30_000 }, () => {
  test.each(UNIT_ROLES)("a %s of the Business Unit", async (role) => {
    expect(await wrongFor(`${role}@agency.example`, role, false)).toEqual([]);
  });

  test.each(AGENCY)("a %s of the agency", async (role) => {
    expect(await wrongFor(`agency-${role}@agency.example`, role, true)).toEqual([]);
  });

  test("and nobody without a role, into any of them", async () => {
    const open: string[] = [];
    for (const { route } of TABLE) if (!(await isRefused("stranger@agency.example", route))) open.push(route);
    expect(open).toEqual([]);
  });
});

test.each(UNIT_ROLES)("a %s of one client is let into no route about another client's rows", async (role) => {
  const about = TABLE.filter(({ route }) => /:(id|runId|artifactId|factId|clientId|slug)\b/.test(route));
  const open: string[] = [];
  for (const { route } of about) if (!(await isRefused(`${role}@agency.example`, route, "b"))) open.push(route);
  // These two look the row up before they know whose it is, and answer as if there were none.
  expect(open.toSorted()).toEqual(["GET /admin-registry/clients/:clientId", "GET /client-data-plane/dashboards/:slug"]);
  for (const route of open) {
    const [method = "", path = ""] = route.split(" ");
    const headers = { "X-Agency-OS-Staff": `${role}@agency.example` };
    const response = await ask(desk, method, addressOf(path, "b"), { headers });
    expect([route, response.status]).toEqual([route, 404]);
  }
});
