/** Finding in the palette: what is known here at once, what only the server knows a moment later. */
import { type ReadonlySignal, signal } from "@preact/signals";
import type { Clock } from "./live-link.ts";
import type { PaletteAction } from "./palette.ts";

export interface PaletteGroup {
  readonly title: string;
  readonly entries: readonly PaletteAction[];
}

/** Where entries come from. */
export interface PaletteSources {
  /** Known at once, by title of their group, in the order they are shown. */
  readonly local: () => readonly PaletteGroup[];
  /** Asked once, when the palette opens. */
  readonly loaded: () => Promise<readonly PaletteGroup[]>;
  /** Asked for what was typed. */
  readonly remote: (query: string) => Promise<readonly PaletteGroup[]>;
  readonly clock: Pick<Clock, "after">;
}

export interface PaletteState {
  readonly query: string;
  readonly groups: readonly PaletteGroup[];
  readonly isSearching: boolean;
}

/** Typing pauses this long before the server is asked. */
const PAUSE_MS = 160;
/** Fewer letters fit nearly everything. */
const LEAST = 2;
const MOST_PER_GROUP = 6;
/** Before anything is typed: every place of the panel. */
const MOST_UNASKED = 9;

const plainText = (text: string): string => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

/**
 * How well an entry fits: 0 not at all. Every word of the query must begin a word of the entry or stand inside its
 * label; a beginning counts more, and the label more than its keywords.
 */
export function fitness(query: string, entry: Pick<PaletteAction, "label" | "hint" | "keywords">): number {
  const label = plainText(entry.label);
  const rest = plainText(`${entry.hint ?? ""} ${entry.keywords ?? ""}`);
  const words = plainText(query)
    .split(/\s+/)
    .filter((word) => word !== "");
  let score = label.startsWith(words.join(" ")) ? 4 : 0;
  for (const word of words) {
    const begins = (text: string): boolean => text.split(/[^\p{L}\p{N}]+/u).some((one) => one.startsWith(word));
    const found = begins(label) ? 4 : begins(rest) ? 2 : label.includes(word) ? 1 : 0;
    if (found === 0) return 0;
    score += found;
  }
  return score;
}

interface Fitting extends PaletteGroup {
  /** Of its best entry. */
  readonly best: number;
}

/** Entries of a group that fit, best first, a handful of them. */
export function fitting(query: string, { title, entries }: PaletteGroup): Fitting {
  if (query.trim() === "")
    return { title, entries: entries.filter((entry) => entry.isSecondary !== true).slice(0, MOST_UNASKED), best: 0 };
  const scored = entries.map((entry) => ({ entry, score: fitness(query, entry) })).filter(({ score }) => score > 0);
  scored.sort((a, b) => b.score - a.score);
  return { title, entries: scored.slice(0, MOST_PER_GROUP).map(({ entry }) => entry), best: scored[0]?.score ?? 0 };
}

export class PaletteSearch {
  readonly #sources: PaletteSources;
  readonly #state = signal<PaletteState>({ query: "", groups: [], isSearching: false });
  #loaded: readonly PaletteGroup[] = [];
  #remote: readonly PaletteGroup[] = [];
  #turn = 0;
  #cancel: (() => void) | null = null;
  #stopped = false;

  constructor(sources: PaletteSources) {
    this.#sources = sources;
  }

  get state(): ReadonlySignal<PaletteState> {
    return this.#state;
  }

  async start(): Promise<void> {
    this.#show();
    this.#loaded = await this.#sources.loaded();
    if (!this.#stopped) this.#show();
  }

  /** Takes what was typed. What the server found for other words is gone at once. */
  type(query: string): void {
    this.#turn += 1;
    this.#cancel?.();
    this.#remote = [];
    const wanted = query.trim();
    const asks = wanted.length >= LEAST;
    this.#state.value = { ...this.#state.peek(), query, isSearching: asks };
    this.#show();
    if (asks) this.#cancel = this.#sources.clock.after(PAUSE_MS, () => void this.#ask(wanted, this.#turn));
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel?.();
  }

  async #ask(query: string, turn: number): Promise<void> {
    const found = await this.#sources.remote(query);
    if (this.#stopped || turn !== this.#turn) return;
    this.#remote = found;
    this.#state.value = { ...this.#state.peek(), isSearching: false };
    this.#show();
  }

  #show(): void {
    const { query } = this.#state.peek();
    const known = [...this.#sources.local(), ...this.#loaded].map((group) => fitting(query, group));
    known.sort((a, b) => b.best - a.best);
    const shown = [...known, ...this.#remote].filter((group) => group.entries.length > 0);
    this.#state.value = { ...this.#state.peek(), groups: shown };
  }
}
