/** The run board: the newest summary of every run that matters now, live to the staff panel. A copy; runs are the truth. */
import { DurableObject } from "cloudflare:workers";
import * as v from "valibot";
import type { BoardFrame, RunSummary } from "../../core/wire.ts";
import { migrate } from "../../lib/migrate.ts";
import { ownJson, parseRow } from "../../lib/rows.ts";
import { BOARD_UNITS_HEADER } from "../address.ts";
import { Audience, type Hears } from "../audience.ts";
import { BOARD_MIGRATIONS } from "./migrations.ts";

/** Ended runs kept on the board; older ones are in the list behind it. */
const KEEP_ENDED = 200;
/** Runs a socket is sent at once, the newest; ten thousand that go on are in the list behind the board. */
const MOST_AT_ONCE = 1_000;
const ENDED: ReadonlySet<RunSummary["status"]> = new Set<RunSummary["status"]>([
  "accepted",
  "cancelled",
  "failed",
  "ignored",
]);

const Row = v.object({ seq: v.number(), summary: v.string() });
const VersionRow = v.object({ version: v.number() });
const RosterRow = v.object({ name: v.string() });
const SeqRow = v.object({ seq: v.number() });

export class RunBoardActor<E> extends DurableObject<E> {
  readonly #sql: SqlStorage;
  readonly #audience: Audience;

  constructor(ctx: DurableObjectState, env: E) {
    super(ctx, env);
    this.#sql = ctx.storage.sql;
    ctx.storage.transactionSync(() => migrate(this.#sql, BOARD_MIGRATIONS));
    this.#audience = new Audience(ctx, () => Date.now());
    if (this.#audience.isThere) this.#tell();
  }

  /**
   * Takes a run's summary; an older version than the one it has is ignored. One that was `archived` is found by its object,
   * which stays for good, and leaves the roster: that is as long as what lives is many, not as what ever was.
   */
  put(summary: RunSummary, archived = false): void {
    if (!this.ctx.storage.transactionSync(() => this.#write(summary, archived))) return;
    const tell = () => this.#tell();
    this.#audience.changed(tell, tell);
  }

  /** Tells every watcher what is new since the last time, a run that changed often once. */
  #tell(): void {
    const audience = this.#audience;
    audience.gathered();
    const sockets = audience.open();
    const seq = this.#seq();
    const runs = this.#runsSince(audience.heardTo(seq), null);
    if (runs.length === 0 || sockets.length === 0) return;
    let longest = 0;
    for (const [hears, group] of audience.groups(sockets)) {
      // Of more than fits, the newest alone would look like all that is new: who watches begins anew.
      const text =
        runs.length < MOST_AT_ONCE
          ? newsText(heardBy(runs, hears), seq)
          : frameText({ type: "snapshot", runs: [...this.#runsSince(0, hears)], seq });
      if (text === null) continue;
      audience.send(group, [text], sockets.length);
      longest = Math.max(longest, text.length);
    }
    audience.note(sockets, seq);
    audience.rest(sockets.length, longest);
  }

  /** False for an older version than the one that is there. */
  #write(summary: RunSummary, archived: boolean): boolean {
    const known = this.#sql.exec("SELECT version FROM board_runs WHERE run_id = ?", summary.runId).toArray()[0];
    const late = known !== undefined && parseRow(VersionRow, known, "board row").version > summary.version;
    // A word about the archive that comes late, when the run stirred again, must not take it out of the roster.
    if (!archived) this.#sql.exec("INSERT OR IGNORE INTO roster VALUES (?)", summary.taskGid);
    else if (!late) this.#sql.exec("DELETE FROM roster WHERE task_gid = ?", summary.taskGid);
    if (late) return false;
    const seq = this.#seq() + 1;
    this.#sql.exec(
      `INSERT INTO board_runs (run_id, seq, version, over, summary) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (run_id) DO UPDATE SET seq = excluded.seq, version = excluded.version, over = excluded.over, summary = excluded.summary`,
      summary.runId,
      seq,
      summary.version,
      ENDED.has(summary.status) ? 1 : 0,
      JSON.stringify(summary),
    );
    if (ENDED.has(summary.status)) this.#dropEnded();
    return true;
  }

  /** Those that ended longest ago go, in whatever order the board heard of them: a reprojection tells it by name. */
  #dropEnded(): void {
    this.#sql.exec(
      `DELETE FROM board_runs WHERE run_id IN (
         SELECT run_id FROM board_runs WHERE over = 1 ORDER BY summary ->> 'updatedAt' DESC, seq DESC LIMIT -1 OFFSET ?
       )`,
      KEEP_ENDED,
    );
  }

  /** Tasks that have a run which is not in the archive, by gid, after the given one. */
  roster(after: string, limit: number): readonly string[] {
    return this.#names(
      "SELECT task_gid AS name FROM roster WHERE task_gid > ? ORDER BY task_gid LIMIT ?",
      after,
      limit,
    );
  }

  /** Notes a Business Unit, so that its actor is found when the index is lost. */
  enlistUnit(businessUnitId: string): void {
    this.#sql.exec("INSERT OR IGNORE INTO unit_roster VALUES (?)", businessUnitId);
  }

  /** Every Business Unit there ever was, by id, after the given one. */
  unitRoster(after: string, limit: number): readonly string[] {
    const page = `SELECT business_unit_id AS name FROM unit_roster WHERE business_unit_id > ?
      ORDER BY business_unit_id LIMIT ?`;
    return this.#names(page, after, limit);
  }

  #names(page: string, after: string, limit: number): readonly string[] {
    const rows = this.#sql.exec(page, after, limit).toArray();
    return rows.map((row) => parseRow(RosterRow, row, "roster row").name);
  }

  #seq(): number {
    return parseRow(
      SeqRow,
      this.#sql.exec("SELECT coalesce(max(seq), 0) AS seq FROM board_runs").one(),
      "board sequence",
    ).seq;
  }

