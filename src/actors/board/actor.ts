/** The run board: the newest summary of every run that matters now, live to the staff panel. A copy; runs are the truth. */
import { DurableObject } from "cloudflare:workers";
import * as v from "valibot";
import type { BoardFrame, RunSummary } from "../../core/wire.ts";
import { migrate } from "../../lib/migrate.ts";
import { ownJson, parseRow } from "../../lib/rows.ts";
import { Audience } from "../audience.ts";
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
const RosterRow = v.object({ task_gid: v.string() });
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

  /** Takes a run's summary; an older version than the one it has is ignored. */
  put(summary: RunSummary): void {
    if (!this.ctx.storage.transactionSync(() => this.#write(summary))) return;
    const tell = () => this.#tell();
    this.#audience.changed(tell, tell);
  }

  /** Tells every watcher what is new since the last time, a run that changed often once. */
  #tell(): void {
    const audience = this.#audience;
    audience.gathered();
    const sockets = audience.open();
    const seq = this.#seq();
    const runs = this.#runsSince(audience.heardTo(seq));
    const [only] = runs;
    if (only === undefined || sockets.length === 0) return;
    const frame: BoardFrame =
      runs.length === 1 ? { type: "run", run: only, seq } : { type: "resume", runs: [...runs], seq };
    const text = JSON.stringify(frame);
    audience.send(sockets, [text], sockets.length);
    audience.note(sockets, seq);
    audience.rest(sockets.length, text.length);
  }

  /** False for an older version than the one that is there. */
  #write(summary: RunSummary): boolean {
    this.#sql.exec("INSERT OR IGNORE INTO roster (task_gid) VALUES (?)", summary.taskGid);
    const known = this.#sql.exec("SELECT version FROM board_runs WHERE run_id = ?", summary.runId).toArray()[0];
    if (known !== undefined && parseRow(VersionRow, known, "board row").version > summary.version) return false;
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
    this.#sql.exec(
      "DELETE FROM board_runs WHERE over = 1 AND seq < (SELECT min(seq) FROM (SELECT seq FROM board_runs WHERE over = 1 ORDER BY seq DESC LIMIT ?))",
      KEEP_ENDED,
    );
    return true;
  }

  /** Tasks that ever had a run, by gid, after the given one. */
  roster(after: string, limit: number): readonly string[] {
    const rows = this.#sql
      .exec("SELECT task_gid FROM roster WHERE task_gid > ? ORDER BY task_gid LIMIT ?", after, limit)
      .toArray();
    return rows.map((row) => parseRow(RosterRow, row, "roster row").task_gid);
  }

  #seq(): number {
    return parseRow(
      SeqRow,
      this.#sql.exec("SELECT coalesce(max(seq), 0) AS seq FROM board_runs").one(),
      "board sequence",
    ).seq;
  }

  /** WebSocket of the board: everything on it, or what changed after `since`. */
  override async fetch(request: Request): Promise<Response> {
    if (this.#audience.gathers) this.#tell();
    const text = new URL(request.url).searchParams.get("since");
    const seq = this.#seq();
    const asked = text !== null && /^\d{1,15}$/.test(text) ? Number(text) : null;
    const runs = this.#runsSince(asked ?? 0);
    // Who missed more than fits begins anew.
    const since = asked !== null && asked <= seq && runs.length < MOST_AT_ONCE ? asked : null;
    const shown = asked !== null && since === null ? this.#runsSince(0) : runs;
    const frame: BoardFrame = { type: since === null ? "snapshot" : "resume", runs: [...shown], seq };
    return new Response(null, { status: 101, webSocket: this.#audience.welcome(JSON.stringify(frame), seq, []) });
  }

  /** The newest that changed after `seq`, oldest change first. */
  #runsSince(seq: number): readonly RunSummary[] {
    const rows = this.#sql
      .exec("SELECT seq, summary FROM board_runs WHERE seq > ? ORDER BY seq DESC LIMIT ?", seq, MOST_AT_ONCE)
      .toArray();
    return rows.reverse().map((row) => ownJson<RunSummary>(parseRow(Row, row, "board row").summary, "board row"));
  }

  override webSocketMessage(): void {}

  override webSocketClose(socket: WebSocket, code: number): void {
    // 1005 and 1006 may not be sent back.
    socket.close(code === 1005 || code === 1006 ? 1000 : code);
  }
}
