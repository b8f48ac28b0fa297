/** Routes for ops and tools. */
import { gunzipped } from "../lib/gunzip.ts";
import type { HttpDeps, RouteRequest } from "./context.ts";
import { problem } from "./problem.ts";

const SNAPSHOT_KEY = /^snapshots\/[A-Za-z0-9_-]{1,100}\/[a-z0-9_]{1,40}\/[0-9a-f]{64}\.json(?:\.gz)?$/;

/**
 * A raw snapshot, byte for byte: what the verifier recomputes figures from, and what the byte ranges of a lineage are
 * counted in. Compressed ones come uncompressed.
 */
export async function getSnapshot(request: RouteRequest, deps: HttpDeps): Promise<Response> {
  // A key that needs decoding is none of ours.
  const key = new URL(request.url).pathname.slice("/internal/snapshots/".length);
  const body = SNAPSHOT_KEY.test(key) ? await deps.blob(key) : null;
  if (body === null) return problem(404, "no_such_snapshot", "There is no such snapshot.");
  return new Response(key.endsWith(".gz") ? gunzipped(body) : body, {
    headers: { "content-type": "application/json", "cache-control": "no-store", "x-content-type-options": "nosniff" },
  });
}
