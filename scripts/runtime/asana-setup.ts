/** What is set up in Asana before the first task: the webhooks, and the demo's task itself. */
import * as v from "valibot";
import { BUSINESS_UNITS, CUSTOM_FIELDS, PROJECTS, USERS } from "../../sandbox/seed.ts";
import { askForCheck } from "./webhook-check.ts";

/** Personal access token of Maya in the sandbox; it opens nothing outside it. */
const MAYA_PAT = "sandbox-asana-pat-maya";

const CreatedSchema = v.object({ data: v.object({ gid: v.string() }) });

/** One call of Asana's API. Rejects with Asana's words. */
async function asana(baseUrl: string, pat: string, method: string, path: string, data?: unknown): Promise<unknown> {
  const response = await fetch(`${baseUrl.replace(/\/$/, "")}${path}`, {
    method,
    headers: { Authorization: `Bearer ${pat}`, "Content-Type": "application/json" },
    ...(data === undefined ? {} : { body: JSON.stringify({ data }) }),
    signal: AbortSignal.timeout(20_000),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`Asana answered ${method} ${path} with ${response.status}: ${text.slice(0, 300)}`);
  return text === "" ? null : JSON.parse(text);
}

/** Has the control plane make sure that both projects report to it. Rejects with what stands in the way. */
export async function ensureWebhooks(controlPlaneUrl: string, internalToken: string): Promise<void> {
  const problem = (await askForCheck({ controlPlaneUrl, internalToken }, { repair: true })).find(
    ({ outcome }) => outcome !== "works" && outcome !== "created",
  );
  if (problem !== undefined) throw new Error(`Asana does not report on ${problem.projectGid}: ${problem.detail}`);
}

/**
 * Month the demo asks for, as people write it: the last one whose search data is final on `today`
 * (Search Console is about three days late; five leaves room for time zones).
 */
export function demoMonth(today: Date): string {
  const settled = new Date(today.getTime() - 5 * 86_400_000);
  const month = new Date(Date.UTC(settled.getUTCFullYear(), settled.getUTCMonth() - 1, 1));
  return month.toLocaleDateString("en-GB", { month: "long", year: "numeric", timeZone: "UTC" });
}

/** Creates the demo's task as Maya would: in the intake project, assigned to Jessie. Answers its gid. */
export async function createDemoTask(baseUrl: string, today: Date): Promise<string> {
  const client = BUSINESS_UNITS[0]?.name ?? "";
  const option = CUSTOM_FIELDS.client.options.find(({ name }) => name === client);
  const created = await asana(baseUrl, MAYA_PAT, "POST", "/tasks", {
    name: `SEO report for ${client}, ${demoMonth(today)}`,
    notes: "Please prepare the monthly SEO report. The client call is next week; what changed, and why?",
    projects: [PROJECTS.intake.gid],
    assignee: USERS.jessie.gid,
    ...(option === undefined ? {} : { custom_fields: { [CUSTOM_FIELDS.client.gid]: option.gid } }),
  });
  return v.parse(CreatedSchema, created).data.gid;
}
