/** Every query there is of D1, asked with more than anybody will. */
import { env } from "cloudflare:workers";
import * as access from "../../src/d1/access.ts";
import * as accessLog from "../../src/d1/access-log.ts";
import * as artifacts from "../../src/d1/artifacts.ts";
import * as builds from "../../src/d1/builds.ts";
import * as clients from "../../src/d1/clients.ts";
import * as dashboardRead from "../../src/d1/dashboard-read.ts";
import * as deadLetters from "../../src/d1/dead-letters.ts";
import * as edits from "../../src/d1/edits.ts";
import * as eventStreams from "../../src/d1/event-streams.ts";
import * as factsRead from "../../src/d1/facts-read.ts";
import * as factsWrite from "../../src/d1/facts-write.ts";
import * as fixtures from "../../src/d1/fixtures.ts";
import * as grants from "../../src/d1/grants.ts";
import * as holds from "../../src/d1/holds.ts";
import * as incidents from "../../src/d1/incidents.ts";
import * as ingestionRuns from "../../src/d1/ingestion-runs.ts";
import * as ops from "../../src/d1/ops.ts";
import * as overdue from "../../src/d1/overdue.ts";
import * as registry from "../../src/d1/registry.ts";
import * as reportDetail from "../../src/d1/report-detail.ts";
import * as restatements from "../../src/d1/restatements.ts";
import * as runs from "../../src/d1/runs.ts";
import * as savedViews from "../../src/d1/saved-views.ts";
import { openIndex } from "../../src/d1/schema.ts";
import * as snapshots from "../../src/d1/snapshots.ts";
import * as staff from "../../src/d1/staff.ts";
import * as unitClaims from "../../src/d1/unit-claims.ts";
import * as unitList from "../../src/d1/unit-list.ts";
import * as unitRows from "../../src/d1/unit-rows.ts";
import * as visits from "../../src/d1/visits.ts";
import * as webhooks from "../../src/d1/webhooks.ts";
import { draft, inMonth, publication, UNIT } from "./fact-hands.ts";

export interface Asked {
  readonly by: string;
  readonly sql: string;
  readonly parameters: readonly unknown[];
}

export const asked: Asked[] = [];
let by = "";

/** What is asked from now on is asked by this one. */
export function askedBy(name: string): void {
  by = name;
}

export const real = env.PLATFORM_BUILD_DB;
/** D1 that keeps what it is asked. */
const database: D1Database = Object.assign(Object.create(real), {
  prepare: (text: string) => {
    const statement = real.prepare(text);
    return Object.assign(Object.create(statement), {
      bind: (...parameters: readonly unknown[]) => {
        asked.push({ by, sql: text, parameters });
        return statement.bind(...parameters);
      },
    });
  },
  batch: (statements: D1PreparedStatement[]) => real.batch(statements),
});
const index = openIndex(database);

