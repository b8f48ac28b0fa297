/** The panel's HTTP calls, all to its own edge. Every reply is parsed; every failure becomes a problem to show. */
import * as v from "valibot";
import {
  type BudgetLine,
  type Problem,
  ProblemSchema,
  pageOf,
  type ReportListItem,
  ReportListItemSchema,
  type RunDetail,
  RunDetailSchema,
  type RunEventView,
  RunEventViewSchema,
  type RunSummary,
  RunSummarySchema,
} from "../../src/core/wire.ts";
import { type Me, MeSchema } from "../../src/core/wire-me.ts";

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

type Method = "GET" | "POST" | "DELETE";

const TIMEOUT_MS = 15_000;
const MAX_DETAIL = 600;

function problem(code: string, status: number, title: string, detail: string): Problem {
  return { type: "about:blank", code, status, title, detail };
}

async function problemOf(response: Response): Promise<Problem> {
  const body: unknown = await response.json().catch(() => null);
  const parsed = v.safeParse(ProblemSchema, body);
  if (parsed.success) return { ...parsed.output, detail: parsed.output.detail.slice(0, MAX_DETAIL) };
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

  constructor(fetcher: Fetcher) {
    this.#fetcher = fetcher;
  }

  /** Who looks at the panel. */
  me(): Promise<Reply<Me>> {
    return this.get("/api/me", MeSchema);
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

  /** Reports of the registry, newest first, one page. */
  reports(cursor: string | null): Promise<Reply<Page<ReportListItem>>> {
    const query = cursor === null ? "" : `?cursor=${encodeURIComponent(cursor)}`;
    return this.get(`/api/report-artifacts${query}`, pageOf(ReportListItemSchema));
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

  async #call(path: string, method: Method, body?: object): Promise<Reply<Response>> {
    try {
      const init: RequestInit = {
        method,
        headers: { accept: "application/json", ...(body === undefined ? {} : { "content-type": "application/json" }) },
        signal: AbortSignal.timeout(TIMEOUT_MS),
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      };
      const response = await this.#fetcher(path, init);
      return response.ok ? { ok: true, value: response } : { ok: false, problem: await problemOf(response) };
    } catch (thrown) {
      return { ok: false, problem: unreachable(thrown) };
    }
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
