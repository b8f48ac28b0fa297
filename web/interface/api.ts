/** The panel's HTTP calls, all to its own edge. Every reply is parsed; every failure becomes a problem to show. */
import * as v from "valibot";
import {
  type BudgetLine,
  type Problem,
  ProblemSchema,
  pageOf,
  type RunDetail,
  RunDetailSchema,
  type RunEventView,
  RunEventViewSchema,
  type RunSummary,
  RunSummarySchema,
} from "../../src/core/wire.ts";
import { type Me, MeSchema } from "../../src/core/wire-me.ts";
import { WRITE_PASS_HEADER } from "../../src/core/wire-tickets.ts";

/** A value, or what went wrong in words a person can act on. */
export type Reply<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: Problem };

/** A page of a list; `nextCursor` is null on the last one. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor: string | null;
}

/** What staff can ask of a run. */
export type RunVerb = "cancel" | "kill" | "pause" | "resume" | "retry" | "restart";

/** A new limit of one kind, in the unit of its line. */
export interface BudgetWish {
  readonly kind: BudgetLine["kind"];
  readonly limit: number;
  readonly reason: string;
}

export type Fetcher = (path: string, init: RequestInit) => Promise<Response>;

type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** Longer than the server waits for a source that is tested on request. */
const TIMEOUT_MS = 20_000;
const MAX_DETAIL = 600;

function problem(code: string, status: number, title: string, detail: string): Problem {
  return { type: "about:blank", code, status, title, detail };
}

async function problemOf(response: Response): Promise<Problem> {
  const body: unknown = await response.json().catch(() => null);
  const parsed = v.safeParse(ProblemSchema, body);
  if (parsed.success) return { ...parsed.output, detail: parsed.output.detail.slice(0, MAX_DETAIL) };
  if (response.status === 401)
    return problem("signed_out", 401, "Your sign-in has ended", "Load the page again to sign in.");
  const detail = `The server answered with status ${response.status} and no explanation.`;
  return problem("unexplained", response.status, "That did not work", detail);
}

function unreachable(thrown: unknown): Problem {
  const late = thrown instanceof DOMException && thrown.name === "TimeoutError";
  const detail = late
    ? "The control plane did not answer in time. It may be busy or restarting."
    : "The control plane cannot be reached. Check the connection, or whether Agency OS is running.";
  return problem("unreachable", 0, "No answer", detail);
}

/** Calls of the panel. `fetcher` is the browser's `fetch`. */
export class Api {
  readonly #fetcher: Fetcher;
  /** What a write must carry; null until it is known who looks, and once that is somebody else. */
  #pass: string | null = null;
  /** In whose name this page was opened. */
  #email: string | null = null;
  /** The question under way: a write that begins meanwhile waits for its pass, several ask once. */
  #asking: Promise<Reply<Me>> | null = null;

  constructor(fetcher: Fetcher) {
    this.#fetcher = fetcher;
  }

