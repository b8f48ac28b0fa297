/** Two clients, `bu_a` and `bu_b`, and people with one role each on the first of them, as rows of the index. */
import { env } from "cloudflare:workers";

const RUNS = [
  ["tar_1", "1", "bu_a"],
  ["tar_2", "2", "bu_b"],
  ["tar_3", "3", null],
] as const;

/** Roles on `bu_a`; whoever has one is called after it. */
export const UNIT_ROLES = ["viewer", "consultant", "approver", "admin", "ops"] as const;

export async function seedTwoClients(): Promise<void> {
  const at = "2026-11-01T00:00:00.000Z";
  const sql: [string, ...(string | null | number)[]][] = [
    ["INSERT INTO clients (client_id, name, created_at) VALUES ('cl_a', 'A', ?), ('cl_b', 'B', ?)", at, at],
    ...["a", "b"].map((x): [string, ...string[]] => [
      "INSERT INTO business_units (business_unit_id, client_id, name, time_zone, currency, created_at) VALUES (?, ?, ?, 'UTC', 'EUR', ?)",
      `bu_${x}`,
      `cl_${x}`,
      x,
      at,
    ]),
    ...UNIT_ROLES.flatMap((role): [string, ...string[]][] => [
      [
        "INSERT INTO staff_users (user_id, name, email, created_at) VALUES (?, ?, ?, ?)",
        `user_${role}`,
        role,
        `${role}@agency.example`,
        at,
      ],
      ["INSERT INTO business_unit_roles (business_unit_id, user_id, role) VALUES ('bu_a', ?, ?)", `user_${role}`, role],
    ]),
    [
      "INSERT INTO staff_users (user_id, name, email, agency_role, created_at) VALUES ('user_boss', 'Boss', 'boss@agency.example', 'admin', ?)",
      at,
    ],
    [
      "INSERT INTO staff_users (user_id, name, email, agency_role, archived_at, created_at) VALUES ('user_gone', 'Gone', 'gone@agency.example', 'admin', ?, ?)",
      at,
      at,
    ],
    ...RUNS.map(([runId, task, unit]): [string, ...(string | null)[]] => [
      "INSERT INTO team_agent_runs (run_id, task_gid, version, status, title, business_unit_id, summary, created_at, updated_at) VALUES (?, ?, 1, 'running', 't', ?, ?, ?, ?)",
      runId,
      task,
      unit,
      JSON.stringify(summary(runId, task, unit)),
      `2026-11-0${task}T00:00:00.000Z`,
      at,
    ]),
    ...["a", "b"].map((x): [string, ...string[]] => [
      "INSERT INTO report_artifacts (artifact_id, run_id, task_gid, business_unit_id, client_name, skill, version, lifecycle, sha256, narrator, answer, period_start, period_end, created_at, run_version) VALUES (?, 'r', '1', ?, ?, 's', 1, 'in_review', 'x', 'rules', '[]', '2026-10-01', '2026-10-31', ?, 1)",
      `art_${x}`,
      `bu_${x}`,
      x,
      at,
    ]),
  ];
  await env.PLATFORM_BUILD_DB.batch(
    sql.map(([text, ...values]) => env.PLATFORM_BUILD_DB.prepare(text).bind(...values)),
  );
}

function summary(runId: string, taskGid: string, businessUnitId: string | null) {
  const at = "2026-11-01T00:00:00.000Z";
  return {
    runId,
    taskGid,
    version: 1,
    status: "running",
    title: "t",
    skill: null,
    clientName: null,
    businessUnitId,
    requester: null,
    waitingOn: null,
    cause: null,
    progress: null,
    taskUrl: null,
    createdAt: at,
    updatedAt: at,
  };
}
