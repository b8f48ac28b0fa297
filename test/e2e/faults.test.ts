import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { PROJECTS } from "../../sandbox/seed.ts";
import { type Consultant, consult, marked } from "../support/consultant.ts";
import { type System, startSystem } from "../support/system.ts";

let system: System;
let maya: Consultant;

beforeAll(async () => {
  system = await startSystem();
  maya = consult(system);
});
afterEach(() => maya.clearFaults());
afterAll(() => system.stop());

const GSC_QUERY = "POST /webmasters/v3/sites/:siteUrl/searchAnalytics/query";

const FINISHES: readonly (readonly [string, readonly Record<string, unknown>[]])[] = [
  [
    "Search Console answers 429 with Retry-After once",
    [{ upstream: "search-console", kind: "status", status: 429, retryAfter: 1, times: 1 }],
  ],
  [
    "Search Console is down for the whole of one attempt",
    [{ upstream: "search-console", kind: "status", status: 500, times: 4 }],
  ],
  ["Search Console cuts its JSON off", [{ upstream: "search-console", route: GSC_QUERY, kind: "truncate", times: 2 }]],
  ["GA4 answers 500 twice", [{ upstream: "ga4", kind: "status", status: 500, times: 2 }]],
  [
    "Google's token expires in the middle",
    [{ upstream: "google-oauth", kind: "custom", name: "short_token", times: 1 }],
  ],
  [
    "Asana answers 429 to the first comment",
    [{ upstream: "asana", route: "POST /tasks/:gid/stories", kind: "status", status: 429, retryAfter: 1, times: 1 }],
  ],
  [
    "Asana takes a comment and the answer is lost",
    [{ upstream: "asana", route: "POST /tasks/:gid/stories", kind: "drop_after", times: 2 }],
  ],
  [
    "Asana takes a file and the answer is lost",
    [{ upstream: "asana", route: "POST /attachments", kind: "drop_after", times: 2 }],
  ],
  [
    "Asana is down when the task is read",
    [{ upstream: "asana", route: "GET /tasks/:gid", kind: "status", status: 503, times: 5 }],
  ],
];

it.each(FINISHES)("%s: retried and finished, nothing posted twice", async (_what, faults) => {
  await maya.faults(faults);
  const task = await maya.ask();
  const run = await maya.reviewed(task, 1);
  const comments = await maya.jessiesComments(task);
  expect(marked(comments, "status")).toHaveLength(1);
  expect(marked(comments, "review-v1")).toHaveLength(1);
  const names = (await maya.asana.attachments(task)).map((file) => file.name);
  expect(names.toSorted()).toEqual((run.artifacts[0]?.files ?? []).map((file) => file.name).toSorted());
});

const NAMED: readonly (readonly [string, readonly Record<string, unknown>[], string])[] = [
  [
    "Google's access was revoked",
    [{ upstream: "google-oauth", kind: "custom", name: "revoked" }],
    "google_oauth_revoked",
  ],
  [
    "the site gives no permission",
    [{ upstream: "search-console", kind: "custom", name: "no_permission" }],
    "search_console_permission",
  ],
  [
    "Search Console has no rows at all",
    [{ upstream: "search-console", kind: "custom", name: "empty" }],
    "search_console_empty",
  ],
];

it.each(NAMED)("%s: blocked with a reason in run, comment and list, and no report", async (_what, faults, code) => {
  await maya.faults(faults);
  const task = await maya.ask();
  const run = await maya.until(task, "it is blocked", (one) => one.status === "blocked");
  expect(run.cause?.code).toBe(code);
  expect(run.findings.length).toBeGreaterThan(0);
  expect(run.artifacts).toEqual([]);
  expect(await maya.asana.attachments(task)).toEqual([]);
  await expect.poll(async () => (await maya.jessiesComments(task)).length, { timeout: 10_000 }).toBe(2);
  const comments = await maya.jessiesComments(task);
  expect(comments.some((comment) => comment.text.includes(code))).toBe(true);
  await maya.clearFaults();
  expect((await maya.post(`/team-agent-runs/tar_${task}/retry`)).status).toBe(202);
  await maya.reviewed(task, 1);
});

