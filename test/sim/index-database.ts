/** The run index on `node:sqlite`, behind the face of D1: the real migrations, the real queries. */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";

const MIGRATIONS = path.join(import.meta.dirname, "..", "..", "migrations");

/** Changes a query on its way to the database; a mutant takes the guard out here. */
export type Rewrite = (query: string) => string;

export class IndexDatabase {
  readonly #db = new DatabaseSync(":memory:");
  readonly #statements = new Map<string, StatementSync>();
  rewrite: Rewrite = (query) => query;

  constructor() {
    for (const file of readdirSync(MIGRATIONS).toSorted()) {
      if (file.endsWith(".sql")) this.#db.exec(readFileSync(path.join(MIGRATIONS, file), "utf8"));
    }
    this.#db.exec("SAVEPOINT empty");
  }

  prepare(query: string) {
    const bind = (...parameters: SQLInputValue[]) => ({
      all: async () => ({ success: true, results: this.rows(query, ...parameters), meta: {} }),
      run: async () => ({ success: true, results: this.rows(query, ...parameters), meta: {} }),
    });
    return { bind, ...bind() };
  }

  async batch(statements: readonly { all(): Promise<unknown> }[]): Promise<readonly unknown[]> {
    const answers: unknown[] = [];
    for (const statement of statements) answers.push(await statement.all());
    return answers;
  }

  rows(query: string, ...parameters: SQLInputValue[]): Record<string, unknown>[] {
    const text = this.rewrite(query);
    let statement = this.#statements.get(text);
    if (statement === undefined) {
      statement = this.#db.prepare(text);
      this.#statements.set(text, statement);
    }
    // D1 binds what it is given; a place a mutant took out takes its value with it.
    return statement.all(...parameters.slice(0, text.split("?").length - 1));
  }

  reset(): void {
    this.#db.exec("ROLLBACK TO empty");
  }
}
