/** The run board of a simulation: the real actor over a storage of its own, reached over a line that breaks and is late. */
import { RunBoardActor } from "../../src/actors/board/actor.ts";
import type { RunSummary } from "../../src/core/wire.ts";
import type { Caller, Line } from "./line.ts";
import { standIn } from "./platform.ts";
import type { SimStorage } from "./storage.ts";

export class SimBoard {
  readonly #line: Line;
  readonly #storage: SimStorage;
  readonly #actor: RunBoardActor<null>;

  constructor(line: Line, storage: SimStorage) {
    storage.reset();
    this.#line = line;
    this.#storage = storage;
    const ctx = { storage, getWebSockets: () => [], setWebSocketAutoResponse: () => undefined };
    this.#actor = new RunBoardActor(standIn<DurableObjectState>(ctx), null);
  }

  /** Shows a run as one process of ours says it is. */
  put(caller: Caller, summary: RunSummary, archived = false): Promise<void> {
    const put = () => this.#actor.put(summary, archived);
    return this.#line.call(caller, "board", `put v${summary.version}`, put, { late: true });
  }

  /** The run as the board shows it, JSON; null when it does not. */
  shown(runId: string): string | null {
    const row = this.#storage.peek("SELECT run_id, summary FROM board_runs").find((one) => one.run_id === runId);
    return row === undefined ? null : String(row.summary);
  }
}
