/** What was called, for `GET /_sandbox/requests`. */

/** One answered (or dropped) request. Headers are never kept, so no credential is. */
export interface LoggedRequest {
  readonly seq: number;
  readonly at: string;
  readonly upstream: string;
  readonly method: string;
  readonly path: string;
  readonly query: string;
  /** The status sent; 0 when the connection was cut instead. */
  readonly status: number;
  readonly durationMs: number;
  readonly bodyBytes: number;
  /** The body when it is JSON of at most 64 KB, else null. */
  readonly requestBody: unknown;
  /** Kind, or name, of the fault that hit it. */
  readonly fault: string | null;
}

export interface RequestFilter {
  readonly upstream: string | null;
  readonly since: number;
  readonly limit: number;
}

export interface RequestLog {
  add(entry: Omit<LoggedRequest, "seq">, route: string): void;
  /** Newest last; the newest `limit` of those after `since`. */
  list(filter: RequestFilter): readonly LoggedRequest[];
  /** Requests per upstream and route since start or reset, also those that left the ring. */
  totals(): Readonly<Record<string, Readonly<Record<string, number>>>>;
  clear(): void;
}

const RING = 5_000;

/** An empty log that keeps the last 5,000 requests. */
export function requestLog(): RequestLog {
  let seq = 0;
  let ring: LoggedRequest[] = [];
  const totals = new Map<string, Map<string, number>>();
  return {
    add: (entry, route) => {
      seq += 1;
      ring.push({ seq, ...entry });
      // Trimmed in steps: moving 5,000 entries on every request would cost more than the request.
      if (ring.length >= RING * 2) ring = ring.slice(-RING);
      const routes = totals.get(entry.upstream) ?? new Map<string, number>();
      totals.set(entry.upstream, routes.set(route, (routes.get(route) ?? 0) + 1));
    },
    list: ({ upstream, since, limit }) =>
      ring
        .slice(-RING)
        .filter((entry) => entry.seq > since && (upstream === null || entry.upstream === upstream))
        .slice(-limit),
    totals: () => Object.fromEntries([...totals].map(([name, routes]) => [name, Object.fromEntries(routes)])),
    clear: () => {
      ring = [];
      totals.clear();
    },
  };
}

const MAX_LOGGED_BODY = 64 * 1024;

/** The body for the log: JSON of at most 64 KB, else null (forms may hold secrets, files are long). */
export function loggableBody(body: Buffer, contentType: string): unknown {
  if (body.length === 0 || body.length > MAX_LOGGED_BODY || !/\bjson\b/i.test(contentType)) return null;
  try {
    return JSON.parse(body.toString("utf8"));
  } catch {
    return null;
  }
}
