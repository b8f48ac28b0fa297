/** Short messages that say what just happened and leave by themselves. */
import { type ReadonlySignal, signal } from "@preact/signals";
import type { Clock } from "./live-link.ts";
import type { Tone } from "./words.ts";

export interface Toast {
  readonly id: number;
  readonly text: string;
  readonly tone: Tone;
}

/** Long enough to read two sentences. */
const SHOWN_MS = 7_000;
/** More than these would cover the page. */
const MOST = 3;

export class Toasts {
  readonly #shown = signal<readonly Toast[]>([]);
  readonly #clock: Pick<Clock, "after">;
  readonly #timers = new Map<number, () => void>();
  #held = false;
  #next = 1;

  constructor(clock: Pick<Clock, "after">) {
    this.#clock = clock;
  }

  get shown(): ReadonlySignal<readonly Toast[]> {
    return this.#shown;
  }

  /** Says something. The same words again replace themselves, so that a repeated click does not pile them up. */
  tell(text: string, tone: Tone): void {
    for (const one of this.#shown.peek()) if (one.text === text) this.drop(one.id);
    const toast = { id: this.#next++, text, tone };
    const kept = [...this.#shown.peek(), toast];
    for (const one of kept.slice(0, -MOST)) this.drop(one.id);
    this.#shown.value = kept.slice(-MOST);
    if (!this.#held) this.#start(toast.id);
  }

  /** While somebody reads or reaches for one, all stay. */
  hold(): void {
    this.#held = true;
    for (const stop of this.#timers.values()) stop();
    this.#timers.clear();
  }

  /** They leave again. */
  release(): void {
    if (!this.#held) return;
    this.#held = false;
    for (const { id } of this.#shown.peek()) this.#start(id);
  }

  drop(id: number): void {
    this.#timers.get(id)?.();
    this.#timers.delete(id);
    this.#shown.value = this.#shown.peek().filter((one) => one.id !== id);
    if (this.#shown.peek().length === 0) this.#held = false;
  }

  #start(id: number): void {
    this.#timers.set(
      id,
      this.#clock.after(SHOWN_MS, () => this.drop(id)),
    );
  }
}
