/** Steps and effects of one attempt: what an earlier attempt finished is not done again. */
import { failureRecord, PermanentError } from "../core/errors.ts";
import type { JournalEntry } from "../core/run/lease.ts";
import { log } from "../lib/log.ts";
import { ownJson } from "../lib/rows.ts";
import type { StepOptions } from "../skills/skill.ts";
import { Courier, type CourierDeps, KEPT_BACK_MS } from "./courier.ts";
import type { Progress } from "./heartbeat.ts";
import { TimeUpError } from "./lease.ts";

/** Results above this go to R2; the journal keeps key and digest. */
export const MAX_INLINE = 64 * 1024;

/** A stored result is gone or changed; the step it came from is done again. */
export const JOURNAL_MISSING = "journal_missing";

/** Where big results are kept. */
export interface ResultStore {
  /** Stores a text under its digest. */
  put(key: string, body: string): Promise<{ key: string; sha256: string }>;
  /** Errors: RetryableError `journal_missing` when it is missing or its digest differs. */
  get(ref: { key: string; sha256: string }): Promise<string>;
}

export interface JournalDeps extends CourierDeps {
  readonly results: ResultStore;
  readonly runId: string;
  /**
   * Prefix of a key: the round, the digest of the brief and how often the step's phase was asked for anew, so that none
   * of these meets results of another.
   */
  scope(key: string): string;
  readonly entries: readonly JournalEntry[];
  now(): number;
  /** Told whenever something begins and whenever it is finished. */
  readonly progress: Pick<Progress, "made">;
  /** No step is begun after this. */
  readonly deadline: number;
}

interface Kept {
  readonly status: "intended" | "done";
  readonly result: string | null;
}

export class Journal {
  readonly #deps: JournalDeps;
  readonly #kept = new Map<string, Kept>();
  readonly #courier: Courier;

  constructor(deps: JournalDeps) {
    this.#deps = deps;
    this.#courier = new Courier(deps);
    for (const { key, status, result } of deps.entries) this.#kept.set(key, { status, result });
  }

  #key(key: string): string {
    return `${this.#deps.scope(key)}/${key}`;
  }

  /**
   * How often something was begun under keys that start so, in other scopes of the round: for a brief that was
   * understood in another way, or before a restart.
   */
  elsewhere(start: string): number {
    const keys = this.#deps.entries.map(({ key }) => key).filter((key) => key.includes(`/${start}`));
    const scopes = new Set(keys.map((key) => key.slice(0, key.indexOf("/"))));
    scopes.delete(this.#deps.scope(start));
    return scopes.size;
  }

  /** True when the result of a step is journalled. */
  recorded(key: string): boolean {
    return this.#kept.get(this.#key(key))?.status === "done";
  }

  /**
   * Runs `work` unless its result is journalled. The result is JSON and is committed with the epoch: before this
   * returns, or a moment later when the step may be repeated and was quick.
   */
  async step<T>(key: string, label: string, work: () => Promise<T>, how: StepOptions = {}): Promise<T> {
    const full = this.#key(key);
    const kept = this.#kept.get(full);
    const found = kept?.status === "done" ? await this.#found<T>(full, kept.result) : null;
    if (found !== null) return found.value;
    this.#inTime();
    this.#deps.progress.made();
    const startedAt = this.#deps.now();
    const repeatable = how.repeatable === true;
    this.#courier.begin({ kind: "step", key: full, label });
    const value = await work();
    this.#deps.progress.made();
    const result = await this.#write(full, value);
    const quick = this.#deps.now() - startedAt < KEPT_BACK_MS;
    await this.#courier.done({ kind: "step", key: full, label, startedAt, result }, repeatable && quick);
    this.#kept.set(full, { status: "done", result });
    return this.#read<T>(full, result);
  }

  /**
   * A write to the outside that has no idempotency key. The intent is journalled first, and with it everything that was
   * finished before; when an earlier attempt got that far, `find` looks for its trace on the far side before `perform`
   * runs. The result follows with whatever is recorded next, at the latest a moment later: until then the intent stands
   * for it.
   */
  async effect<T>(key: string, label: string, find: () => Promise<T | null>, perform: () => Promise<T>): Promise<T> {
    const full = this.#key(key);
    const kept = this.#kept.get(full);
    if (kept?.status === "done") return this.#read<T>(full, kept.result);
    this.#inTime();
    this.#deps.progress.made();
    const startedAt = this.#deps.now();
    let found: T | null = null;
    if (kept?.status === "intended") found = await find();
    // Fences too: an attempt that lost its lease stops here, before it touches the outside.
    await this.#courier.intend({ kind: "effect", key: full, label });
    const value = found ?? (await perform());
    this.#deps.progress.made();
    const result = await this.#write(full, value);
    await this.#courier.done({ kind: "effect", key: full, label, startedAt, result }, true);
    this.#kept.set(full, { status: "done", result });
    return value;
  }

  /** Records what was kept back. An attempt ends with it: whatever is said after it stands on everything before. */
  settle(): Promise<void> {
    return this.#courier.settle();
  }

  #inTime(): void {
    if (this.#deps.now() >= this.#deps.deadline) throw new TimeUpError("The invocation's time is up.");
  }

  async #write(key: string, value: unknown): Promise<string> {
    const text = JSON.stringify(value ?? null);
    if (text.length <= MAX_INLINE) return `{"inline":${text}}`;
    const stored = await this.#deps.results.put(`journal/${this.#deps.runId}/${key}`, text);
    return JSON.stringify({ stored });
  }

  /** A recorded result; null when what it refers to is gone or changed: then the step is done again. */
  async #found<T>(key: string, result: string | null): Promise<{ readonly value: T } | null> {
    try {
      return { value: await this.#read<T>(key, result) };
    } catch (thrown) {
      if (failureRecord(thrown).code !== JOURNAL_MISSING) throw thrown;
      log.warn("runner.result_missing", { runId: this.#deps.runId, key });
      return null;
    }
  }

  async #read<T>(key: string, result: string | null): Promise<T> {
    const kept = result === null ? null : readable<T>(result);
    if (kept === null) throw new PermanentError("journal_unreadable", `The recorded result of ${key} is unreadable.`);
    if ("inline" in kept) return kept.inline;
    return ownJson<T>(await this.#deps.results.get(kept.stored), "journal entry");
  }
}

type Recorded<T> = { readonly inline: T } | { readonly stored: { readonly key: string; readonly sha256: string } };

/** What the journal holds of a result; null when it is not JSON. */
function readable<T>(result: string): Recorded<T> | null {
  try {
    return ownJson<Recorded<T>>(result, "journal entry");
  } catch {
    return null;
  }
}
