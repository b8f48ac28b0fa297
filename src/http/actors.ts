/** What ops see of one actor and may do to it, and runs as files. */
import * as v from "valibot";
import { isUnitId } from "../core/business-unit/ids.ts";
import { isGid } from "../core/ids.ts";
import { OPS_ACTIONS, opsActionOf } from "../core/run/ops.ts";
import { parseJson, readAs } from "../lib/json.ts";
import { staffOf } from "./auth.ts";
import type { HttpDeps, RouteRequest, RunDoor, UnitDoor } from "./context.ts";
import { json, problem } from "./problem.ts";

const ActionBody = v.object({ reason: v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(300)) });
/** A bundle travels to its actor in one call, which takes 32 MiB; a text beyond Latin-1 takes two bytes a character there. */
const MAX_BUNDLE_BYTES = 30 * 1024 * 1024;
const bytesInCall = (text: string): number => (/[^\u0000-\u00ff]/.test(text) ? 2 : 1) * text.length;
const ImportedRun = v.looseObject({ run: v.looseObject({ runId: v.string(), taskGid: v.string() }) });

/** The actor of the address, or why there is none. */
function actorOf(request: RouteRequest, deps: HttpDeps): Pick<RunDoor | UnitDoor, "inspect" | "act"> | Response {
  const { kind = "", name = "" } = request.params;
  if (kind === "business-unit")
    return isUnitId(name)
      ? deps.unit(name)
      : problem(404, "no_such_actor", "An actor of a Business Unit is named by the unit's id.");
  if (kind === "build-run") return problem(404, "no_such_actor", `This version has no actors of the kind ${kind} yet.`);
  if (kind !== "team-agent-run") return problem(404, "no_such_actor", "There is no such kind of actor.");
  return isGid(name) ? deps.run(name) : problem(404, "no_such_actor", "An actor of a run is named by its task's gid.");
}

const noSuchActor = (): Response => problem(404, "no_such_actor", "There is no such actor.");

function file(text: string): Response {
  return new Response(text, { headers: { "content-type": "application/json", "cache-control": "no-store" } });
}

export async function inspectActor(request: RouteRequest, deps: HttpDeps): Promise<Response> {
  const actor = actorOf(request, deps);
  if (actor instanceof Response) return actor;
  const state = await actor.inspect();
  return state === null ? noSuchActor() : file(await deps.redacted(state));
}

/** An act on one actor: who and why go into its log. */
export async function actOnActor(request: RouteRequest, deps: HttpDeps): Promise<Response> {
  const actor = actorOf(request, deps);
  if (actor instanceof Response) return actor;
  const action = opsActionOf(request.params.action ?? "");
  if (action === null) return problem(404, "no_such_action", `Actions are ${OPS_ACTIONS.join(", ")}.`);
  const body = parseJson(await request.text());
  const read = body.ok ? readAs(ActionBody, body.value) : body;
  if (!read.ok) {
    const issues = [{ path: "reason", message: "Say why in 1 to 300 characters; it goes into the log." }];
    return problem(400, "reason_missing", "An action needs a reason.", { issues });
  }
  const answer = await actor.act(action, staffOf(request), read.value.reason);
  if (answer.ok) return json({ done: action }, 202);
  const { code, detail } = answer.refusal;
  return code === "no_such_run" || code === "no_such_unit" ? noSuchActor() : problem(409, code, detail);
}

/** Another system's run, as a copy to look at. Production shows its own runs alone. */
export async function importRun(request: RouteRequest, deps: HttpDeps): Promise<Response> {
  if (!deps.importsAllowed)
    return problem(403, "imports_refused", "Runs are imported into local and development systems only.");
  const text = await request.text();
  if (bytesInCall(text) > MAX_BUNDLE_BYTES)
    return problem(413, "bundle_too_large", "The bundle is larger than 30 MiB.");
  const body = parseJson(text);
  const read = body.ok ? readAs(ImportedRun, body.value) : body;
  if (!read.ok) return problem(400, "bad_bundle", `This is no run bundle: ${read.problem}.`);
  const { runId, taskGid } = read.value.run;
  if (!isGid(taskGid)) return problem(400, "bad_bundle", "The bundle names no task.");
  const refusal = await deps.run(taskGid).importCopy(text);
  return refusal === null ? json({ runId }, 201) : problem(409, "not_imported", refusal);
}

const ReprojectBody = v.object({ cursor: v.optional(v.nullable(v.pipe(v.string(), v.maxLength(2_000))), null) });

/** A page of the index, written anew from the actors. */
export async function reproject(request: RouteRequest, deps: HttpDeps): Promise<Response> {
  const text = await request.text();
  const body = text === "" ? { ok: true as const, value: {} } : parseJson(text);
  const read = body.ok ? readAs(ReprojectBody, body.value) : body;
  const page = read.ok ? await deps.reprojectPage(read.value.cursor) : undefined;
  if (page === undefined)
    return problem(400, "bad_cursor", "Send {} to begin, then the nextCursor of the page before as it was.");
  return json(page);
}

const RESULT_KEY = /^journal\/tar_\d{1,32}\/[A-Za-z0-9_.%/-]{1,300}\/[0-9a-f]{64}\.json$/;

/** A recorded result that was too large for the journal, byte for byte: what the verifier takes its digest of. */
export async function getJournalResult(request: RouteRequest, deps: HttpDeps): Promise<Response> {
  const key = new URL(request.url).pathname.slice("/internal/".length);
  const body = RESULT_KEY.test(key) && !key.includes("..") ? await deps.blob(key) : null;
  if (body === null) return problem(404, "no_such_result", "There is no such recorded result.");
  return new Response(body, {
    headers: { "content-type": "application/json", "cache-control": "no-store", "x-content-type-options": "nosniff" },
  });
}
