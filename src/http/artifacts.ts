/** The report registry: list, one, what people decide about it, and the bytes of its files. */
import { reuseOf } from "../core/reuse.ts";
import type { FieldDifference } from "../core/wire.ts";
import type { AppraisalAct, Artifact } from "../core/wire-artifact.ts";
import { AppraiseBodySchema, type Report } from "../core/wire-reports.ts";
import { findArtifact, findFile, listArtifacts } from "../d1/artifacts.ts";
import { findReport } from "../d1/report-detail.ts";
import { visibleUnits } from "./access.ts";
import { staffOf } from "./auth.ts";
import { jsonBody } from "./body.ts";
import type { HttpDeps, RouteRequest } from "./context.ts";
import { json, problem } from "./problem.ts";
import { cursorParam, PAGE_SIZE, textParam } from "./query.ts";

export async function listArtifactsRoute(request: RouteRequest, deps: HttpDeps): Promise<Response> {
  const url = new URL(request.url);
  const after = cursorParam(url);
  if (!after.ok) return after.response;
  const reusable = textParam(url, "reusable");
  const month = textParam(url, "month");
  if (!/^(true|false)$/.test(reusable ?? "true")) return badFilter("reusable", "Expected true or false.");
  if (!/^\d{4}-\d{2}$/.test(month ?? "2026-01")) return badFilter("month", "Expected a month, YYYY-MM.");
  const page = await listArtifacts(deps.index, {
    businessUnitId: textParam(url, "businessUnitId"),
    skill: textParam(url, "skill"),
    lifecycle: textParam(url, "lifecycle"),
    taskGid: textParam(url, "taskGid"),
    reusable: reusable === null ? null : reusable === "true",
    month,
    q: textParam(url, "q"),
    after: after.value,
    limit: PAGE_SIZE,
    units: await visibleUnits(request, deps, "artifacts.read"),
  });
  return json(page);
}

function badFilter(path: string, message: string): Response {
  return problem(400, "bad_query", `The parameter ${path} is not what it should be.`, { issues: [{ path, message }] });
}

export async function getArtifact(request: RouteRequest, deps: HttpDeps): Promise<Response> {
  const report = await findReport(deps.index, request.params.artifactId ?? "");
  return report === null ? noSuchArtifact() : json(report);
}

/**
 * What somebody decides about a report outside its review. The run that made it decides and writes it down; the register
 * follows, so the answer is the run's own word.
 */
export async function appraiseArtifact(request: RouteRequest, deps: HttpDeps): Promise<Response> {
  const { artifactId = "" } = request.params;
  const body = await jsonBody(request, AppraiseBodySchema);
  if (!body.ok) return body.response;
  const report = await findArtifact(deps.index, artifactId);
  if (report === null) return noSuchArtifact();
  const { act, reason, version } = body.value;
  const door = deps.run(report.taskGid);
  const answer = await door.appraise(artifactId, act, staffOf(request), reason, version);
  const present = (await door.view())?.artifacts.find((one) => one.artifactId === artifactId);
  if (present === undefined) return noSuchArtifact();
  if (answer.ok) return json(asRunSays(report, present));
  const { code, detail } = answer.refusal;
  if (code !== "stale_write") return problem(409, code, detail);
  return problem(409, code, detail, { version: present.registryVersion, difference: differenceOf(act, present) });
}

const noSuchArtifact = (): Response => problem(404, "no_such_artifact", "There is no such report.");

/** The row of the register with what the run knows already. */
function asRunSays(report: Report, present: Artifact): Report {
  const { lifecycle, appraisal, registryVersion } = present;
  return { ...report, lifecycle, appraisal, registryVersion, reuse: reuseOf({ ...report, lifecycle, appraisal }) };
}

/** What the act would have made of the report against what stands there by now. */
function differenceOf(act: AppraisalAct, present: Artifact): FieldDifference[] {
  if (act === "dismiss" || act === "reinstate") {
    const yours = act === "dismiss" ? "dismissed" : "not dismissed";
    return [{ field: "lifecycle", yours, current: present.lifecycle }];
  }
  const said = present.appraisal?.reuse ?? null;
  const yours = act === "unmark" ? null : act === "mark_reusable";
  return [{ field: "reuse", yours, current: said?.reusable ?? null }];
}

/**
 * Bytes of a file. A report is a document somebody else's text went into: it may run nothing, load nothing and be
 * framed by nobody, whatever is in it.
 */
export async function getArtifactFile(request: RouteRequest, deps: HttpDeps): Promise<Response> {
  const { artifactId = "", fileId = "" } = request.params;
  const file = await findFile(deps.index, artifactId, fileId);
  if (file === null) return problem(404, "no_such_file", "There is no such file in this report.");
  const body = await deps.blob(file.objectKey);
  if (body === null) return problem(404, "file_missing", "The file is registered but its bytes are gone.");
  const inline = file.mediaType.startsWith("text/html");
  const name = file.name.replace(/[^\w.-]+/g, "_");
  return new Response(body, {
    headers: {
      "content-type": /charset/i.test(file.mediaType) ? file.mediaType : `${file.mediaType}; charset=utf-8`,
      "content-disposition": `${inline ? "inline" : "attachment"}; filename="${name}"`,
      "content-security-policy":
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'; form-action 'none'; base-uri 'none'; sandbox",
      "x-content-type-options": "nosniff",
      "referrer-policy": "no-referrer",
      etag: `"${file.sha256}"`,
      "cache-control": "private, max-age=31536000, immutable",
    },
  });
}
