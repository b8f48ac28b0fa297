/** Faults that were asked for: validation, matching and counting. */
import * as v from "valibot";
import { compilePattern, type PathMatcher } from "./pattern.ts";
import type { Fault, SimRequest } from "./upstream.ts";

const HTTP_STATUS = v.pipe(v.number(), v.integer(), v.minValue(400), v.maxValue(599));
const COUNT = v.pipe(v.number(), v.integer(), v.minValue(0));
const MILLISECONDS = v.pipe(v.number(), v.minValue(0), v.maxValue(600_000));

const FaultSchema = v.pipe(
  v.strictObject({
    upstream: v.string(),
    route: v.exactOptional(
      v.pipe(v.string(), v.regex(/^(\*|[A-Z]+) \/\S*$/, "route must look like `POST /tasks/:gid/stories`")),
    ),
    kind: v.picklist(["status", "timeout", "truncate", "drop_after", "hold_after", "slow", "empty", "custom"]),
    status: v.exactOptional(HTTP_STATUS),
    retryAfter: v.exactOptional(COUNT),
    delayMs: v.exactOptional(MILLISECONDS),
    name: v.exactOptional(v.pipe(v.string(), v.minLength(1))),
    params: v.exactOptional(v.record(v.string(), v.number())),
    times: v.exactOptional(COUNT),
    after: v.exactOptional(COUNT),
  }),
  v.check((fault) => fault.kind !== "status" || fault.status !== undefined, "a `status` fault needs `status`"),
  v.check((fault) => fault.kind !== "custom" || fault.name !== undefined, "a `custom` fault needs `name`"),
);

const OrderSchema = v.union([
  v.strictObject({ clear: v.literal(true) }),
  v.strictObject({ faults: v.array(FaultSchema), clear: v.exactOptional(v.boolean()) }),
]);

/** What a body of `POST /_sandbox/faults` asks for, or why it asks for nothing. */
export type FaultOrder =
  | { readonly ok: true; readonly clear: boolean; readonly faults: readonly Fault[] }
  | { readonly ok: false; readonly problem: string };

/** Reads an order; every reason for refusing it names the place. */
export function parseFaultOrder(body: unknown, upstreams: readonly string[]): FaultOrder {
  const parsed = v.safeParse(
    typeof body === "object" && body !== null && "faults" in body ? OrderSchema.options[1] : OrderSchema.options[0],
    body,
  );
  if (!parsed.success) {
    const problem = parsed.issues.map((issue) => `${v.getDotPath(issue) ?? "body"}: ${issue.message}`).join("; ");
    return { ok: false, problem: `expected {"faults":[…]} or {"clear":true}: ${problem}` };
  }
  const order = parsed.output;
  const faults = "faults" in order ? order.faults : [];
  const stranger = faults.find((fault) => fault.upstream !== "*" && !upstreams.includes(fault.upstream));
  if (stranger !== undefined) {
    return { ok: false, problem: `unknown upstream ${stranger.upstream}; known: ${upstreams.join(", ")}` };
  }
  return { ok: true, clear: order.clear === true, faults };
}

/** A fault with its counts, as `GET /_sandbox/faults` lists it. */
export interface FaultState {
  readonly fault: Fault;
  /** Matching requests it let pass because of `after`. */
  readonly skipped: number;
  readonly hits: number;
}

export interface FaultBook {
  add(faults: readonly Fault[]): void;
  clear(): void;
  list(): readonly FaultState[];
  /** The first fault, in the order they were added, that this request meets; counts it. */
  take(upstream: string, request: Pick<SimRequest, "method" | "path">, wanted: FaultFilter): Fault | null;
}

/** Which faults the caller can act on. `routeOnly`: only those that name a route. */
export interface FaultFilter {
  readonly accepts: (fault: Fault) => boolean;
  readonly routeOnly?: boolean;
}

interface Entry {
  readonly fault: Fault;
  readonly method: string;
  readonly matches: PathMatcher;
  skipped: number;
  hits: number;
}

/** A fresh book without faults; kept in memory, so a restart of the sandbox clears it. */
export function faultBook(): FaultBook {
  let entries: Entry[] = [];
  return {
    add: (faults) => void entries.push(...faults.map(entryOf)),
    clear: () => {
      entries = [];
    },
    list: () => entries.map(({ fault, skipped, hits }) => ({ fault, skipped, hits })),
    take: (upstream, request, wanted) => {
      for (const entry of entries) {
        if (!wanted.accepts(entry.fault) || !meets(entry, upstream, request, wanted.routeOnly === true)) continue;
        if (entry.fault.times !== undefined && entry.hits >= entry.fault.times) continue;
        if (entry.skipped < (entry.fault.after ?? 0)) {
          entry.skipped += 1;
          continue;
        }
        entry.hits += 1;
        return entry.fault;
      }
      return null;
    },
  };
}

function entryOf(fault: Fault): Entry {
  const [method = "*", pattern = ""] = fault.route?.split(" ") ?? [];
  return { fault, method, matches: compilePattern(pattern), skipped: 0, hits: 0 };
}

function meets(
  entry: Entry,
  upstream: string,
  request: Pick<SimRequest, "method" | "path">,
  routeOnly: boolean,
): boolean {
  if (entry.fault.upstream !== "*" && entry.fault.upstream !== upstream) return false;
  if (entry.fault.route === undefined) return !routeOnly;
  return (entry.method === "*" || entry.method === request.method) && entry.matches(request.path) !== null;
}