const LONG = "ü".repeat(300);
const MANY = Array.from({ length: 2_000 }, (_, n) => `bu_of_a_client_with_a_long_name_${n}`);
const AT = "2026-11-10T06:00:00.000Z";
const AFTER = { at: AT, id: "x" };
const NEXT_VISITS = MANY.map((id) => ({ id, at: AT }));
const PAGE = { after: AFTER, limit: 50 };
const MONTH = { start: "2026-10-01", end: "2026-10-31" };
const PERIODS = { period: MONTH, previous: MONTH, yearOverYear: MONTH };
const ARTIFACTS = {
  businessUnitId: UNIT,
  skill: "seo-reporting",
  lifecycle: "draft",
  taskGid: "1",
  reusable: false,
  month: "2026-10",
  q: "plunkett report",
  after: AFTER,
  limit: 50,
  units: MANY,
};
const FACTS = {
  businessUnitId: UNIT,
  metric: "gsc.clicks",
  grain: null,
  period: null,
  dimension: null,
  member: null,
  fixtures: true,
  limit: 400,
} as const;
const ANY = { ...FACTS, metric: null, grain: "month", period: MONTH, fixtures: false } as const;
const bigFacts = Array.from({ length: 3_000 }, (_, n) =>
  inMonth({
    metric: "gsc.page_clicks",
    dimension: "page",
    member: `${n} ${LONG}`.slice(0, 300),
    origins: [
      {
        snapshotKey: LONG,
        pointers: Array.from({ length: n === 0 ? 8_000 : 5 }, () => "/body/rows/24999/clicks"),
        more: 0,
      },
    ],
  }),
);
const snapshot = {
  key: LONG,
  source: "ga4",
  externalId: LONG,
  query: "totals",
  page: 0,
  range: MONTH,
  sha256: "0",
  bytes: 1,
  storedBytes: 1,
  rowCount: 1,
  capped: false,
  fetchedAt: AT,
} as const;
const tasks = Array.from({ length: 3_000 }, (_, n) => ({
  taskGid: `${n}`,
  name: LONG,
  section: LONG,
  dueOn: null,
  completedAt: null,
  permalink: LONG,
}));
const reading = {
  at: AT,
  readerKind: "agent",
  reader: LONG,
  purpose: LONG,
  businessUnitId: UNIT,
  what: "facts",
  metric: null,
  periodStart: null,
  periodEnd: null,
  factCount: 1,
  outcome: "answered",
} as const;