  /** WebSocket of the board: everything on it that the watcher may hear, or what of it changed after `since`. */
  override async fetch(request: Request): Promise<Response> {
    if (this.#audience.gathers) this.#tell();
    const hears = hearsOf(request);
    const wanted = new URL(request.url).searchParams.get("since");
    const seq = this.#seq();
    const asked = wanted !== null && /^\d{1,15}$/.test(wanted) ? Number(wanted) : null;
    const runs = this.#runsSince(asked ?? 0, hears);
    // Who missed more than fits begins anew.
    const since = asked !== null && asked <= seq && runs.length < MOST_AT_ONCE ? asked : null;
    const shown = asked !== null && since === null ? this.#runsSince(0, hears) : runs;
    const text = frameText({ type: since === null ? "snapshot" : "resume", runs: [...shown], seq });
    const webSocket = this.#audience.welcome(text, seq, [], hears);
    return new Response(null, { status: 101, webSocket });
  }

  /** The newest that changed after `seq`, oldest change first. */
  #runsSince(seq: number, hears: Hears): readonly RunSummary[] {
    const rows = this.#sql
      .exec(
        `SELECT seq, summary FROM board_runs
         WHERE seq > ?1 AND (?2 IS NULL OR summary ->> 'businessUnitId' IN (SELECT value FROM json_each(?2)))
         ORDER BY seq DESC LIMIT ?3`,
        seq,
        hears === null ? null : JSON.stringify(hears),
        MOST_AT_ONCE,
      )
      .toArray();
    return rows.reverse().map((row) => ownJson<RunSummary>(parseRow(Row, row, "board row").summary, "board row"));
  }

  override webSocketMessage(): void {}

  override webSocketClose(socket: WebSocket, code: number): void {
    this.#audience.left(socket, code);
  }
}

/** The Business Units a request's header names; null without one: it may hear of all. */
function hearsOf(request: Request): Hears {
  const text = request.headers.get(BOARD_UNITS_HEADER);
  return text === null ? null : text.split(",").filter((unitId) => unitId !== "");
}

function heardBy(runs: readonly RunSummary[], hears: Hears): readonly RunSummary[] {
  return hears === null
    ? runs
    : runs.filter((run) => run.businessUnitId !== null && hears.includes(run.businessUnitId));
}

/** What is new in one frame; null when nothing is. */
function newsText(runs: readonly RunSummary[], seq: number): string | null {
  const [only] = runs;
  if (only === undefined) return null;
  return frameText(runs.length === 1 ? { type: "run", run: only, seq } : { type: "resume", runs: [...runs], seq });
}

function frameText(frame: BoardFrame): string {
  return JSON.stringify(frame);
}
