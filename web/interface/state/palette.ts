/** What the command palette offers from the open page, and whether it is open. */
import { type ReadonlySignal, signal } from "@preact/signals";

/** Something to go to or to do. Exactly one of `href` and `run` counts; `run` wins. */
export interface PaletteAction {
  readonly id: string;
  readonly label: string;
  /** More about it, beside the label. */
  readonly hint?: string;
  /** Further words it is found by. */
  readonly keywords?: string;
  readonly href?: string;
  readonly run?: () => void;
  /** Shown only when something was typed. */
  readonly isSecondary?: boolean;
}

export type Overlay = "palette" | "keys" | null;

const byKey = signal<ReadonlyMap<string, readonly PaletteAction[]>>(new Map());
const shown = signal<Overlay>(null);

/** Which of palette and keyboard help is open. */
export const overlay: ReadonlySignal<Overlay> = shown;

/** Opens one of them, or closes both. */
export function showOverlay(which: Overlay): void {
  shown.value = which;
}

/**
 * Offers actions while a page or a part of it stands. Call it in an effect and return what it returns; the same key
 * replaces what was there.
 */
export function registerActions(key: string, actions: readonly PaletteAction[]): () => void {
  byKey.value = new Map([...byKey.peek(), [key, actions]]);
  return () => {
    if (byKey.peek().get(key) !== actions) return;
    byKey.value = new Map([...byKey.peek()].filter(([known]) => known !== key));
  };
}

/** What open pages offer now. */
export function registeredActions(): readonly PaletteAction[] {
  return [...byKey.value.values()].flat();
}
