/** An agency in the middle of its day, on a running local system: runs in every state people meet, clients at every stage. */
import { setTimeout as pause } from "node:timers/promises";
import * as v from "valibot";
import { type AsanaPlayer, playAsana } from "../../sandbox/asana/play.ts";
import { runIdOf } from "../../src/core/ids.ts";
import { type RunDetail, RunDetailSchema } from "../../src/core/wire.ts";
import { DashboardSchema } from "../../src/core/wire-dashboard.ts";
import { BusinessUnitSchema, IngestionRunSchema } from "../../src/core/wire-registry.ts";
import { demoMonth } from "../runtime/asana-setup.ts";
import type { LocalSystem } from "../runtime/system.ts";

const MAYA_PAT = "sandbox-asana-pat-maya";
/** Long: a first refresh reads more than a year. */
const PATIENCE_MS = 600_000;
const LOOK_EVERY_MS = 150;

/** What a view needs to know of the agency to be opened. */
export interface Agency {
  /** A report in review, second version after a revision. */
  readonly revisedRun: string;
  readonly acceptedRun: string;
  /** A run with a question to the consultant. */
  readonly askingRun: string;
  readonly blockedRun: string;
  /** A run in the middle of its work, which an upstream lets wait. */
  readonly workingRun: string;
  readonly artifactId: string;
  readonly unitId: string;
  readonly dashboardSlug: string;
  readonly factId: string;
  /** A Business Unit that lacks nearly everything. */
  readonly bareUnitId: string;
  readonly bareClientId: string;
  readonly clientId: string;
}

class Staff {
  readonly asana: AsanaPlayer;
  readonly #system: LocalSystem;

  constructor(system: LocalSystem) {
    this.#system = system;
    this.asana = playAsana(system.upstreams.ASANA_BASE_URL ?? "", MAYA_PAT);
  }