  /** Who looks at the panel. The answer brings the pass that writes of this person carry. */
  me(): Promise<Reply<Me>> {
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = null;
    });
    return this.#asking;
  }

  async #ask(): Promise<Reply<Me>> {
    const answer = await this.#once("/api/me", "GET", null);
    const reply = await read(answer, MeSchema);
    if (!answer.ok || !reply.ok) return reply;
    this.#email ??= reply.value.email;
    this.#pass = reply.value.email === this.#email ? answer.value.headers.get(WRITE_PASS_HEADER) : null;
    return reply;
  }

  /** One run, whole. */
  run(runId: string): Promise<Reply<RunDetail>> {
    return this.get(runPath(runId), RunDetailSchema);
  }

  /** Runs that fit the parameters of `GET /team-agent-runs`, newest first, one page. */
  runs(query: Readonly<Record<string, string>> = {}): Promise<Reply<Page<RunSummary>>> {
    const text = new URLSearchParams(query).toString();
    return this.get(`/api/team-agent-runs${text === "" ? "" : `?${text}`}`, pageOf(RunSummarySchema));
  }

  /** Events after `since`, oldest first, as many as the server puts on one page. */
  async events(runId: string, since: number): Promise<Reply<readonly RunEventView[]>> {
    const page = await this.get(
      `${runPath(runId)}/events?since=${since}`,
      v.object({ items: v.array(RunEventViewSchema) }),
    );
    return page.ok ? { ok: true, value: page.value.items } : page;
  }

  /** Asks the run to stop, to pause, to try again. The run itself answers over the live socket. */
  async ask(runId: string, action: RunVerb, body: object): Promise<Reply<null>> {
    const reply = await this.#call(`${runPath(runId)}/${action}`, "POST", body);
    return reply.ok ? { ok: true, value: null } : reply;
  }

  /** Allows the run more of a kind, or less. */
  async setBudget(runId: string, wish: BudgetWish): Promise<Reply<null>> {
    const reply = await this.#call(`${runPath(runId)}/budget`, "POST", wish);
    return reply.ok ? { ok: true, value: null } : reply;
  }

  /** One call; a write whose pass is missing or has ended gets a new one and is sent once more. */
  async #call(path: string, method: Method, body?: object): Promise<Reply<Response>> {
    if (method === "GET") return this.#once(path, method, null);
    if (this.#pass === null) await this.#asking;
    const first = await this.#once(path, method, body ?? null);
    if (first.ok || first.problem.code !== "write_pass_required") return first;
    const stopped = await this.#renewPass();
    return stopped === null ? this.#once(path, method, body ?? null) : { ok: false, problem: stopped };
  }

  async #once(path: string, method: Method, body: object | null): Promise<Reply<Response>> {
    try {
      const init: RequestInit = {
        method,
        headers: {
          accept: "application/json",
          // Cloudflare Access then answers a session that ended with a 401; else with a login page of another site.
          "x-requested-with": "XMLHttpRequest",
          ...(body === null ? {} : { "content-type": "application/json" }),
          ...(method === "GET" || this.#pass === null ? {} : { [WRITE_PASS_HEADER]: this.#pass }),
        },
        signal: AbortSignal.timeout(TIMEOUT_MS),
        ...(body === null ? {} : { body: JSON.stringify(body) }),
      };
      const response = await this.#fetcher(path, init);
      return response.ok ? { ok: true, value: response } : { ok: false, problem: await problemOf(response) };
    } catch (thrown) {
      return { ok: false, problem: unreachable(thrown) };
    }
  }

  /** Null when a new pass is there. Somebody else signed in meanwhile: what the first began is not sent in the other's name. */
  async #renewPass(): Promise<Problem | null> {
    const reply = await this.me();
    if (!reply.ok) return reply.problem;
    if (reply.value.email === this.#email) return null;
    const detail = `This page was opened by ${this.#email}; now ${reply.value.email} is signed in. Load it again. Nothing was changed.`;
    return problem("somebody_else", 403, "Somebody else is signed in", detail);
  }

  /** Sends something and reads the reply, like `get`. */
  async send<T>(path: string, method: Method, body: object, schema: v.GenericSchema<unknown, T>): Promise<Reply<T>> {
    return read(await this.#call(path, method, body), schema);
  }

  /** One reply, checked against its schema. */
  async get<T>(path: string, schema: v.GenericSchema<unknown, T>): Promise<Reply<T>> {
    return read(await this.#call(path, "GET"), schema);
  }
}

async function read<T>(reply: Reply<Response>, schema: v.GenericSchema<unknown, T>): Promise<Reply<T>> {
  if (!reply.ok) return reply;
  const body: unknown = await reply.value.json().catch(() => null);
  const parsed = v.safeParse(schema, body);
  if (parsed.success) return { ok: true, value: parsed.output };
  const detail = "The control plane's reply was not understood. If it was updated just now, load this page again.";
  return { ok: false, problem: problem("unreadable_reply", 200, "Unreadable reply", detail) };
}

function runPath(runId: string): string {
  return `/api/team-agent-runs/${encodeURIComponent(runId)}`;
}

/** Address of a run's bundle: everything about it, for a bug report or the sandbox. */
export function exportPath(runId: string): string {
  return `${runPath(runId)}/export`;
}

/** Address of a file of a report. */
export function filePath(artifactId: string, fileId: string): string {
  return `/api/report-artifacts/${encodeURIComponent(artifactId)}/files/${encodeURIComponent(fileId)}`;
}

/** Path of the board's socket, resuming after `since` when given. */
export function boardLivePath(since: number | null): string {
  return `/api/team-agent-runs/live${since === null ? "" : `?since=${since}`}`;
}

/** Path of a run's socket, resuming after `since` when given. */
export function runLivePath(runId: string, since: number | null): string {
  return `${runPath(runId)}/live?frames=batch${since === null ? "" : `&since=${since}`}`;
}
