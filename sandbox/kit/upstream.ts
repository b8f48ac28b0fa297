/**
 * The contract of one upstream simulator. Adding an upstream is one folder that exports an `Upstream`
 * and one line in `sandbox/upstreams.ts`.
 */

/** A parsed request as a simulator sees it. Header names are lower-case. */
export interface SimRequest {
  readonly method: string;
  /** Path inside the upstream, without its prefix, still percent-encoded, e.g. `/tasks/12`. Pages see the full path. */
  readonly path: string;
  /** Values of the pattern's parameters, percent-decoded once. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** The body as JSON; a body that is not JSON throws `NotJson`, which the kit answers with the upstream's own 400. */
  json(): unknown;
}

export interface SimReply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** An object is sent as JSON; a string or Buffer as is. */
  readonly body?: unknown;
}

export type SimHandler = (request: SimRequest) => SimReply | Promise<SimReply>;

export interface SimRoute {
  readonly method: string;
  /** `/tasks/:gid/stories`; a segment such as `:property` takes one path segment, and `/:property\\:runReport` style suffixes are allowed. */
  readonly pattern: string;
  readonly handler: SimHandler;
  /** Left out of the request log: a page that polls would push everything else out of it. */
  readonly quiet?: boolean;
}

/** Kinds of fault any upstream can be asked for. */
export interface Fault {
  /** Upstream name, e.g. `asana`; `*` for all. */
  readonly upstream: string;
  /** Method and path pattern, e.g. `POST /tasks/:gid/stories`; `*` as method takes any; absent: every route. */
  readonly route?: string;
  readonly kind: "status" | "timeout" | "truncate" | "drop_after" | "hold_after" | "slow" | "empty" | "custom";
  /** For `status`: HTTP status to answer, in the upstream's own error body. */
  readonly status?: number;
  /** For `status` 429/503: seconds of `Retry-After`. */
  readonly retryAfter?: number;
  /** For `slow`, `timeout` and `hold_after`: how long to hold the answer. */
  readonly delayMs?: number;
  /** For `custom`: the upstream's own name of the fault, e.g. `hallucinate` of the model. */
  readonly name?: string;
  /** For `custom`: its parameters, e.g. `{ copies: 3, seed: 7 }`. */
  readonly params?: Readonly<Record<string, number>>;
  /** How many matching requests it hits; absent: until reset. */
  readonly times?: number;
  /** Skip this many matching requests first. */
  readonly after?: number;
}

/** Durable key-value state. Values are JSON; every write is on disk when the call returns. */
export interface SimState {
  get<T>(key: string): T | undefined;
  set(key: string, value: unknown): void;
  delete(key: string): void;
  /** All values whose key starts with the prefix, in key order. */
  list<T>(prefix: string): readonly { readonly key: string; readonly value: T }[];
  /** All writes of `work` or none of them; `work` is synchronous. */
  transaction<T>(work: () => T): T;
}

/** What the kit lends an upstream. A reset makes a new context, so caches may hang on this object's identity. */
export interface SimContext {
  /** Durable key-value state of this upstream: survives a restart, cleared by reset. */
  readonly state: SimState;
  now(): Date;
  /**
   * A custom fault of this upstream that applies to this request; consumes one of its `times`. The name `empty`
   * also finds faults of kind `empty`.
   */
  customFault(request: Pick<SimRequest, "method" | "path">, name: string): Fault | null;
  readonly options: Readonly<Record<string, string>>;
}

export interface Upstream {
  readonly name: string;
  /** Mount point, e.g. `/asana/api/1.0`. */
  readonly prefix: string;
  /** Variables of the control plane that point here, e.g. `{ ASANA_BASE_URL: "" }`; the value is appended to the prefix. */
  readonly baseUrlVariables: Readonly<Record<string, string>>;
  routes(context: SimContext): readonly SimRoute[];
  /** Routes outside the prefix, by full path: web pages, download addresses. Only faults that name their route hit them. */
  pages?(context: SimContext): readonly SimRoute[];
  /** An error in the upstream's own shape, used by the kit for `status` faults and unknown routes. */
  errorReply(status: number, message: string, retryAfter?: number): SimReply;
  /**
   * Limits of the upstream, asked for every call of its API: a refusal, or what to call when the answer is out. The call
   * counts as under way in between, also while a fault holds its answer.
   */
  limits?(context: SimContext): (request: Pick<SimRequest, "method" | "headers">) => SimReply | (() => void);
  /** Fills empty state with the demo world. */
  seed?(context: SimContext): void;
  /** Runs in the background (webhook deliveries); called once after start. Returns a stop function. */
  start?(context: SimContext): () => Promise<void>;
}