  async call(method: string, path: string, body?: unknown): Promise<unknown> {
    const answer = await fetch(this.#system.controlPlaneUrl + path, {
      method,
      headers: { "X-Agency-OS-Internal-Token": this.#system.secrets.internalToken, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${text.slice(0, 300)}`);
    return text === "" ? null : JSON.parse(text);
  }

  /** A task for Jessie; answers its gid once the run fits. */
  async run(
    task: { name: string; client?: string; period?: string },
    met: (run: RunDetail) => boolean,
  ): Promise<string> {
    const { gid } = await this.asana.createTask({ skill: "SEO report", notes: "For the monthly call.", ...task });
    await this.until(`${task.name} is where it should be`, async () => met(await this.detail(gid)));
    return gid;
  }

  async detail(taskGid: string): Promise<RunDetail> {
    return v.parse(RunDetailSchema, await this.call("GET", `/team-agent-runs/${runIdOf(taskGid)}`));
  }

  async until(what: string, met: () => Promise<boolean>): Promise<void> {
    const deadline = Date.now() + PATIENCE_MS;
    while (!(await met().catch(() => false))) {
      if (Date.now() > deadline) throw new Error(`Waited in vain until ${what}.`);
      await pause(LOOK_EVERY_MS);
    }
  }

  async faults(body: unknown): Promise<void> {
    const answer = await fetch(`${this.#system.sandboxUrl}/_sandbox/faults`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`The sandbox refused the faults: ${await answer.text()}`);
  }
}

const inReview = (version: number) => (run: RunDetail) =>
  run.status === "review_ready" && run.artifacts.at(-1)?.version === version && run.waitingOn?.kind === "person";

function monthsBefore(month: string, n: number): string {
  const date = new Date(`1 ${month} UTC`);
  date.setUTCMonth(date.getUTCMonth() - n);
  return date.toLocaleDateString("en-GB", { month: "long", year: "numeric", timeZone: "UTC" });
}

async function refreshed(staff: Staff, unitId: string): Promise<void> {
  const where = `/admin-registry/business-units/${unitId}`;
  const { ingestionRunId } = v.parse(
    v.object({ ingestionRunId: v.string() }),
    await staff.call("POST", `${where}/refresh-data`, { reason: "Monthly call" }),
  );
  await staff.until(`${unitId} is refreshed`, async () => {
    const run = v.parse(IngestionRunSchema, await staff.call("GET", `${where}/ingestion-runs/${ingestionRunId}`));
    return run.finishedAt !== null;
  });
}

/** The two clients of the demo with data, dashboards, targets and budgets; a third that has only just been made. */
async function clients(staff: Staff): Promise<{ bareClientId: string; bareUnitId: string }> {
  const { clientId } = v.parse(
    v.object({ clientId: v.string() }),
    await staff.call("POST", "/admin-registry/clients", { name: "Lakeside Clinics" }),
  );
  const bare = v.parse(
    BusinessUnitSchema,
    await staff.call("POST", "/admin-registry/business-units", {
      clientId,
      name: "Lakeside Dental",
      timeZone: "America/Chicago",
      currency: "USD",
    }),
  );
  for (const [unitId, currency, visits] of [
    ["bu_strategic_settlements", "USD", 16_000],
    ["bu_plunkett", "EUR", 30_000],
  ] as const) {
    const where = `/admin-registry/business-units/${unitId}`;
    const targets = [{ metric: "gsc.clicks", grain: "month", value: visits }];
    await staff.call("PUT", `${where}/settings/targets`, { effectiveFrom: "2026-01-01", value: targets });
    const budgets = [{ source: "google_ads", amount: 9_000, currency }];
    await staff.call("PUT", `${where}/settings/budgets`, { effectiveFrom: "2026-01-01", value: budgets });
    await staff.call("POST", `${where}/dashboard-surface`, {});
    await refreshed(staff, unitId);
  }
  return { bareClientId: clientId, bareUnitId: bare.businessUnitId };
}

/** Runs in the states a board shows; the one at work is kept there by an upstream that asks to wait. */
async function runs(staff: Staff) {
  const month = demoMonth(new Date());
  const client = "Strategic Settlements";
  const accepted = await staff.run(
    { name: `SEO report for ${client}, ${monthsBefore(month, 1)}`, client, period: monthsBefore(month, 1) },
    inReview(1),
  );
  await staff.asana.comment(accepted, "Looks good, approved.");
  await staff.until("the report is accepted", async () => (await staff.detail(accepted)).status === "accepted");
  const revised = await staff.run({ name: `SEO report for ${client}, ${month}`, client, period: month }, inReview(1));
  await staff.asana.comment(revised, "Please show more queries and focus on mobile");
  await staff.until("version 2 is in review", async () => inReview(2)(await staff.detail(revised)));
  const asking = await staff.run(
    { name: "Numbers for the board meeting", client: "Plunkett", period: "the usual" },
    (run) => run.status === "needs_clarification",
  );
  const blocked = await staff.run(
    { name: "SEO report for Harbour & Sons", period: month },
    (run) => run.status === "blocked" || run.status === "needs_clarification",
  );
  await staff.faults({
    faults: [{ upstream: "search-console", kind: "status", status: 503, retryAfter: 1_800, times: 1_000 }],
  });
  const working = await staff.run(
    { name: `Plunkett: organic search, ${month}`, client: "Plunkett", period: month },
    (run) => run.waitingOn?.kind === "retry",
  );
  const version2 = (await staff.detail(revised)).artifacts.at(-1);
  return { accepted, revised, asking, blocked, working, artifactId: version2?.artifactId ?? "" };
}

/** Brings the day about. Rejects with what was waited for in vain. */
export async function agencyInUse(system: LocalSystem): Promise<Agency> {
  const staff = new Staff(system);
  const bare = await clients(staff);
  const made = await runs(staff);
  const dashboardSlug = "strategic-settlements";
  const feed = v.parse(DashboardSchema, await staff.call("GET", `/client-data-plane/dashboards/${dashboardSlug}`));
  return {
    ...bare,
    revisedRun: runIdOf(made.revised),
    acceptedRun: runIdOf(made.accepted),
    askingRun: runIdOf(made.asking),
    blockedRun: runIdOf(made.blocked),
    workingRun: runIdOf(made.working),
    artifactId: made.artifactId,
    clientId: "cl_strategic_settlements",
    unitId: "bu_strategic_settlements",
    dashboardSlug,
    factId: feed.scorecard.find((tile) => tile.figure.factId !== null)?.figure.factId ?? "",
  };
}
