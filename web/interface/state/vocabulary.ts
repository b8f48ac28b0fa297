/** What the panel saw of clients, requesters and codes so far: the search box suggests from it. */
import { type ReadonlySignal, signal } from "@preact/signals";
import type { RunSummary } from "../../../src/core/wire.ts";
import { NO_VOCABULARY, type Vocabulary, withVocabulary } from "./search.ts";

const seen = signal<Vocabulary>(NO_VOCABULARY);

/** Grows while the panel is open. */
export const vocabulary: ReadonlySignal<Vocabulary> = seen;

/** Learns the values of these runs. */
export function learn(runs: Iterable<RunSummary>): void {
  seen.value = withVocabulary(seen.peek(), runs);
}
