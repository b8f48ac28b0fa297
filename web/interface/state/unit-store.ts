/** Feeds what is shown of a Business Unit's refresh: live frames, and the reason when there is nothing to show. */
import { batch, type ReadonlySignal, signal } from "@preact/signals";
import * as v from "valibot";
import type { Problem } from "../../../src/core/wire.ts";
import { type IngestionRunView, UnitFrameSchema } from "../../../src/core/wire-registry.ts";
import type { Api, Reply } from "../api.ts";
import { beginRefresh, cancelRefresh, refreshes, unitLivePath } from "../api-data.ts";
import { type Link, type LinkDeps, type LiveLink, openLink } from "./live-link.ts";
import { EMPTY_UNIT_VIEW, isAtWork, type UnitView, withRefresh, withUnitFrame } from "./unit-view.ts";

export interface UnitStore {
  readonly view: ReadonlySignal<UnitView>;
  readonly link: ReadonlySignal<Link>;
  /** Why nothing is known of the refresh; null while something is, or is still awaited. */
  readonly problem: ReadonlySignal<Problem | null>;
  /** What was asked of the refresh and is not answered yet. */
  readonly asking: ReadonlySignal<"begin" | "cancel" | null>;
  /** Why the last thing asked was refused; null when it was not. */
  readonly refusal: ReadonlySignal<Problem | null>;
  /** Begins a refresh; one that is at work already is joined: its progress is what this shows anyway. */
  begin(reason: string): Promise<void>;
  cancel(reason: string): Promise<void>;
  wake(): void;
  stop(): void;
}

/** Hears of refreshes as they end: what is shown of the data is older than it from then on. */
export type RefreshEnded = (refresh: IngestionRunView) => void;

class Store implements UnitStore {
  readonly view = signal<UnitView>(EMPTY_UNIT_VIEW);
  readonly link = signal<Link>({ kind: "connecting" });
  readonly problem = signal<Problem | null>(null);
  readonly asking = signal<"begin" | "cancel" | null>(null);
  readonly refusal = signal<Problem | null>(null);
  readonly #unitId: string;
  readonly #api: Api;
  readonly #live: LiveLink;
  readonly #ended: RefreshEnded;
  #stopped = false;

  constructor(unitId: string, api: Api, deps: LinkDeps, ended: RefreshEnded) {
    this.#unitId = unitId;
    this.#api = api;
    this.#ended = ended;
    this.#live = openLink(deps, {
      address: () => unitLivePath(unitId, this.view.peek().head),
      accept: (text) => this.#accept(text),
      changed: (link) => this.#linkChanged(link),
    });
  }

  wake(): void {
    this.#live.wake();
  }

  stop(): void {
    this.#stopped = true;
    this.#live.stop();
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
    if (this.#stopped) return;
    batch(() => {
      this.asking.value = null;
      if (reply.ok) this.#show(withRefresh(this.view.peek(), reply.value));
      // Somebody was quicker: theirs is joined. A line that is down shows it once it is up again.
      else if (reply.problem.code === "refresh_in_progress") this.#live.wake();
      else this.refusal.value = reply.problem;
    });
  }

  #accept(text: string): boolean {
    const frame = v.safeParse(v.pipe(v.string(), v.parseJson(), UnitFrameSchema), text);
    if (!frame.success) return false;
    this.#show(withUnitFrame(this.view.peek(), frame.output));
    return true;
  }

  /** A refresh that is over now and was not before has ended before the reader's eyes, or while the line was down. */
  #show(view: UnitView): void {
    const before = this.view.peek();
    batch(() => {
      this.view.value = view;
      this.problem.value = null;
    });
    const { refresh } = view;
    if (refresh === null || isAtWork(refresh) || !before.known) return;
    if (before.refresh?.ingestionRunId !== refresh.ingestionRunId || isAtWork(before.refresh)) this.#ended(refresh);
  }

  #linkChanged(link: Link): void {
    this.link.value = link;
    if (link.kind === "lost" && !this.view.peek().known) void this.#probe();
  }

  /** A socket that never opened does not say why; the list over HTTP does, and shows the newest meanwhile. */
  async #probe(): Promise<void> {
    const reply = await refreshes(this.#api, this.#unitId, null);
    if (this.#stopped || this.view.peek().known) return;
    if (reply.ok) {
      this.#show({ ...this.view.peek(), known: true, refresh: reply.value.items[0] ?? null });
      return;
    }
    const { status } = reply.problem;
    if (status !== 404 && status !== 401 && status !== 403) {
      this.problem.value = reply.problem;
      return;
    }
    this.#live.stop();
    this.link.value = { kind: "refused", reason: status === 404 ? "not_found" : "forbidden" };
  }
}

/** Starts following a Business Unit. The caller stops it when the view is left. */
export function followUnit(unitId: string, api: Api, deps: LinkDeps, ended: RefreshEnded): UnitStore {
  return new Store(unitId, api, deps, ended);
}
