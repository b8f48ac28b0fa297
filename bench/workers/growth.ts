/** Rows of *growth*, made inside the database: sending a million would take longer than everything else. */
import type { FinishedWork } from "../../src/core/run/lease.ts";
import { theWorld } from "../../test/support/run-world.ts";
import { liveWorld, makeReady } from "./run.ts";

/** Newest last; each of a thousand clients has its own name, every title holds the same words, one in fifty failed. */
const FILL = `
  WITH RECURSIVE numbers (n) AS (SELECT ?1 UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < ?2),
  rows AS (
    SELECT 'tar_' || (3000000000000 + n) AS run_id, '' || (3000000000000 + n) AS task_gid,
      CASE WHEN n % 50 = 0 THEN 'failed' WHEN n % 7 = 0 THEN 'review_ready' ELSE 'accepted' END AS status,
      'bu_' || (n % 1000) AS unit, 'Client ' || printf('%04d', n % 1000) AS client,
      'SEO report number ' || n AS title, 'Person ' || (n % 40) AS requester,
      strftime('%Y-%m-%dT%H:%M:%fZ', 1600000000 + n * 60, 'unixepoch') AS at
    FROM numbers
  )
  INSERT INTO team_agent_runs
    (run_id, task_gid, version, status, skill, business_unit_id, client_name, title, requester, summary, created_at, updated_at)
  SELECT run_id, task_gid, 1, status, 'seo-reporting', unit, client, title, requester,
    json_object('runId', run_id, 'taskGid', task_gid, 'version', 1, 'status', status, 'title', title,
      'skill', 'seo-reporting', 'clientName', client, 'businessUnitId', unit, 'requester', requester,
      'waitingOn', NULL, 'wakeAt', NULL, 'parked', 0, 'cause', NULL, 'progress', NULL, 'taskUrl', NULL,
      'createdAt', at, 'updatedAt', at),
    at, at
  FROM rows`;

/** `/growth/fill?from=&to=` rows of the index; `/growth/events?task=&count=` steps of one run. */
export async function growth(url: URL, env: BenchEnv): Promise<Response> {
  const number = (name: string) => Number(url.searchParams.get(name));
  if (url.pathname === "/growth/fill")
    await env.PLATFORM_BUILD_DB.prepare(FILL).bind(number("from"), number("to")).run();
  else await grow(url.searchParams.get("task") ?? "", number("count"), env);
  return new Response("done");
}

/** A run with so many finished steps, each with a small result. */
async function grow(task: string, count: number, env: BenchEnv): Promise<void> {
  await makeReady(liveWorld(), env, [task]);
  const run = env.TEAM_AGENT_RUN.getByName(task);
  const [message] = theWorld().executions.splice(0);
  const grant = await run.acquire(message?.attempt ?? 0);
  if (!grant.ok) throw new Error("A promised run lends its lease.");
  for (let n = 0; n < count; n += 64) {
    const done = Array.from({ length: Math.min(64, count - n) }, (_, at): FinishedWork => {
      const key = `step.${n + at}`;
      return { kind: "step", key, label: `Step ${n + at}`, startedAt: Date.now(), result: '{"inline":1}' };
    });
    await run.advance(grant.value.epoch, done, null);
  }
}
