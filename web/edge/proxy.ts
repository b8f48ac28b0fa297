/** `/api/*` → the control plane, with the service token that no browser ever sees. */
import { isUpgrade } from "./gate.ts";
import { guardProxied } from "./headers.ts";
import { type Refusal, refuse } from "./refusal.ts";
import { type EdgeEnv, isLocal, isOps, serviceToken } from "./settings.ts";

const PREFIX = "/api";
/** Only these travel on: cookies, credentials and a client's own idea of token or staff member stay behind. */
const FORWARDED = [
  "accept",
  "accept-language",
  "connection",
  "content-type",
  "if-modified-since",
  "if-none-match",
  "range",
  "sec-websocket-extensions",
  "sec-websocket-key",
  "sec-websocket-protocol",
  "sec-websocket-version",
  "upgrade",
  "user-agent",
];
/** Surfaces for tools and for Asana: browsers have no business there, whatever token the edge holds. */
const CLOSED = ["/internal", "/webhooks"];
/** What of the closed surface the ops pages use; raw snapshots and whatever comes later stay closed. */
const FOR_OPS = [
  "/internal/ops",
  "/internal/holds",
  "/internal/webhooks",
  "/internal/dead-letters",
  "/internal/actors",
];
/** Spellings by which two parsers may read two different paths: refused instead of guessed. */
const AMBIGUOUS = /\/\/|\\|%2f|%5c|%2e|%00/i;

/** True when the path belongs to the API. */
export function isApiPath(pathname: string): boolean {
  return pathname === PREFIX || pathname.startsWith(`${PREFIX}/`);
}

function outgoing(request: Request, url: URL, path: string, token: string, staff: string | null): Request {
  const headers = new Headers();
  for (const name of FORWARDED) {
    const value = request.headers.get(name);
    if (value !== null) headers.set(name, value);
  }
  headers.set("x-agency-os-internal-token", token);
  if (staff !== null) headers.set("x-agency-os-staff", staff);
  const target = new URL(url);
  target.pathname = path;
  return new Request(new Request(target, request), { headers, redirect: "manual" });
}

function isUnder(path: string, surfaces: readonly string[]): boolean {
  const lower = path.toLowerCase();
  return surfaces.some((surface) => lower === surface || lower.startsWith(`${surface}/`));
}

/** Why this path is not for this member of staff; null when it is. The control plane asks the same again. */
function pathRefusal(path: string, staff: string | null, env: EdgeEnv): Refusal | null {
  if (!isUnder(path, CLOSED)) return null;
  if (!isUnder(path, FOR_OPS))
    return { status: 404, code: "not_found", title: "Not found", detail: "There is nothing at this address." };
  if (isOps(env, staff)) return null;
  const detail = "These pages are for operators. Whoever runs Agency OS names them in OPS_EMAILS.";
  return { status: 403, code: "ops_only", title: "Operators only", detail };
}

/**
 * Forwards one API request. Answers 400 on an ambiguous path, 404 on a closed one, 403 on one for operators, 503 without a token and
 * 502 when the control plane cannot be reached; everything else is the control plane's own answer.
 */
export async function proxyApi(request: Request, url: URL, env: EdgeEnv): Promise<Response> {
  const path = url.pathname.slice(PREFIX.length) || "/";
  if (AMBIGUOUS.test(path)) {
    const detail = "The path holds an encoded or doubled separator.";
    return refuse(request, { status: 400, code: "ambiguous_path", title: "Path refused", detail });
  }
  const staff = isLocal(env) ? "dev@localhost" : null;
  const closed = pathRefusal(path, staff, env);
  if (closed !== null) return refuse(request, closed);
  const token = await serviceToken(env);
  if (token === null) {
    const detail = "AGENCY_OS_INTERNAL_API_TOKEN is not set for the web interface.";
    return refuse(request, { status: 503, code: "token_missing", title: "The panel is not configured", detail });
  }
  let response: Response;
  try {
    response = await env.CONTROL_PLANE.fetch(outgoing(request, url, path, token, staff));
  } catch {
    const detail = "The control plane did not answer. It may be restarting; try again in a moment.";
    return refuse(request, {
      status: 502,
      code: "control_plane_unreachable",
      title: "The control plane is away",
      detail,
    });
  }
  // A 101 carries the socket itself: copying the response would lose it.
  if (isUpgrade(request) && response.status === 101) return response;
  const guarded = new Response(response.body, response);
  guardProxied(path, guarded.headers);
  return guarded;
}
