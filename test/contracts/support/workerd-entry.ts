/** Runs inside workerd: every live port once, against the addresses given in the environment. */
import { hmacSha256Hex, sha256Hex, timingSafeEqualText } from "../../../src/lib/hash.ts";
import { liveAccuranker } from "../../../src/ports/accuranker/live.ts";
import { liveAsana } from "../../../src/ports/asana/live.ts";
import { liveGa4 } from "../../../src/ports/ga4/live.ts";
import { liveGoogleAds } from "../../../src/ports/google-ads/live.ts";
import { liveGoogleOAuth } from "../../../src/ports/google-oauth/live.ts";
import { liveMeta } from "../../../src/ports/meta/live.ts";
import { liveModel } from "../../../src/ports/model/live.ts";
import { liveSearchConsole } from "../../../src/ports/search-console/live.ts";
import { r2Snapshots, type SnapshotBucket } from "../../../src/ports/snapshots/live.ts";

/** Text bindings of this Worker, and the bucket. */
export interface WorkerdEnv {
  readonly SNAPSHOTS: SnapshotBucket;
  readonly [name: string]: unknown;
}

const DAYS = { startDate: "2026-10-01", endDate: "2026-10-31" };
const RANGE = { from: "2026-10-01", to: "2026-10-31" };

async function everyPort(env: WorkerdEnv) {
  const setting = (name: string) => String(env[name]);
  const secret = (name: string) => async () => setting(name);
  const transport = { fetch, sleep: async () => undefined, now: () => new Date() };
  const oauth = liveGoogleOAuth({
    ...transport,
    baseUrl: setting("GOOGLE_OAUTH_BASE_URL"),
    clientId: secret("AGENCY_OS_GOOGLE_OAUTH_CLIENT_ID"),
    clientSecret: secret("AGENCY_OS_GOOGLE_OAUTH_CLIENT_SECRET"),
    refreshToken: secret("AGENCY_OS_GOOGLE_OAUTH_REFRESH_TOKEN"),
  });
  const asana = liveAsana({
    ...transport,
    baseUrl: setting("ASANA_BASE_URL"),
    token: secret("AGENCY_OS_ASANA_AGENT_PAT"),
  });
  const task = setting("TASK_GID");
  const bytes = new TextEncoder().encode("<p>Zoë</p>");
  const attached = await asana.attach(task, { name: "Zoë.html", mediaType: "text/html", bytes });
  const comment = await asana.postComment(task, "<body>from workerd</body>");
  const site = setting("SITE");
  const searchConsole = liveSearchConsole({ ...transport, baseUrl: setting("SEARCH_CONSOLE_BASE_URL"), oauth });
  const search = await searchConsole.query(site, { ...DAYS, dimensions: [], rowLimit: 1, startRow: 0 });
  const ga4 = liveGa4({ ...transport, baseUrl: setting("GA4_BASE_URL"), oauth });
  const report = { ...DAYS, dimensions: [], metrics: ["sessions"], filter: null, limit: 1, offset: 0 };
  const sessions = await ga4.runReport(setting("PROPERTY"), report);
  const ads = liveGoogleAds({
    ...transport,
    baseUrl: setting("GOOGLE_ADS_BASE_URL"),
    oauth,
    developerToken: secret("AGENCY_OS_GOOGLE_ADS_DEVELOPER_TOKEN"),
    loginCustomerId: setting("MANAGER"),
  });
  const campaigns = await ads.campaignDays(setting("CUSTOMER"), RANGE);
  const metaToken = secret("AGENCY_OS_META_ACCESS_TOKEN");
  const meta = liveMeta({ ...transport, baseUrl: setting("META_BASE_URL"), token: metaToken });
  const insights = await meta.insightDays(setting("AD_ACCOUNT"), RANGE, "account");
  const token = secret("AGENCY_OS_ACCURANKER_API_TOKEN");
  const accuranker = liveAccuranker({ ...transport, baseUrl: setting("ACCURANKER_BASE_URL"), token });
  const keywords = await accuranker.keywords(setting("DOMAIN"), RANGE, { limit: 2, offset: 0 });
  const model = liveModel({
    ...transport,
    baseUrl: setting("AI_GATEWAY_BASE_URL"),
    apiKey: secret("AGENCY_OS_OPENAI_API_KEY"),
    gatewayToken: secret("AGENCY_OS_AI_GATEWAY_TOKEN"),
    model: "gpt-5.5",
    payloadLogging: false,
  });
  const answer = await model.ask({
    instructions: "Classify.",
    input: JSON.stringify({ comment: "Approved!" }),
    schema: { name: "feedback", json: { type: "object" } },
    maxOutputTokens: 200,
    purpose: "classify_feedback",
    runId: "tar_1",
  });
  const snapshots = r2Snapshots(env.SNAPSHOTS);
  const ref = await snapshots.put({ businessUnitId: "bu", source: "search_console", reply: search.raw, rowCount: 1 });
  const again = await snapshots.put({ businessUnitId: "bu", source: "search_console", reply: search.raw, rowCount: 1 });
  return {
    attached: attached.name,
    downloaded: new TextDecoder().decode((await asana.download(attached.gid)) ?? new Uint8Array()),
    comment: comment.text,
    clicks: (search.rows[0]?.clicks ?? 0) > 0,
    sessions: (sessions.rows[0]?.metrics[0] ?? 0) > 0,
    campaigns: [campaigns.days.length > 31, campaigns.quota.requestId !== null],
    insights: [insights.days.length, insights.quota.tier],
    keywords: keywords.keywords.length,
    answer: answer.kind,
    snapshot: (await snapshots.get(ref)) === search.raw.body && again.key === ref.key,
    digest: await sha256Hex("abc"),
    signature: await hmacSha256Hex("key", "abc"),
    equal: [timingSafeEqualText("a", "a"), timingSafeEqualText("a", "b")],
  };
}

export default {
  async fetch(_request: Request, env: WorkerdEnv): Promise<Response> {
    return Response.json(await everyPort(env));
  },
};
