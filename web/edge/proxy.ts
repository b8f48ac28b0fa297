/** `/api/*` → the control plane, with the service token that no browser ever sees. */
import { WRITE_PASS_HEADER } from "../../src/core/wire-tickets.ts";
import { isUpgrade, isWrite } from "./gate.ts";
import { guardProxied } from "./headers.ts";
import { passRefusal, writePass } from "./passes.ts";
import { type Refusal, refuse } from "./refusal.ts";
import { type EdgeEnv, serviceToken } from "./settings.ts";
import { TICKET, ticketFor, ticketRefusal, wishOf } from "./tickets.ts";

const PREFIX = "/api";
/** Answered here, never forwarded. */
const TICKETS = "/tickets";
/** Who asks is asked by every page first, so the write pass comes along with it. */
const WHO = "/me";
const UPGRADE_REQUIRED = 426;
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
/** What of the closed surface the ops pages use; the control plane says who may. Raw snapshots and whatever comes later stay closed. */
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

/** One request as the edge understood it. */
interface Call {
  readonly request: Request;
  readonly url: URL;
  /** Without `/api`. */
  readonly path: string;
  readonly email: string;
  readonly token: string;
  readonly now: number;
}

function outgoing({ request, url, path, token, email }: Call): Request {
  const headers = new Headers();
  for (const name of FORWARDED) {
    const value = request.headers.get(name);
    if (value !== null) headers.set(name, value);
  }
  const target = new URL(url);
  target.pathname = path;
  // A ticket has done its part here, and what is in no address further on is in no log there.
  if (isUpgrade(request)) target.searchParams.delete(TICKET);
  return new Request(new Request(target, request), { headers: ours(headers, token, email), redirect: "manual" });
}

function ours(headers: Headers, token: string, email: string): Headers {
  headers.set("x-agency-os-internal-token", token);
  headers.set("x-agency-os-staff", email);
  return headers;
}

function isUnder(path: string, surfaces: readonly string[]): boolean {
  const lower = path.toLowerCase();
  return surfaces.some((surface) => lower === surface || lower.startsWith(`${surface}/`));
}

/** Why this path is for no browser; null when it is. */
function pathRefusal(path: string): Refusal | null {
  if (AMBIGUOUS.test(path)) {
    const detail = "The path holds an encoded or doubled separator.";
    return { status: 400, code: "ambiguous_path", title: "Path refused", detail };
  }
  if (!isUnder(path, CLOSED) || isUnder(path, FOR_OPS)) return null;
  return { status: 404, code: "not_found", title: "Not found", detail: "There is nothing at this address." };
}

const AWAY: Refusal = {
  status: 502,
  code: "control_plane_unreachable",
  title: "The control plane is away",
  detail: "The control plane did not answer. It may be restarting; try again in a moment.",
};

async function forward(call: Call, env: EdgeEnv): Promise<Response> {
  let response: Response;
  try {
    response = await env.CONTROL_PLANE.fetch(outgoing(call));
  } catch {
    return refuse(call.request, AWAY);
  }
  // A 101 carries the socket itself: copying the response would lose it.
  if (isUpgrade(call.request) && response.status === 101) return response;
  const guarded = new Response(response.body, response);
  guardProxied(call.path, guarded.headers);
  if (call.path === WHO) guarded.headers.set(WRITE_PASS_HEADER, await writePass(call.token, call.email, call.now));
  return guarded;
}

/**
 * Gives a ticket to whoever may watch. The control plane is asked for the socket's own address without an upgrade: behind the
 * route's guards that is answered "WebSocket only", which says that this person may. Nothing is opened and no actor wakes.
 */
async function giveTicket({ request, url, token, email, now }: Call, env: EdgeEnv): Promise<Response> {
  const wish = await wishOf(request);
  if ("refusal" in wish) return refuse(request, wish.refusal);
  const headers = ours(new Headers({ accept: "application/json" }), token, email);
  let answer: Response;
  try {
    answer = await env.CONTROL_PLANE.fetch(new Request(new URL(wish.path, url), { headers, redirect: "manual" }));
  } catch {
    return refuse(request, AWAY);
  }
  if (answer.status === UPGRADE_REQUIRED) {
    await answer.body?.cancel();
    const ticket = Response.json(await ticketFor(token, email, wish.path, now));
    guardProxied(TICKETS, ticket.headers);
    return ticket;
  }
  if (answer.status < 400) return refuse(request, AWAY);
  const refusal = new Response(answer.body, answer);
  guardProxied(TICKETS, refusal.headers);
  return refusal;
}

/** What a request must carry beyond who asks: a write its pass, a socket its ticket. */
async function carried({ request, url, path, token, email, now }: Call): Promise<Refusal | null> {
  if (isWrite(request)) return passRefusal(request, token, email, now);
  return isUpgrade(request) ? ticketRefusal(url, path, token, email, now) : null;
}

/**
 * Answers one API request in the name of a member of staff. 400 on an ambiguous path, 404 on a closed one, 503 without a service
 * token, 403 on a write without its pass, 401 on a socket without its ticket and 502 when the control plane cannot be reached;
 * everything else is the control plane's own answer.
 */
export async function proxyApi(
  request: Request,
  url: URL,
  env: EdgeEnv,
  email: string,
  now: number,
): Promise<Response> {
  const path = url.pathname.slice(PREFIX.length) || "/";
  const closed = pathRefusal(path);
  if (closed !== null) return refuse(request, closed);
  const token = await serviceToken(env);
  if (token === null) {
    const detail = "AGENCY_OS_INTERNAL_API_TOKEN is not set for the web interface.";
    return refuse(request, { status: 503, code: "token_missing", title: "The panel is not configured", detail });
  }
  const call: Call = { request, url, path, email, token, now };
  const missing = await carried(call);
  if (missing !== null) return refuse(request, missing);
  return path === TICKETS && request.method === "POST" ? giveTicket(call, env) : forward(call, env);
}
