/** What people decide about a report, and what the register says of its reuse. */
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, test } from "vitest";
import { ProblemSchema, pageOf } from "../../src/core/wire.ts";
import { type Report, ReportDetailSchema, ReportSchema } from "../../src/core/wire-reports.ts";
import { findArtifact } from "../../src/d1/artifacts.ts";
import { registerArtifacts } from "../../src/d1/register.ts";
import { freshTask, poke, runOf, say, settle, work } from "../actors/hands.ts";
import { artifactOf, HARBOUR, TASK } from "../support/run-cases.ts";
import { SITUATIONS } from "../support/run-machine.ts";
import { enterWorld, giveTask, type RunWorld } from "../support/run-world.ts";
import { ask, bodyOf, type Desk, newDesk } from "./hands.ts";

let desk: Desk;
let world: RunWorld;
let task: string;

beforeEach(async () => {
  desk = newDesk();
  world = enterWorld();
  task = freshTask();
  giveTask(world, task);
  await poke(world, task);
  await work(world);
});

const idOf = () => `art_${task}_v1`;
const staff = { "X-Agency-OS-Staff": "ada@agency.example" };

/** The row of the register, once the run has written what it promised. */
async function report(): Promise<Report> {
  await settle(world, runOf(task));
  return bodyOf(await ask(desk, "GET", `/report-artifacts/${idOf()}`), ReportSchema);
}

async function change(body: object): Promise<Response> {
  return ask(desk, "PATCH", `/report-artifacts/${idOf()}`, { headers: staff, body: JSON.stringify(body) });
}

async function decide(act: string, reason = "wrong month"): Promise<Report> {
  const { registryVersion: version } = await report();
  return bodyOf(await change({ act, reason, version }), ReportSchema);
}

async function found(query: string): Promise<readonly string[]> {
  await settle(world, runOf(task));
  const page = await ask(desk, "GET", `/report-artifacts?taskGid=${task}&${query}`);
  return (await bodyOf(page, pageOf(ReportSchema))).items.map(({ artifactId }) => artifactId);
}

async function write(text: string, ...values: readonly (string | number)[]): Promise<void> {
  await env.PLATFORM_BUILD_DB.prepare(text)
    .bind(...values)
    .run();
}

/** A final value of the report's client and month changes afterwards. */
async function restate(at: string): Promise<void> {
  await write(
    `INSERT INTO fact_restatements (fact_id, version, business_unit_id, metric, period_start, period_end, before_state,
       before_value, after_state, after_value, ingestion_run_id, recorded_at)
     VALUES (?, 2, 'bu_plunkett', 'gsc.clicks', '2040-10-01', '2040-10-31', 'measured', 1, 'measured', 2, 'ing_1', ?)`,
    `fact_${task}_${at}`,
    at,
  );
  await write(
    "INSERT INTO restatement_marks (fact_id, version, used_by, used_id) VALUES (?, 2, 'report_artifact', ?)",
    `fact_${task}_${at}`,
    idOf(),
  );
}

const later = (ms: number) => new Date(world.now + ms).toISOString();

