/**
 * An actor's storage on `node:sqlite`: what is written is durable only after `commit`, as behind the output gate of the
 * platform, and the alarm belongs to the transaction that sets it.
 */
import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";

type Row = Record<string, unknown>;

/** A query as it was prepared; null where it is several statements, which only `exec` takes. */
interface Prepared {
  readonly statement: StatementSync | null;
  readonly writes: boolean;
}

/** Bindings as an actor gives them; anything SQLite has no word for is a bug of the caller. */
function isBindable(value: unknown): value is SQLInputValue {
  if (value === null || typeof value === "string" || typeof value === "number") return true;
  throw new TypeError(`SQLite cannot bind a ${typeof value}.`);
}

/** The storage takes nothing: the disk is full, or the platform is about to start the actor anew. */
export class StorageFailure extends Error {
  override readonly name = "StorageFailure";
}

export class SimStorage {
  readonly #db = new DatabaseSync(":memory:");
  readonly #prepared = new Map<string, Prepared>();
  #alarm: number | null = null;
  #durableAlarm: number | null = null;
  #depth = 0;
  /** Grows with every write, so that a checker knows when to look. */
  touched = 0;
  /** Grows whenever the alarm is set or deleted. */
  armed = 0;
  /** True when something was written since the last commit. */
  #dirty = false;
  /** Whether the alarm was set or deleted since it fired. */
  #rearmed = false;
  /** Whether the next write of the actor fails. */
  fails: () => boolean = () => false;
  /** Grows when what was not durable got lost. */
  losses = 0;
  /** False: what a transaction did before it failed stays. */
  rollsBack = true;

  constructor() {
    this.#run("SAVEPOINT birth");
    this.#run("SAVEPOINT durable");
  }

  readonly sql = {
    exec: (query: string, ...bindings: unknown[]) => {
      if (this.#prepare(query).writes && this.fails())
        throw new StorageFailure("database or disk is full: SQLITE_FULL");
      return this.write(query, ...bindings);
    },
    get databaseSize(): number {
      return 0;
    },
  };

  /** As the actor's own, whatever the weather: for a hand from outside. */
  write(query: string, ...bindings: unknown[]): Cursor {
    const { statement, writes } = this.#prepare(query);
    if (writes) {
      this.touched += 1;
      this.#dirty = true;
    }
    if (statement !== null) return new Cursor(statement.all(...bindings.filter(isBindable)));
    this.#db.exec(query);
    return new Cursor([]);
  }

  #prepare(query: string): Prepared {
    let prepared = this.#prepared.get(query);
    if (prepared === undefined) {
      const statement = query.includes(";") ? null : this.#db.prepare(query);
      prepared = { statement, writes: !query.startsWith("SELECT") };
      this.#prepared.set(query, prepared);
    }
    return prepared;
  }

  #run(query: string): Row[] {
    return this.#prepare(query).statement?.all() ?? [];
  }

  transactionSync<T>(work: () => T): T {
    const alarm = this.#alarm;
    const name = `t${this.#depth}`;
    this.#run(`SAVEPOINT ${name}`);
    this.#depth += 1;
    try {
      return work();
    } catch (thrown) {
      if (this.rollsBack) {
        this.#run(`ROLLBACK TO ${name}`);
        this.#alarm = alarm;
      }
      throw thrown;
    } finally {
      this.#depth -= 1;
      this.#run(`RELEASE ${name}`);
    }
  }

  async setAlarm(at: number | Date): Promise<void> {
    this.touched += 1;
    this.#dirty = true;
    this.#rearmed = true;
    this.armed += 1;
    this.#alarm = Number(at);
  }

  async deleteAlarm(): Promise<void> {
    this.touched += 1;
    this.#dirty = true;
    this.#rearmed = true;
    this.armed += 1;
    this.#alarm = null;
  }

  async getAlarm(): Promise<number | null> {
    return this.#alarm;
  }

  /** When the platform will call; what a checker compares with the timers. */
  get alarm(): number | null {
    return this.#alarm;
  }

  /** The alarm's handler begins: until it ends well, the alarm stays stored and would fire again. */
  fire(): void {
    this.#rearmed = false;
  }

  /** The handler ended well: an alarm nobody set anew is over. */
  fired(): void {
    if (!this.#rearmed) this.#alarm = null;
    this.#dirty = true;
  }

  /** Everything written so far survives from here on. */
  commit(): boolean {
    if (!this.#dirty) return false;
    this.#dirty = false;
    this.#run("RELEASE durable");
    this.#run("SAVEPOINT durable");
    this.#durableAlarm = this.#alarm;
    return true;
  }

  /** What was not committed is gone, as after a kill. */
  rollback(): void {
    this.losses += 1;
    this.#dirty = false;
    this.touched += 1;
    this.#run("ROLLBACK TO durable");
    this.#alarm = this.#durableAlarm;
  }

  /** The same storage for a checker, who reads and leaves no trace. */
  readonly reader = {
    sql: {
      exec: (query: string, ...bindings: unknown[]) =>
        new Cursor(this.#prepare(query).statement?.all(...bindings.filter(isBindable)) ?? []),
    },
    transactionSync: <T>(work: () => T): T => work(),
  };

  /** Rows for a checker; counts as no touch. */
  peek(query: string): Row[] {
    return this.#run(query);
  }

  /** An empty database again, for the next actor. Opening one anew costs more. */
  reset(): void {
    this.#run("ROLLBACK TO birth");
    this.#run("SAVEPOINT durable");
    this.#alarm = null;
    this.#durableAlarm = null;
    this.#dirty = false;
    this.#rearmed = false;
    this.fails = () => false;
    this.rollsBack = true;
  }
}

/** Rows behind the face of the platform's cursor. */
class Cursor {
  readonly #rows: Row[];
  readonly rowsWritten = 0;

  constructor(rows: Row[]) {
    this.#rows = rows;
  }

  toArray(): Row[] {
    return this.#rows;
  }

  one(): Row {
    const [row] = this.#rows;
    if (row === undefined || this.#rows.length !== 1) throw new Error(`Expected one row, found ${this.#rows.length}.`);
    return row;
  }

  [Symbol.iterator](): Iterator<Row> {
    return this.#rows[Symbol.iterator]();
  }

  get columnNames(): string[] {
    return Object.keys(this.#rows[0] ?? {});
  }

  get rowsRead(): number {
    return this.#rows.length;
  }
}
