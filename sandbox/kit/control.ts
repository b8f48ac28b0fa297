/** `/_sandbox/…`: the sandbox's own controls. */
import * as v from "valibot";
import { type FaultBook, parseFaultOrder } from "./faults.ts";
import type { HeldBook } from "./held.ts";
import type { BareRequest } from "./http.ts";
import type { RequestLog } from "./journal.ts";
import { NotJson } from "./reply.ts";
import type { SimReply } from "./upstream.ts";

/** Path prefix of the controls. */
export const CONTROL_PREFIX = "/_sandbox";

/** What the controls act on. */
export interface ControlParts {
  readonly faults: FaultBook;
  readonly held: HeldBook;
  readonly log: RequestLog;
  readonly upstreams: readonly string[];
  /** Back to the seed: state, faults and log. */
  reset(): Promise<void>;
}

/** Answers a control request; the path is without the prefix. */
export async function control(parts: ControlParts, request: BareRequest): Promise<SimReply> {
  switch (`${request.method} ${request.path}`) {
    case "GET /health":
      return { status: 200, body: { status: "ok", upstreams: parts.upstreams } };
    case "GET /faults":
      return { status: 200, body: { items: parts.faults.list() } };
    case "POST /faults":
      return orderFaults(parts, request);
    case "DELETE /faults":
      parts.faults.clear();
      return { status: 200, body: { items: [] } };
    case "GET /held":
      return listHeld(parts, request.query);
    case "GET /requests":
      return listRequests(parts, request.query);
    case "POST /reset":
      await parts.reset();
      return { status: 200, body: { status: "reset" } };
    default:
      return problem(404, `no control ${request.method} ${CONTROL_PREFIX}${request.path}`);
  }
}

/** An error of the controls. */
export function problem(status: number, detail: string): SimReply {
  return { status, body: { error: detail } };
}

function orderFaults(parts: ControlParts, request: BareRequest): SimReply {
  const body = jsonOrProblem(request);
  const order = parseFaultOrder(body, parts.upstreams);
  if (!order.ok) return problem(400, order.problem);
  if (order.clear) parts.faults.clear();
  parts.faults.add(order.faults);
  return { status: 200, body: { items: parts.faults.list() } };
}

/** A body that is no JSON is as wrong as one of the wrong shape, and gets the same answer. */
function jsonOrProblem(request: BareRequest): unknown {
  try {
    return request.json();
  } catch (error) {
    if (error instanceof NotJson) return undefined;
    throw error;
  }
}

const NUMBER = v.pipe(v.string(), v.regex(/^\d{1,9}$/, "must be a whole number"), v.transform(Number));
/** Longer than a test waits for anything. */
const MAX_WAIT_SECONDS = 600;
const HeldQuery = v.object({ wait: v.nullable(v.pipe(NUMBER, v.maxValue(MAX_WAIT_SECONDS))) });

/** With `wait` the answer comes with the first that is held, or empty after so many seconds. */
async function listHeld(parts: ControlParts, query: URLSearchParams): Promise<SimReply> {
  const parsed = v.safeParse(HeldQuery, { wait: query.get("wait") });
  if (!parsed.success) return problem(400, `wait must be a whole number of seconds, at most ${MAX_WAIT_SECONDS}`);
  return { status: 200, body: { items: await parts.held.some((parsed.output.wait ?? 0) * 1_000) } };
}

const RequestsQuery = v.object({
  upstream: v.nullable(v.string()),
  limit: v.nullable(NUMBER),
  since: v.nullable(NUMBER),
});

function listRequests(parts: ControlParts, query: URLSearchParams): SimReply {
  const parsed = v.safeParse(RequestsQuery, {
    upstream: query.get("upstream"),
    limit: query.get("limit"),
    since: query.get("since"),
  });
  if (!parsed.success) {
    return problem(400, parsed.issues.map((issue) => `${v.getDotPath(issue) ?? ""}: ${issue.message}`).join("; "));
  }
  const { upstream, limit, since } = parsed.output;
  const items = parts.log.list({ upstream, limit: limit ?? 200, since: since ?? 0 });
  return { status: 200, body: { items, totals: parts.log.totals() } };
}