describe("a report that is dismissed", () => {
  beforeEach(() => say(world, task, "I accept."));

  test("is answered as it is from now on, and the register follows", async () => {
    const answered = await decide("dismiss");
    expect(answered).toMatchObject({
      lifecycle: "dismissed",
      appraisal: { dismissed: { by: "ada@agency.example", reason: "wrong month" } },
      reuse: { reusable: false, code: "dismissed", reason: "ada@agency.example dismissed it: wrong month" },
    });
    expect(await report()).toEqual(answered);
    expect(await found("lifecycle=dismissed")).toEqual([idOf()]);
    expect(await found("lifecycle=accepted")).toEqual([]);
    expect((await decide("reinstate")).lifecycle).toBe("accepted");
  });

  test("stands in the log of its run with who and why", async () => {
    await decide("dismiss");
    const events = await runOf(task).events(0, 1_000);
    expect(events?.at(-1)?.summary).toBe(`ada@agency.example dismissed report ${idOf()}: wrong month`);
  });

  test("by somebody who saw an older version is a conflict with the difference, and nothing is written", async () => {
    const { registryVersion: version } = await report();
    await decide("mark_not_reusable");
    const stale = await change({ act: "dismiss", reason: "wrong month", version });
    expect([stale.status, await stale.json()]).toMatchObject([
      409,
      {
        code: "stale_write",
        version: version + 1,
        difference: [{ field: "lifecycle", yours: "dismissed", current: "accepted" }],
      },
    ]);
    const mark = await change({ act: "mark_reusable", reason: "fine", version });
    expect(await mark.json()).toMatchObject({ difference: [{ field: "reuse", yours: true, current: false }] });
    expect((await report()).lifecycle).toBe("accepted");
  });

  test.each([
    [{ act: "explode", reason: "r", version: 1 }, "act"],
    [{ act: "dismiss", reason: "  ", version: 1 }, "reason"],
    [{ act: "dismiss", reason: "r" }, "version"],
  ])("is refused by field when the body says nonsense: %o", async (body, path) => {
    const response = await change(body);
    expect([response.status, (await bodyOf(response, ProblemSchema)).issues?.[0]?.path]).toEqual([400, path]);
  });

  test("is no report there never was", async () => {
    const body = JSON.stringify({ act: "dismiss", reason: "r", version: 1 });
    const response = await ask(desk, "PATCH", "/report-artifacts/art_0_v1", { headers: staff, body });
    expect(response.status).toBe(404);
  });
});

test("a report in review is decided on its task, not here", async () => {
  const { registryVersion: version } = await report();
  const response = await change({ act: "dismiss", reason: "r", version });
  expect([response.status, (await bodyOf(response, ProblemSchema)).code]).toEqual([409, "wrong_state"]);
  expect((await report()).reuse).toMatchObject({ reusable: false, code: "in_review" });
});

describe("an accepted report", () => {
  beforeEach(() => say(world, task, "I accept."));

  test("may be used again until somebody says it may not", async () => {
    expect((await report()).reuse).toMatchObject({ reusable: true, code: "accepted" });
    expect([await found("reusable=true"), await found("reusable=false")]).toEqual([[idOf()], []]);
    expect((await decide("mark_not_reusable")).reuse.code).toBe("marked_not_reusable");
    expect([await found("reusable=true"), await found("reusable=false")]).toEqual([[], [idOf()]]);
    expect((await decide("unmark")).reuse.code).toBe("accepted");
  });

  test("whose data was restated may not, until somebody who knows says it may, and the data is restated again", async () => {
    await restate(later(-1_000));
    expect((await report()).reuse.code).toBe("restated");
    expect(await found("reusable=true")).toEqual([]);
    expect((await decide("mark_reusable", "one click")).reuse).toMatchObject({
      reusable: true,
      code: "marked_reusable",
    });
    expect(await found("reusable=true")).toEqual([idOf()]);
    await restate(later(1_000));
    expect((await report()).reuse.code).toBe("restated");
    expect(await found("reusable=true")).toEqual([]);
  });

  test("of a client whose facts of that time are invented may not, whatever anybody says", async () => {
    await decide("mark_reusable", "a demo");
    const { periodStart } = await report();
    await write(
      `INSERT INTO current_client_facts (fact_id, business_unit_id, metric, grain, period_start, period_end, dimension,
         member, state, value, unit, time_zone, source, external_id, maturity, definition, transform, version,
         ingestion_run_id, lineage, caveats, fixture, recorded_at)
       VALUES (?1, 'bu_plunkett', 'gsc.clicks', 'day', ?2, ?2, '', ?1, 'measured', 1, 'count', 'UTC', 'search_console',
         '', 'final', 'd', 't', 1, 'ing_1', '{}', '[]', 1, ?2)`,
      `fact_invented_${task}`,
      periodStart,
    );
    try {
      expect((await report()).reuse.code).toBe("fixture");
      expect(await found("reusable=true")).toEqual([]);
    } finally {
      await write("DELETE FROM current_client_facts WHERE fact_id = ?", `fact_invented_${task}`);
    }
  });

  test("is found by a month it is about, and by no other", async () => {
    const { periodStart } = await report();
    expect(await found(`month=${periodStart.slice(0, 7)}`)).toEqual([idOf()]);
    expect(await found("month=1999-01")).toEqual([]);
  });
});

