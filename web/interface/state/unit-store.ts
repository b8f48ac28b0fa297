/** Feeds what is shown of a Business Unit's refresh: live frames, and the reason when there is nothing to show. */
import { batch, type ReadonlySignal, signal } from "@preact/signals";
import type { Problem } from "../../../src/core/wire.ts";
import { type IngestionRunView, type UnitFrame, UnitFrameSchema } from "../../../src/core/wire-registry.ts";
import type { Api, Page, Reply } from "../api.ts";
import { beginRefresh, cancelRefresh, refreshes, unitLivePath } from "../api-data.ts";
import type { LinkDeps } from "./live-link.ts";
import { type Live, LiveStore } from "./live-store.ts";
import { EMPTY_UNIT_VIEW, isAtWork, type UnitView, withRefresh, withUnitFrame } from "./unit-view.ts";

export interface UnitStore extends Live<UnitView> {
  /** What was asked of the refresh and is not answered yet. */
  readonly asking: ReadonlySignal<"begin" | "cancel" | null>;
  /** Why the last thing asked was refused; null when it was not. */
  readonly refusal: ReadonlySignal<Problem | null>;
  /** Begins a refresh; one that is at work already is joined: its progress is what this shows anyway. */
  begin(reason: string): Promise<void>;
  cancel(reason: string): Promise<void>;
}

/** Hears of refreshes as they end: what is shown of the data is older than it from then on. */
export type RefreshEnded = (refresh: IngestionRunView) => void;

class Store extends LiveStore<UnitView, UnitFrame, Page<IngestionRunView>> implements UnitStore {
  readonly asking = signal<"begin" | "cancel" | null>(null);
  readonly refusal = signal<Problem | null>(null);
  readonly #unitId: string;
  readonly #api: Api;
  readonly #ended: RefreshEnded;

  constructor(unitId: string, api: Api, deps: LinkDeps, ended: RefreshEnded) {
    super(deps, {
      empty: EMPTY_UNIT_VIEW,
      frames: UnitFrameSchema,
      isKnown: ({ known }) => known,
      address: ({ head }) => unitLivePath(unitId, head),
      withFrame: withUnitFrame,
      // The list shows the newest meanwhile.
      ask: () => refreshes(api, unitId, null),
      withAnswer: (view, { items }) => ({ ...view, known: true, refresh: items[0] ?? null }),
      mayBeMissing: true,
    });
    this.#unitId = unitId;
    this.#api = api;
    this.#ended = ended;
  }

  begin(reason: string): Promise<void> {
    return this.#ask("begin", () => beginRefresh(this.#api, this.#unitId, reason));
  }

  cancel(reason: string): Promise<void> {
    return this.#ask("cancel", () => cancelRefresh(this.#api, this.#unitId, reason));
  }

  async #ask(what: "begin" | "cancel", call: () => Promise<Reply<IngestionRunView>>): Promise<void> {
    if (this.asking.peek() !== null) return;
    this.asking.value = what;
    this.refusal.value = null;
    const reply = await call();
    if (this.stopped) return;
    batch(() => {
      this.asking.value = null;
      if (reply.ok) this.show(withRefresh(this.view.peek(), reply.value));
      // Somebody was quicker: theirs is joined. A line that is down shows it once it is up again.
      else if (reply.problem.code === "refresh_in_progress") this.wake();
      else this.refusal.value = reply.problem;
    });
  }

  /** A refresh that is over now and was not before has ended before the reader's eyes, or while the line was down. */
  protected override shown({ refresh }: UnitView, before: UnitView): void {
    if (refresh === null || isAtWork(refresh) || !before.known) return;
    if (before.refresh?.ingestionRunId !== refresh.ingestionRunId || isAtWork(before.refresh)) this.#ended(refresh);
  }
}

/** Starts following a Business Unit. The caller stops it when the view is left. */
export function followUnit(unitId: string, api: Api, deps: LinkDeps, ended: RefreshEnded): UnitStore {
  return new Store(unitId, api, deps, ended);
}
