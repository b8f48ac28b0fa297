/** One request to an upstream, with the faults it meets. */
import type { ServerResponse } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import type { FaultBook } from "./faults.ts";
import type { HeldBook } from "./held.ts";
import { type BareRequest, encodeReply, send } from "./http.ts";
import { loggableBody, type RequestLog } from "./journal.ts";
import type { CompiledRoute, Target } from "./mount.ts";
import { NotJson, Refusal } from "./reply.ts";
import type { Fault, SimReply, Upstream } from "./upstream.ts";

/** What serving needs of the server. */
export interface ServeParts {
  readonly faults: FaultBook;
  readonly held: HeldBook;
  readonly log: RequestLog;
  readonly now: () => Date;
  /** Aborted when the sandbox stops, so that held answers end. */
  readonly stopping: AbortSignal;
}

const DEFAULT_HOLD_MS = { timeout: 60_000, hold_after: 60_000, slow: 2_000 } as const;

/** Answers the request, or cuts the connection when a fault says so, and writes the log. */
export async function serve(
  parts: ServeParts,
  target: Target,
  bare: BareRequest,
  outgoing: ServerResponse,
): Promise<void> {
  const started = performance.now();
  const fault = parts.faults.take(target.mounted.upstream.name, bare, {
    accepts: ({ kind }) => kind !== "custom" && kind !== "empty",
    routeOnly: !target.inside,
  });
  const found = findRoute(target.routes, bare);
  const status = await admitted(target, bare, outgoing, () =>
    answer(parts, target.mounted.upstream, fault, found, bare, outgoing),
  );
  if (found?.compiled.route.quiet === true) return;
  parts.log.add(
    {
      at: parts.now().toISOString(),
      upstream: target.mounted.upstream.name,
      method: bare.method,
      path: bare.path,
      query: bare.query.toString(),
      status,
      durationMs: Math.round(performance.now() - started),
      bodyBytes: bare.body.length,
      requestBody: loggableBody(bare.body, bare.headers["content-type"] ?? ""),
      fault: fault === null ? null : (fault.name ?? fault.kind),
    },
    found === null ? "no route" : `${bare.method} ${found.compiled.route.pattern}`,
  );
}

/** Answers within the upstream's limits; pages and downloads are not calls of its API. */
async function admitted(
  target: Target,
  bare: BareRequest,
  outgoing: ServerResponse,
  work: () => Promise<number>,
): Promise<number> {
  const place = target.inside ? target.mounted.admit(bare) : () => {};
  if (typeof place !== "function") return sent(outgoing, place);
  try {
    return await work();
  } finally {
    place();
  }
}

interface FoundRoute {
  readonly compiled: CompiledRoute;
  readonly params: Readonly<Record<string, string>>;
}

function findRoute(routes: readonly CompiledRoute[], bare: BareRequest): FoundRoute | null {
  for (const compiled of routes) {
    if (compiled.route.method !== bare.method) continue;
    const params = compiled.matches(bare.path);
    if (params !== null) return { compiled, params };
  }
  return null;
}

/** Returns the status sent, 0 for a cut connection. */
async function answer(
  parts: ServeParts,
  upstream: Upstream,
  fault: Fault | null,
  found: FoundRoute | null,
  bare: BareRequest,
  outgoing: ServerResponse,
): Promise<number> {
  const perform = () => handle(upstream, found, bare);
  // Nobody is held for once they hung up: their place among the calls under way is free again.
  const until = AbortSignal.any([parts.stopping, closed(outgoing)]);
  switch (fault?.kind) {
    case "status": {
      const status = fault.status ?? 500;
      const reply = upstream.errorReply(status, `sandbox fault: ${status}`, fault.retryAfter);
      return sent(outgoing, reply);
    }
    case "timeout":
      await hold(fault.delayMs ?? DEFAULT_HOLD_MS.timeout, until);
      return cutOff(outgoing);
    case "drop_after":
      await perform();
      return cutOff(outgoing);
    case "hold_after": {
      await perform();
      const { method, path } = bare;
      const over = hold(fault.delayMs ?? DEFAULT_HOLD_MS.hold_after, until);
      await parts.held.hold({ upstream: upstream.name, method, path }, over);
      return cutOff(outgoing);
    }
    case "truncate":
      return sent(outgoing, await perform(), true);
    case "slow":
      await hold(fault.delayMs ?? DEFAULT_HOLD_MS.slow, parts.stopping);
      return sent(outgoing, await perform());
    default:
      return sent(outgoing, await perform());
  }
}

function sent(outgoing: ServerResponse, reply: SimReply, cut = false): number {
  send(outgoing, reply, cut);
  return reply.status;
}

function cutOff(outgoing: ServerResponse): number {
  outgoing.socket?.destroy();
  return 0;
}

async function handle(upstream: Upstream, found: FoundRoute | null, bare: BareRequest): Promise<SimReply> {
  if (found === null) return upstream.errorReply(404, `No matching route for request: ${bare.method} ${bare.path}`);
  try {
    const reply = await found.compiled.route.handler({ ...bare, params: found.params });
    // Encoded here so that a body that is no JSON shows up as this handler's bug and not as a broken connection.
    const { status, headers, bytes } = encodeReply(reply);
    return { status, headers, body: bytes };
  } catch (error) {
    if (error instanceof Refusal) return error.reply;
    if (error instanceof NotJson) return upstream.errorReply(400, error.message);
    console.error(`sandbox: ${upstream.name} ${bare.method} ${bare.path} failed`, error);
    return upstream.errorReply(500, "Server Error");
  }
}

function closed(outgoing: ServerResponse): AbortSignal {
  const gone = new AbortController();
  if (outgoing.closed) gone.abort();
  outgoing.once("close", () => gone.abort());
  return gone.signal;
}

async function hold(milliseconds: number, stopping: AbortSignal): Promise<void> {
  await pause(milliseconds, undefined, { signal: stopping }).catch(() => undefined);
}