it("two runs that fail for good at once: one error task that names both, and Retry from it ends both", async () => {
  await maya.faults([{ upstream: "search-console", kind: "status", status: 400 }]);
  const tasks = await Promise.all([maya.ask(), maya.ask()]);
  const runs = await Promise.all(
    tasks.map((task) => maya.until(task, "its failure is reported", (run) => run.errorTaskUrl !== null)),
  );
  const [url] = runs.map((run) => run.errorTaskUrl);
  expect(runs.map((run) => [run.status, run.cause?.code, run.errorTaskUrl])).toEqual([
    ["failed", runs[0]?.cause?.code, url],
    ["failed", runs[0]?.cause?.code, url],
  ]);
  const reported = () => maya.asana.tasks(PROJECTS.errors.gid);
  await expect
    .poll(async () => (await reported()).map((task) => task.notes).join("\n"), { timeout: 20_000 })
    .toContain("Seen 2 times");
  const [errorTask, ...others] = await reported();
  expect(others).toEqual([]);
  expect(errorTask?.permalink_url).toBe(url);
  expect(errorTask?.name).toContain(runs[0]?.cause?.code);
  for (const run of runs) expect(errorTask?.notes).toContain(`/runs/${run.runId}`);
  await maya.clearFaults();
  for (const { runId } of runs) expect((await maya.post(`/team-agent-runs/${runId}/retry`)).status).toBe(202);
  await Promise.all(tasks.map((task) => maya.reviewed(task, 1)));
});

const OPTIONAL: readonly (readonly [string, readonly Record<string, unknown>[], string, string])[] = [
  ["GA4 has no rows", [{ upstream: "ga4", kind: "custom", name: "empty" }], "ga4", "empty"],
  ["GA4 refuses the property", [{ upstream: "ga4", kind: "status", status: 403 }], "ga4", "unavailable"],
  ["AccuRanker is down", [{ upstream: "accuranker", kind: "status", status: 500 }], "accuranker", "unavailable"],
];

it.each(OPTIONAL)("%s: the report says so and never counts it as a success", async (_what, faults, channel, status) => {
  await maya.faults(faults);
  const task = await maya.ask();
  const run = await maya.reviewed(task, 1);
  const provenance = run.artifacts[0]?.provenance.find((one) => one.channel === channel);
  expect(provenance?.status).toBe(status);
  expect(provenance?.detail.length).toBeGreaterThan(10);
});

/** What the report says in its own words: quotes of queries and pages taken out, whatever they hold. */
function ownWords(html: string): string {
  return html.replace(/<(bdi|q)\b[^>]*>[\s\S]*?<\/\1>/g, "");
}

async function reportOf(task: string): Promise<string> {
  const report = (await maya.asana.attachments(task)).find((file) => file.name.endsWith(".html"));
  return new TextDecoder().decode(await maya.asana.download(report?.gid ?? ""));
}

const MODELS = ["hallucinate", "markup", "broken_json", "truncated", "refuse", "wrong_reference"] as const;

it.each(MODELS)("a model that does %s still ends in a complete report, worded by rules, that says so", async (name) => {
  await maya.faults([{ upstream: "model", kind: "custom", name }]);
  const task = await maya.ask();
  const run = await maya.reviewed(task, 1);
  expect(run.artifacts[0]?.narrator).toBe("rules");
  const words = ownWords(await reportOf(task));
  expect(words).toContain("Worded by rules");
  expect(words).not.toMatch(/<script|javascript:|onerror=/i);
  for (const heading of ["Scorecard", "Trend", "Where it changed", "Pages", "Queries", "Opportunities", "Rankings"]) {
    expect(words).toContain(`>${heading}<`);
  }
});

it("a model that obeys text in its data puts none of that into the report's own words", async () => {
  await maya.faults([{ upstream: "model", kind: "custom", name: "obey" }]);
  const task = await maya.ask();
  await maya.reviewed(task, 1);
  const html = await reportOf(task);
  expect(html).toContain("PWNED");
  expect(ownWords(html)).not.toContain("PWNED");
});

it("a model that is not there at all still ends in a complete report", async () => {
  await maya.faults([{ upstream: "model", kind: "status", status: 500 }]);
  const task = await maya.ask();
  const run = await maya.reviewed(task, 1);
  expect(run.artifacts[0]?.narrator).toBe("rules");
});
