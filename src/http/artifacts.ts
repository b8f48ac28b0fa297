/** The report registry: list, one, and the bytes of its files. */
import { findArtifact, findFile, listArtifacts } from "../d1/artifacts.ts";
import { visibleUnits } from "./access.ts";
import type { HttpDeps, RouteRequest } from "./context.ts";
import { json, problem } from "./problem.ts";
import { cursorParam, PAGE_SIZE, textParam } from "./query.ts";

export async function listArtifactsRoute(request: RouteRequest, deps: HttpDeps): Promise<Response> {
  const url = new URL(request.url);
  const after = cursorParam(url);
  if (!after.ok) return after.response;
  const page = await listArtifacts(deps.index, {
    businessUnitId: textParam(url, "businessUnitId"),
    skill: textParam(url, "skill"),
    lifecycle: textParam(url, "lifecycle"),
    taskGid: textParam(url, "taskGid"),
    q: textParam(url, "q"),
    after: after.value,
    limit: PAGE_SIZE,
    units: await visibleUnits(request, deps, "artifacts.read"),
  });
  return json(page);
}

export async function getArtifact(request: RouteRequest, deps: HttpDeps): Promise<Response> {
  const artifact = await findArtifact(deps.index, request.params.artifactId ?? "");
  return artifact === null ? problem(404, "no_such_artifact", "There is no such report.") : json(artifact);
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
