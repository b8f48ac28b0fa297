/** What a person would set up in Asana before the first task: the webhooks, and the demo's task itself. */
import * as v from "valibot";
import { BUSINESS_UNITS, CUSTOM_FIELDS, PROJECTS, USERS, WORKSPACE } from "../../sandbox/seed.ts";

/** Personal access token of Maya in the sandbox; it opens nothing outside it. */
const MAYA_PAT = "sandbox-asana-pat-maya";

const WebhookListSchema = v.object({
  data: v.array(v.object({ gid: v.string(), target: v.string(), resource: v.object({ gid: v.string() }) })),
});
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

/**
 * Makes sure that the intake and the platform-build project report to this control plane. Webhooks to another port, left
 * by an earlier run, are removed: Asana would go on trying to reach them.
 */
export async function ensureWebhooks(baseUrl: string, pat: string, controlPlaneUrl: string): Promise<void> {
  const listed = await asana(
    baseUrl,
    pat,
    "GET",
    `/webhooks?workspace=${WORKSPACE.gid}&opt_fields=target,resource.gid&limit=100`,
  );
  const webhooks = v.parse(WebhookListSchema, listed).data;
  for (const project of [PROJECTS.intake, PROJECTS.platformBuild]) {
    const target = `${controlPlaneUrl}/webhooks/asana?project=${project.gid}`;
    const ours = webhooks.filter(({ resource }) => resource.gid === project.gid);
    for (const { gid } of ours.filter((webhook) => webhook.target !== target)) {
      await asana(baseUrl, pat, "DELETE", `/webhooks/${gid}`);
    }
    if (ours.some((webhook) => webhook.target === target)) continue;
    await asana(baseUrl, pat, "POST", "/webhooks", { resource: project.gid, target });
  }
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
