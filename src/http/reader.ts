/**
 * Who reads facts, and whether they may. Staff and programs read by their role, as every route asks it. An agent names
 * itself and its purpose, needs a grant of the Business Unit for exactly that, and never gets invented facts.
 */
import { type Access, logAccess, logAccesses } from "../d1/access-log.ts";
import { listGrants } from "../d1/grants.ts";
import { emailOf, namesStaff } from "./auth.ts";
import type { HttpDeps, RouteRequest } from "./context.ts";
import { problem } from "./problem.ts";
import { type Parsed, textParam } from "./query.ts";

const AGENT_HEADER = "X-Agency-OS-Agent";
const AGENT = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,59}$/;

export function isAgentName(text: string): boolean {
  return AGENT.test(text);
}

/** Somebody who may read. */
export type Reader = Pick<Access, "readerKind" | "reader" | "purpose">;

/** What is read of a Business Unit, as the log has it. */
export type Reading = Pick<Access, "businessUnitId" | "what" | "metric" | "periodStart" | "periodEnd">;

/** Whether invented facts may be among what somebody reads. */
export function seesFixtures(reader: Reader): boolean {
  return reader.readerKind !== "agent";
}

/** Who reads when it is no agent; null for one. */
export function personReading(request: RouteRequest, purpose: string): Reader | null {
  if (agentOf(request) !== "") return null;
  const [readerKind, reader] = namesStaff(request)
    ? (["staff", emailOf(request) || "unknown"] as const)
    : (["service", "service"] as const);
  return { readerKind, reader, purpose };
}

function agentOf(request: RouteRequest): string {
  return request.headers.get(AGENT_HEADER)?.trim() ?? "";
}

/** Who reads, or the refusal, which is then in the log. */
export async function readerOf(request: RouteRequest, deps: HttpDeps, reading: Reading): Promise<Parsed<Reader>> {
  const purpose = textParam(new URL(request.url), "purpose");
  const person = personReading(request, purpose ?? reading.what);
  if (person !== null) return { ok: true, value: person };
  const agent = agentOf(request);
  if (!isAgentName(agent))
    return { ok: false, response: problem(400, "bad_agent", "An agent is named by letters, digits, dot, _ and -.") };
  if (purpose === null)
    return { ok: false, response: problem(400, "purpose_missing", "An agent says its purpose: ?purpose=.") };
  const reader = { readerKind: "agent", reader: agent, purpose } as const;
  const grants = await listGrants(deps.index, reading.businessUnitId, agent);
  if (grants.some((grant) => grant.purpose === purpose)) return { ok: true, value: reader };
  await noteRead(deps, reader, reading, 0, "not_granted");
  const detail = `${agent} has no grant to read this Business Unit for "${purpose}". An admin gives one.`;
  return { ok: false, response: problem(403, "not_granted", detail) };
}

/** A line of the access log; before the answer goes out. */
export async function noteRead(
  deps: HttpDeps,
  reader: Reader,
  reading: Reading,
  factCount: number,
  outcome = "answered",
): Promise<void> {
  await logAccess(deps.index, { at: deps.now().toISOString(), ...reader, ...reading, factCount, outcome });
}

/** The lines of an answer about several Business Units. */
export async function noteReads(
  deps: HttpDeps,
  reader: Reader,
  reads: readonly (Reading & { readonly factCount: number })[],
): Promise<void> {
  const at = deps.now().toISOString();
  await logAccesses(
    deps.index,
    reads.map((read) => ({ at, ...reader, ...read, outcome: "answered" })),
  );
}
