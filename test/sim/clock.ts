/**
 * Virtual time and everything that waits for it. The code under test runs as it is; whatever it awaits from outside is
 * an entry here, and the earliest entry goes next. So one thread of chance decides every order, delay and death.
 */

/** Memory that dies in one piece: an actor's instance, one invocation of the runner. */
export interface Process {
  readonly name: string;
  alive: boolean;
  /** A paused machine: nothing of it goes on before. */
  frozenUntil: number;
  /** False when it died before what it wrote was durable: then no word of it may have left. */
  flushed: boolean;
  /** Told when it is killed. */
  died: (() => void) | null;
}

interface Entry {
  readonly id: number;
  at: number;
  readonly owner: Process | null;
  readonly label: string;
  /** What has left the process already does not freeze with it. */
  readonly left: boolean;
  readonly go: () => void;
  /** What happens instead when the owner dies first. */
  readonly orphaned: (() => void) | null;
}

export interface Waiting {
  readonly owner?: Process | null;
  readonly left?: boolean;
  readonly orphaned?: () => void;
}

export function newProcess(name: string): Process {
  return { name, alive: true, frozenUntil: 0, flushed: true, died: null };
}

export class Clock {
  now: number;
  steps = 0;
  /** True after a death, until whatever it set going has come to wait. */
  #stirred = false;
  #entries: Entry[] = [];
  #lastId = 0;
  #digest = 0x811c9dc5;
  readonly #say: ((line: string) => void) | null;

  constructor(now: number, say: ((line: string) => void) | null) {
    this.now = now;
    this.#say = say;
  }

  /** What happened so far, as one number: two runs of one seed must agree on it. */
  get digest(): string {
    return (this.#digest >>> 0).toString(16).padStart(8, "0");
  }

  /** Adds a line to the trace and to its digest. */
  note(line: string): void {
    const text = `${this.now} ${line}`;
    let digest = this.#digest;
    for (let index = 0; index < text.length; index += 1)
      digest = Math.imul(digest ^ text.charCodeAt(index), 0x01000193);
    this.#digest = digest;
    this.#say?.(text);
  }

  /** Calls `go` after that time, unless the owner is dead by then or the answer is called before. */
  after(ms: number, label: string, go: () => void, { owner = null, left = false, orphaned }: Waiting = {}): () => void {
    if (owner !== null && !owner.alive) return () => undefined;
    this.#lastId += 1;
    const at = this.now + Math.max(0, ms);
    const entry: Entry = { id: this.#lastId, at, owner, label, left, go, orphaned: orphaned ?? null };
    this.#entries.push(entry);
    return () => {
      this.#entries = this.#entries.filter((one) => one !== entry);
    };
  }

  pause(owner: Process, ms: number, label: string): Promise<void> {
    return new Promise((resolve) => this.after(ms, label, resolve, { owner }));
  }

  /** Calls `work` again and again until the answer is called or the owner dies. */
  every(owner: Process, ms: number, label: string, work: () => void): () => void {
    let cancel = (): void => undefined;
    const next = (): void => {
      const again = (): void => {
        next();
        work();
      };
      cancel = this.after(ms, label, again, { owner });
    };
    next();
    return () => cancel();
  }

  /** Everything that the process holds in memory is gone. */
  kill(process: Process): void {
    process.alive = false;
    process.died?.();
    const orphans = this.#entries.filter((entry) => entry.owner === process);
    this.#entries = this.#entries.filter((entry) => entry.owner !== process);
    for (const { orphaned } of orphans) orphaned?.();
    this.#stirred = true;
  }

  /** True while something of the process is under way. */
  isBusy(process: Process): boolean {
    return this.#entries.some((entry) => entry.owner === process);
  }

  /** Whether anything is left that is not one of the `idle` labels. */
  hasWork(idle: (label: string) => boolean): boolean {
    return this.#entries.some((entry) => !idle(entry.label));
  }

  /** Carries out the earliest entry, then lets the code under test run until all of it waits. False: nothing is left. */
  async step(until: number): Promise<boolean> {
    // What a death between two steps set going comes to its end first: it must not run on in somebody who dies in this one.
    if (this.#stirred) await this.#settled();
    let first: Entry | null = null;
    for (const entry of this.#entries) {
      if (!entry.left && entry.owner !== null && entry.at < entry.owner.frozenUntil) entry.at = entry.owner.frozenUntil;
      if (first === null || entry.at < first.at || (entry.at === first.at && entry.id < first.id)) first = entry;
    }
    if (first === null || first.at > until) return false;
    const chosen = first;
    this.#entries.splice(this.#entries.indexOf(chosen), 1);
    this.now = Math.max(this.now, chosen.at);
    this.steps += 1;
    this.note(chosen.label);
    chosen.go();
    await this.#settled();
    return true;
  }

  /** After this, every promise that could go on has gone on. */
  async #settled(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    this.#stirred = false;
  }
}
