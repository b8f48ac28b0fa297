/** What the board knows of all runs, and how it sorts them into columns. */
import type { BoardFrame, RunStatus, RunSummary } from "../../../src/core/wire.ts";
import { type Field, tokensOf } from "./search.ts";
import { skillWords, statusWords } from "./words.ts";

/** `seq` is the board's own counter, null before the first frame. */
export interface BoardView {
  readonly runs: ReadonlyMap<string, RunSummary>;
  readonly seq: number | null;
}

/** Nothing known yet. */
export const EMPTY_BOARD_VIEW: BoardView = { runs: new Map(), seq: null };

function newer(known: RunSummary | undefined, run: RunSummary): RunSummary {
  return known === undefined || known.version <= run.version ? run : known;
}

/** Adds rows of the run list; of two versions of a run the newer stays. */
export function withRuns(view: BoardView, runs: readonly RunSummary[]): BoardView {
  const merged = new Map(view.runs);
  for (const run of runs) merged.set(run.runId, newer(merged.get(run.runId), run));
  return { ...view, runs: merged };
}

/** Adds one frame of the board's socket. A snapshot is all there is: what it leaves out changed too, or is there no more. */
export function withBoardFrame(view: BoardView, frame: BoardFrame): BoardView {
  if (frame.type === "snapshot") {
    const runs = new Map<string, RunSummary>();
    for (const run of frame.runs) runs.set(run.runId, newer(runs.get(run.runId) ?? view.runs.get(run.runId), run));
    return { runs, seq: frame.seq };
  }
  const grown = withRuns(view, frame.type === "run" ? [frame.run] : frame.runs);
  return { ...grown, seq: Math.max(view.seq ?? 0, frame.seq) };
}

export type ColumnId = "waiting" | "running" | "human" | "done" | "ignored";

const COLUMN_OF: Readonly<Record<RunStatus, ColumnId>> = {
  observed: "waiting",
  assessing: "waiting",
  ready: "waiting",
  blocked: "waiting",
  needs_clarification: "waiting",
  running: "running",
  revision_requested: "running",
  revision_running: "running",
  review_ready: "human",
  accepted: "done",
  cancelled: "done",
  failed: "done",
  ignored: "ignored",
};

/** The column a run stands in. */
export function columnOf(status: RunStatus): ColumnId {
  return COLUMN_OF[status];
}

function haystack(run: RunSummary): string {
  const parts = [
    run.title,
    run.clientName,
    run.skill,
    run.requester,
    statusWords(run.status).label,
    run.waitingOn?.detail,
  ];
  if (run.skill !== null) parts.push(skillWords(run.skill));
  return parts
    .filter((part) => part != null)
    .join("\n")
    .toLocaleLowerCase("en");
}

/** What a run has in a field of the search box. */
const FIELD_OF: Readonly<Record<Field, (run: RunSummary) => string | null | undefined>> = {
  client: (run) => run.clientName,
  skill: (run) => run.skill,
  status: (run) => run.status,
  requester: (run) => run.requester,
  code: (run) => run.cause?.code,
  waiting: (run) => run.waitingOn?.kind,
  parked: (run) => (run.parked > 0 ? "yes" : null),
};

/**
 * True when every field begins as asked and every other word occurs in the run's title, client, skill, requester, status
 * or reason to wait. Fields may be half typed: the board narrows with every key.
 */
export function matchesQuery(run: RunSummary, query: string): boolean {
  let text: string | null = null;
  return tokensOf(query).every(({ field, value }) => {
    const wanted = value.toLocaleLowerCase("en");
    if (field !== null) return (FIELD_OF[field](run) ?? "").toLocaleLowerCase("en").startsWith(wanted);
    text ??= haystack(run);
    return text.includes(wanted);
  });
}

function newestFirst(a: RunSummary, b: RunSummary): number {
  if (a.updatedAt !== b.updatedAt) return a.updatedAt < b.updatedAt ? 1 : -1;
  return a.runId < b.runId ? 1 : -1;
}

/** The runs that match the query, by column, newest change first. */
export function columnsOf(view: BoardView, query: string): Readonly<Record<ColumnId, readonly RunSummary[]>> {
  const columns: Record<ColumnId, RunSummary[]> = { waiting: [], running: [], human: [], done: [], ignored: [] };
  for (const run of view.runs.values()) if (matchesQuery(run, query)) columns[columnOf(run.status)].push(run);
  for (const runs of Object.values(columns)) runs.sort(newestFirst);
  return columns;
}
