/** The object stores of a simulation: results, report files and manifests, with an eye on whose lease a manifest names. */
import type { ArchiveStore } from "../../src/actors/run/deps.ts";
import { RetryableError } from "../../src/core/errors.ts";
import { sha256Hex } from "../../src/lib/hash.ts";
import { JOURNAL_MISSING, type ResultStore } from "../../src/runner/journal.ts";
import type { ArtifactStore } from "../../src/runner/package.ts";
import type { Caller, Line } from "./line.ts";

/** Whether a swap goes through; a mutant lets every one. */
export type SwapRule = (there: string | null, was: string | null) => boolean;

const MOST_LOST = 2;

const asItWas: SwapRule = (there, was) => there === was;

export class SimObjects {
  readonly #line: Line;
  readonly #violated: (what: string) => void;
  readonly #swaps: SwapRule;
  /** Whether a result is gone when it is looked for. */
  readonly #loses: () => boolean;
  readonly #objects = new Map<string, Uint8Array>();
  /** How often results of a step were lost. */
  readonly #lost = new Map<string, number>();

  constructor(line: Line, violated: (what: string) => void, loses: () => boolean, swaps: SwapRule = asItWas) {
    this.#line = line;
    this.#loses = loses;
    this.#violated = violated;
    this.#swaps = swaps;
  }

  #text(key: string): string | null {
    const bytes = this.#objects.get(key);
    return bytes === undefined ? null : new TextDecoder().decode(bytes);
  }

  /** A store that loses every result of a step would keep any run from its end. */
  #lostNow(place: string): boolean {
    const lost = this.#lost.get(place) ?? 0;
    if (lost === MOST_LOST || !this.#loses()) return false;
    this.#lost.set(place, lost + 1);
    return true;
  }

  /** The lease that the manifest of an artifact names; 0 without one. */
  epochOf(artifactId: string): number {
    return epochIn(this.#text(`artifacts/${artifactId}/manifest.json`));
  }

  results(caller: Caller): ResultStore {
    const store = <T>(verb: string, work: () => T) => this.#line.call(caller, "r2", verb, work, { patient: true });
    return {
      put: async (key, body) => {
        const sha256 = await sha256Hex(body);
        const full = `${key}/${sha256}`;
        await store("put result", () => this.#objects.set(full, new TextEncoder().encode(body)));
        return { key: full, sha256 };
      },
      get: (ref) =>
        store("get result", () => {
          if (this.#lostNow(ref.key.slice(0, ref.key.lastIndexOf("/")))) this.#objects.delete(ref.key);
          const text = this.#text(ref.key);
          if (text === null) throw new RetryableError(JOURNAL_MISSING, `The recorded result ${ref.key} is gone.`);
          return text;
        }),
    };
  }

  /** Runs that ended long ago, as text; `written` is told at the moment in which one is put there. */
  archive(caller: Caller, written: () => void): ArchiveStore {
    const store = <T>(verb: string, work: () => T) => this.#line.call(caller, "r2", verb, work);
    return {
      put: (key, text) =>
        store("put run", () => {
          this.#objects.set(key, new TextEncoder().encode(text));
          written();
        }),
      get: (key) => store("get run", () => this.#text(key)),
    };
  }

  artifacts(caller: Caller): ArtifactStore {
    const store = <T>(verb: string, work: () => T) => this.#line.call(caller, "r2", verb, work, { patient: true });
    return {
      put: async (key, bytes) => void (await store("put file", () => this.#objects.set(key, bytes.slice()))),
      get: (key) => store("get file", () => this.#objects.get(key)?.slice() ?? null),
      read: (key) =>
        store("get manifest", () => {
          const text = this.#text(key);
          return text === null ? null : { text, etag: text };
        }),
      swap: (key, text, was) =>
        this.#line.call(caller, "r2", "put manifest", () => this.#swap(key, text, was), { late: true }),
    };
  }

  /** What an older lease wrote must never take the place of what a newer one did, however late it arrives. */
  #swap(key: string, text: string, was: string | null): boolean {
    const there = this.#text(key);
    if (!this.#swaps(there, was)) return false;
    if (epochIn(text) < epochIn(there))
      this.#violated(`${key} went back from epoch ${epochIn(there)} to ${epochIn(text)}`);
    this.#objects.set(key, new TextEncoder().encode(text));
    return true;
  }
}

function epochIn(manifest: string | null): number {
  const found = /"epoch":(\d+)/u.exec(manifest ?? "");
  return Number(found?.[1] ?? 0);
}