test("a report is answered with its task, the versions and rounds of its run, and what was restated since", async () => {
  await say(world, task, "Please add a chart.");
  await work(world);
  await say(world, task, "I accept.");
  await restate(later(-1_000));
  await settle(world, runOf(task));
  const answered = await bodyOf(await ask(desk, "GET", `/report-artifacts/art_${task}_v2`), ReportDetailSchema);
  expect(answered).toMatchObject({
    version: 2,
    supersedes: idOf(),
    taskTitle: expect.stringContaining("SEO report"),
    taskUrl: expect.stringContaining("https://"),
    versions: [
      { artifactId: idOf(), version: 1, lifecycle: "superseded" },
      { version: 2, lifecycle: "accepted", acceptedBy: "Maya Lindqvist" },
    ],
    rounds: [
      { n: 1, artifactId: idOf(), kind: "revision", comment: "Please add a chart.", items: [{ outcome: "done" }] },
      { n: 2, artifactId: `art_${task}_v2`, kind: "acceptance" },
    ],
    restatements: [],
  });
  const first = await bodyOf(await ask(desk, "GET", `/report-artifacts/${idOf()}`), ReportDetailSchema);
  expect(first).toMatchObject({
    reuse: { code: "superseded" },
    restatements: [{ metric: "gsc.clicks", periodStart: "2040-10-01" }],
  });
});

describe("a task that was edited into another report", () => {
  const becomes = async (name: string) => {
    await report();
    giveTask(world, task, { name });
    await poke(world, task);
    await say(world, task, "apply");
    await work(world);
    await settle(world, runOf(task));
  };
  const shown = async (version: number) =>
    bodyOf(await ask(desk, "GET", `/report-artifacts/art_${task}_v${version}`), ReportDetailSchema);

  test("leaves the version that was made before with its own month, also when the register is written anew", async () => {
    await becomes("SEO report for Plunkett, September 2040");
    const months = async () => [(await shown(1)).periodStart, (await shown(2)).periodStart];
    expect(await months()).toEqual(["2040-10-01", "2040-09-01"]);
    await write("UPDATE report_artifacts SET period_start = '1999-01-01' WHERE task_gid = ?", task);
    await runOf(task).reproject();
    await settle(world, runOf(task));
    expect(await months()).toEqual(["2040-10-01", "2040-09-01"]);
    expect(await found("month=2040-10")).toEqual([idOf()]);
  });

  test("leaves the row of a version from before that was kept as it is", async () => {
    const { state } = SITUATIONS["review ready"];
    if (state?.brief == null) throw new Error("There is a brief.");
    const old = { ...state, artifacts: [artifactOf(1)] };
    const { periods } = state.brief;
    const later = { ...periods, primary: { ...periods.primary, start: "2040-09-01", end: "2040-09-30" } };
    await registerArtifacts(env.PLATFORM_BUILD_DB, old);
    await registerArtifacts(env.PLATFORM_BUILD_DB, { ...old, brief: { ...state.brief, periods: later } });
    const row = await findArtifact(desk.deps.index, `art_${TASK}_v1`);
    expect([row?.periodStart, row?.periodEnd]).toEqual(["2040-10-01", "2040-10-31"]);
  });

  test("for another client shows neither client the other's version, rounds or changes", async () => {
    world.units = [...world.units, HARBOUR];
    await say(world, task, "thanks");
    await becomes("SEO report for Harbour, October 2040");
    const [first, second] = [await shown(1), await shown(2)];
    expect([first.businessUnitId, second.businessUnitId]).toEqual(["bu_plunkett", "bu_harbour"]);
    expect([first.versions, second.versions].map((list) => list.map(({ version }) => version))).toEqual([[1], [2]]);
    expect([first.rounds.map(({ comment }) => comment), second.rounds]).toEqual([["thanks"], []]);
    const changes = await ask(desk, "GET", `/report-artifacts/art_${task}_v2/changes`);
    expect([changes.status, (await bodyOf(changes, ProblemSchema)).code]).toEqual([404, "other_client"]);
  });
});

test.each([
  ["reusable=perhaps", "reusable"],
  ["month=2040-1", "month"],
])("a filter that cannot be is refused by name: %s", async (query, path) => {
  const response = await ask(desk, "GET", `/report-artifacts?${query}`);
  expect([response.status, (await bodyOf(response, ProblemSchema)).issues?.[0]?.path]).toEqual([400, path]);
});