/** Every query, asked with more than anybody will. */
export const QUERIES: Readonly<Record<string, () => Promise<unknown>>> = {
  "accessLog.listAccesses": async () => [
    await accessLog.listAccesses(index, UNIT, PAGE),
    await accessLog.listAccesses(index, null, PAGE),
    await accessLog.listAccesses(index, null, { after: null, limit: 50 }),
  ],
  "access.staffByEmail": () => access.staffByEmail(index, "vera@agency.example"),
  "access.staffNameOf": () => access.staffNameOf(index, "vera@agency.example"),
  "access.unitOfFact": () => access.unitOfFact(index, "f_1"),
  "clients.listClients": async () => [
    await clients.listClients(index, { units: MANY, archived: false, after: "cl_a", limit: 51 }),
    await clients.listClients(index, { units: "all", archived: true, after: null, limit: 51 }),
  ],
  "clients.findClient": () => clients.findClient(index, "cl_a"),
  "clients.clientNamed": () => clients.clientNamed(index, LONG),
  "clients.unitsOfClient": () => clients.unitsOfClient(index, "cl_a"),
  "clients.slugTaken": () => clients.slugTaken(index, "a"),
  "clients.unitSlugTaken": () => clients.unitSlugTaken(index, "a", "a"),
  "dashboardRead.monthFacts": () =>
    dashboardRead.monthFacts(index, UNIT, PERIODS, [
      { dimension: "query", lead: "gsc.query_clicks", metrics: ["gsc.query_clicks"], smallestFirst: false, limit: 20 },
    ]),
  "dashboardRead.monthWholes": () => dashboardRead.monthWholes(index, UNIT, ["gsc.clicks", "ads.cost"], [MONTH.start]),
  "dashboardRead.countedBySiblings": async () => [
    await dashboardRead.countedBySiblings(index, {
      page: MANY,
      visible: MANY,
      metrics: ["gsc.clicks"],
      start: "2026-10-01",
    }),
    await dashboardRead.countedBySiblings(index, {
      page: MANY,
      visible: "all",
      metrics: ["gsc.clicks"],
      start: "2026-10-01",
    }),
  ],
  "dashboardRead.firstMonth": () => dashboardRead.firstMonth(index, UNIT),
  "dashboardRead.dayFacts": () => dashboardRead.dayFacts(index, UNIT, ["gsc.clicks", "ads.cost"], [MONTH, MONTH]),
  "dashboardRead.visibleTasks": () => dashboardRead.visibleTasks(index, UNIT),
  "dashboardRead.openRuns": () => dashboardRead.openRuns(index, MANY.slice(0, 25)),
  "dashboardRead.unitOfSlug": () => dashboardRead.unitOfSlug(index, "plunkett"),
  "edits.listEdits": () =>
    edits.listEdits(index, { scope: "business_unit", scopeId: UNIT }, { after: { at: "3", id: "name" }, limit: 50 }),
  "factsRead.listFacts": async () => {
    const after = await factsRead.listFacts(index, FACTS, null);
    const [first = null] = after.items;
    return [await factsRead.listFacts(index, FACTS, first), await factsRead.listFacts(index, ANY, first)];
  },
  "factsRead.findFact": () => factsRead.findFact(index, "f_1"),
  "factsRead.storedLineage": () => factsRead.storedLineage(index, "f_1"),
  "factsRead.findSnapshots": () => factsRead.findSnapshots(index, MANY),
  "grants.listGrants": async () => [await grants.listGrants(index, UNIT), await grants.listGrants(index, UNIT, "a")],
  "ingestionRuns.listIngestionRuns": () => ingestionRuns.listIngestionRuns(index, UNIT, PAGE),
  "ingestionRuns.findIngestionRun": () => ingestionRuns.findIngestionRun(index, UNIT, "ing_1"),
  "restatements.listRestatements": async () => [
    await restatements.listRestatements(index, UNIT, { after: null, limit: 50 }),
    await restatements.listRestatements(index, UNIT, { after: { at: AT, id: "f_1:2" }, limit: 50 }),
  ],
  "edits.findEdit": () => edits.findEdit(index, { scope: "user", scopeId: "user_a" }, "edit_1"),
  "edits.changedSince": () => edits.changedSince(index, { scope: "client", scopeId: "cl_a" }, 3),
  "staff.listStaffUsers": () => staff.listStaffUsers(index, { archived: true, after: "user_a", limit: 51 }),
  "staff.findStaffUser": () => staff.findStaffUser(index, "user_a"),
  "staff.staffTwins": () => staff.staffTwins(index, { email: "a@b.example", asanaUserGid: "1", userId: null }),
  "staff.otherAdmins": () => staff.otherAdmins(index, "user_a"),
  "staff.takenUserIds": () => staff.takenUserIds(index, "user_a"),
  "unitList.listUnitIds": async () => [
    await unitList.listUnitIds(index, { units: MANY, clientId: null, archived: false, after: "bu_a", limit: 26 }),
    await unitList.listUnitIds(index, { units: "all", clientId: "cl_a", archived: false, after: null, limit: 26 }),
  ],
  "unitList.unitNamed": () => unitList.unitNamed(index, LONG),
  "unitList.namesFor": () => unitList.namesFor(index, []),
  "unitClaims.claimId": () =>
    unitClaims.claimId(database, { businessUnitId: UNIT, clientId: "cl_a" }, { kind: "website", externalId: LONG }, AT),
  "unitRows.overdueUnits": () => unitRows.overdueUnits(index, AT, { at: AT, businessUnitId: UNIT }, 50),
  "unitRows.seededUnit": () => unitRows.seededUnit(index, UNIT),
  "unitRows.unitIds": () => unitRows.unitIds(index, "bu_a", 50),
  "factsWrite.publishFacts": async () => {
    const chunk = { facts: [draft(), inMonth(), ...bigFacts], checks: [], tasks, rows: 1 };
    return factsWrite.publishFacts(database, { ...publication([]), chunk });
  },
  "snapshots.registerSnapshots": () =>
    snapshots.registerSnapshots(
      database,
      { businessUnitId: UNIT, epoch: 1, ingestionRunId: "ing_1" },
      Array.from({ length: 1_500 }, (_, n) => ({ ...snapshot, key: `${LONG}${n}` })),
    ),
  "accessLog.forgetAccesses": () => accessLog.forgetAccesses(index, AT),
  "accessLog.logAccess": () => accessLog.logAccess(index, reading),
  "accessLog.logAccesses": () =>
    accessLog.logAccesses(
      index,
      MANY.map((businessUnitId) => ({ ...reading, businessUnitId })),
    ),
  "access.unitOfRun": () => access.unitOfRun(index, "tar_1"),
  "access.unitOfArtifact": () => access.unitOfArtifact(index, "art_1"),
  "artifacts.listArtifacts": () => artifacts.listArtifacts(index, ARTIFACTS),
  "artifacts.findArtifact": () => artifacts.findArtifact(index, "art_1"),
  "artifacts.findFile": () => artifacts.findFile(index, "art_1", "f"),
  "reportDetail.findReport": () => reportDetail.findReport(index, "art_1"),
  "savedViews.listViews": () => savedViews.listViews(index, "vera@agency.example"),
  "savedViews.saveView": () =>
    savedViews.saveView(index, "vera@agency.example", { viewId: "view_1", name: LONG, query: LONG, createdAt: AT }),
  "savedViews.removeView": () => savedViews.removeView(index, "vera@agency.example", "view_1"),
  "builds.noteBuild": () => builds.noteBuild(index, { taskGid: "1", title: LONG, at: AT }),
  "builds.notedBuilds": () => builds.notedBuilds(index, MANY),
  "deadLetters.buryMessage": () =>
    deadLetters.buryMessage(index, {
      deadLetterId: "d",
      queue: "q",
      reason: LONG,
      body: LONG.repeat(900),
      receivedAt: AT,
    }),
  "deadLetters.findDeadLetter": () => deadLetters.findDeadLetter(index, "d"),
  "deadLetters.claimReplay": () => deadLetters.claimReplay(index, "d", AT),
  "deadLetters.noteReplay": () => deadLetters.noteReplay(index, "d", { by: "a", reason: LONG, at: AT }),
  "deadLetters.releaseReplay": () => deadLetters.releaseReplay(index, "d"),
  "deadLetters.listDeadLetters": () => deadLetters.listDeadLetters(index, AFTER, 50),
  "deadLetters.waitingDeadLetters": () => deadLetters.waitingDeadLetters(index, 100, 5),
  "eventStreams.streamPosition": () => eventStreams.streamPosition(index, "1"),
  "eventStreams.moveStream": () => eventStreams.moveStream(index, "1", { sync: LONG, at: AT, compared: true }),
  "eventStreams.noteStreamProblem": () => eventStreams.noteStreamProblem(index, "1", LONG),
  "eventStreams.listStreams": () => eventStreams.listStreams(index),
  "fixtures.writeFixtures": () => fixtures.writeFixtures(database, "bu_demo", AT, bigFacts),
  "holds.listHolds": () => holds.listHolds(index),
  "holds.addHold": () =>
    holds.addHold(index, { holdId: "h", scope: "skill", value: LONG, reason: LONG, by: LONG, createdAt: AT }),
  "holds.removeHold": () => holds.removeHold(index, "h"),
  "holds.tasksAtWork": () => holds.tasksAtWork(index, 1_000),
  "incidents.errorTaskOf": () => incidents.errorTaskOf(index, "f"),
  "incidents.seenOf": () => incidents.seenOf(index, "f"),
  "incidents.claimIncident": () => incidents.claimIncident(index, "f", { claim: "c", now: AT, until: AT }),
  "incidents.releaseIncident": () => incidents.releaseIncident(index, "f", "c"),
  "incidents.keepErrorTask": () => incidents.keepErrorTask(index, "f", "c", { task: { gid: "1", url: LONG }, told: 1 }),
  "incidents.untell": () => incidents.untell(index, "f"),
  "incidents.dropErrorTask": () => incidents.dropErrorTask(index, "f", "1", AT),
  "ops.statesOf": () => ops.statesOf(index),
  "ops.waitsOf": () => ops.waitsOf(index),
  "ops.failuresSince": () => ops.failuresSince(index, AT),
  "ops.stuckRuns": () => ops.stuckRuns(index, Date.parse(AT)),
  "ops.parkedRuns": () => ops.parkedRuns(index),
  "ops.failedRuns": () => ops.failedRuns(index, AT),
  "ops.quarantinedRuns": () => ops.quarantinedRuns(index, AT),
  "ops.holdsInForce": () => ops.holdsInForce(index),
  "ops.countFiltered": () => ops.countFiltered(index, { status: "running" }, 100),
  "overdue.overdueRuns": () => overdue.overdueRuns(index, AT, null, 50),
  "overdue.wakelessRuns": () => overdue.wakelessRuns(index, null, 50),
  "overdue.heldRuns": () => overdue.heldRuns(index, null, 50),
  "visits.runsToVisit": () => visits.runsToVisit(index, AT, null, 100),
  "visits.unitsToVisit": () => visits.unitsToVisit(index, AT, null, 100),
  "visits.noteRunVisits": () => visits.noteRunVisits(index, NEXT_VISITS),
  "visits.noteUnitVisits": () => visits.noteUnitVisits(index, NEXT_VISITS),
  "registry.listUnits": () => registry.listUnits(index),
  "runs.listRuns": () => runs.listRuns(index, { q: "plunkett report" }, { ...PAGE, units: MANY }),
  "runs.unfinishedRuns": () => runs.unfinishedRuns(index),
  "runs.blockedTasks": () => runs.blockedTasks(index, new Date()),
  "runs.tasksAtWork": () => runs.tasksAtWork(index),
  "runs.knownTasks": () => runs.knownTasks(index, MANY),
  "unitClaims.releaseClaims": () => unitClaims.releaseClaims(database, UNIT, [{ kind: "website", externalId: LONG }]),
  "unitClaims.writeFence": () => unitClaims.writeFence(database, UNIT, 1),
  "unitRows.unitsAtWork": () => unitRows.unitsAtWork(index),
  "webhooks.registrationsOf": () => webhooks.registrationsOf(index, "1"),
  "webhooks.sealedSecretOf": () => webhooks.sealedSecretOf(index, "w"),
  "webhooks.noteDelivery": () => webhooks.noteDelivery(index, "w", AT),
  "webhooks.eraseSecrets": () => webhooks.eraseSecrets(index, MANY),
  "webhooks.forgetRegistrations": () => webhooks.forgetRegistrations(index, AT),
  "webhooks.hasActiveWebhook": () => webhooks.hasActiveWebhook(index),
  "webhooks.listWebhooks": () => webhooks.listWebhooks(index),
};

/**
 * One row, or one record's rows, of a fixed number of columns, written by tests of their actors; no list goes in.
 * `holdOnWork` asks what `listHolds` asks, and waits for company.
 */
export const ROW_BY_ROW = new Set([
  "runs.projectRun",
  "incidents.noteOccurrence",
  "staff.addStaffUser",
  "staff.changeStaffUser",
  "clients.addClient",
  "clients.changeClient",
  "edits.editLines",
  "edits.inOneBatch",
  "holds.holdOnWork",
  "webhooks.requestRegistration",
  "webhooks.confirmRegistration",
  "webhooks.noteFinding",
]);

export const MODULES = {
  accessLog,
  access,
  artifacts,
  builds,
  clients,
  dashboardRead,
  deadLetters,
  edits,
  eventStreams,
  factsRead,
  factsWrite,
  fixtures,
  grants,
  holds,
  incidents,
  ingestionRuns,
  ops,
  overdue,
  registry,
  reportDetail,
  restatements,
  runs,
  savedViews,
  snapshots,
  staff,
  unitClaims,
  unitList,
  unitRows,
  visits,
  webhooks,
};
