/** What attempts were told is recorded, in books of its own: every later attempt has to be given it. */
import type { FinishedWork, Grant, JournalEntry } from "../../src/core/run/lease.ts";

type Finished = Pick<FinishedWork, "kind" | "key" | "result">;

interface Recorded extends JournalEntry {
  readonly kind: FinishedWork["kind"];
  /**
   * Results of the same work that reached the actor since: done once more, for a result that is gone. Who is stopped by the
   * answer, or gets none, is not told which of them stands.
   */
  readonly later: Set<string>;
}

export class WorkBooks {
  readonly #violated: (what: string) => void;
  readonly #recorded = new Map<string, Map<string, Recorded>>();

  constructor(violated: (what: string) => void) {
    this.#violated = violated;
  }

  #of(taskGid: string): Map<string, Recorded> {
    const books = this.#recorded.get(taskGid) ?? new Map<string, Recorded>();
    this.#recorded.set(taskGid, books);
    return books;
  }

  /** True when any of it had not been finished before: a step that is done once more, for a result that is gone, is no progress. */
  finished(taskGid: string, works: readonly Finished[]): boolean {
    const books = this.#of(taskGid);
    const isNew = works.some(({ key }) => books.get(key)?.status !== "done");
    for (const { kind, key, result } of works) books.set(key, { kind, key, status: "done", result, later: new Set() });
    return isNew;
  }

  /** A commit reaches the actor; whether it is recorded shows when somebody is told so. */
  arrived(taskGid: string, works: readonly Finished[]): void {
    for (const { key, result } of works) this.#of(taskGid).get(key)?.later.add(result);
  }

  intended(taskGid: string, key: string): false {
    this.#of(taskGid).set(key, { kind: "effect", key, status: "intended", result: null, later: new Set() });
    return false;
  }

  /** The skill refused to deliver: what was gathered is read afresh. */
  forgotten(taskGid: string): false {
    const books = this.#of(taskGid);
    for (const { key, kind } of books.values()) if (kind === "step") books.delete(key);
    return false;
  }

  /** An attempt gets its lease, and with it what earlier ones recorded for the same round. */
  granted(taskGid: string, { round, epoch, journal }: Grant): void {
    const given = new Map(journal.map((entry) => [entry.key, entry]));
    for (const { key, status, result, later } of this.#of(taskGid).values()) {
      if (!key.startsWith(`r${round}.`)) continue;
      const entry = given.get(key);
      const isResult = (text: string | null): boolean => text === result || (text !== null && later.has(text));
      // Of a commit whose answer was lost these books know nothing: more may be given than was told.
      const isThere = status === "intended" ? entry !== undefined : entry?.status === "done" && isResult(entry.result);
      if (!isThere)
        this.#violated(
          `${key} of ${taskGid} was recorded as ${status}; epoch ${epoch} is given ${entry?.status ?? "nothing"}`,
        );
    }
  }
}
