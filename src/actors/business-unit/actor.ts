/** The Business Unit: a shell around `core/business-unit`. What staff, routes and ops say to it; `leasing.ts` has the refresh's part. */
import type {
  EditRequest,
  FieldWrite,
  NewUnit,
  RefreshRequest,
  SharedId,
  UnitAnswer,
  UnitRecord,
  UnitRefusal,
  UnitWritten,
} from "../../core/business-unit/answers.ts";
import type { UnitCommand } from "../../core/business-unit/commands.ts";
import { withBase, writesBack } from "../../core/business-unit/edit.ts";
import { isEdit } from "../../core/business-unit/events.ts";
import { editIdOf, isUnitId, seqOfEdit } from "../../core/business-unit/ids.ts";
import type { AssetKind, AssetTest, UnitState } from "../../core/business-unit/types.ts";
import { ingestionRunOf, recordOf } from "../../core/business-unit/view.ts";
import { timersOf } from "../../core/business-unit/wake.ts";
import type { OpsAction } from "../../core/run/events.ts";
import type { Visit } from "../../core/visit.ts";
import type { IngestionRunView, UnitEventView } from "../../core/wire-registry.ts";
import { RefreshDoor } from "./leasing.ts";
import type { UnitOutcome } from "./turning.ts";
import { eventView } from "./watchers.ts";

/** Long values of a request are cut here, at the border of the actor. */
const MAX_REASON = 300;
const MAX_BY = 200;

/** Who was away for longer gets a snapshot: the log of years is more than one message holds. */
const MOST_RESUMED = 1_000;

/** The newest entries of the log that ops see beside the state. */
const INSPECTED_EVENTS = 50;

const NOBODY: UnitRefusal = { code: "no_such_unit", detail: "There is no such Business Unit." };

/** Who and why, bounded. */
function signed<T extends { readonly by: string; readonly reason: string }>(request: T): T {
  return { ...request, by: request.by.slice(0, MAX_BY), reason: request.reason.slice(0, MAX_REASON) };
}

export abstract class BusinessUnitActor<E> extends RefreshDoor<E> {
  /** The unit's id, which is the actor's name. */
  get #name(): string {
    return this.ctx.id.name ?? "";
  }

  #state(): Promise<UnitState | null> {
    return isUnitId(this.#name) ? this.turns.state(this.#name) : Promise.resolve(null);
  }

  override alarm(): Promise<void> {
    return this.turns.wake();
  }

  async create(given: NewUnit): Promise<UnitAnswer<UnitWritten>> {
    const unit = signed(given);
    if (unit.businessUnitId !== this.#name || !isUnitId(this.#name))
      throw new Error(`${unit.businessUnitId} is not the name of this actor.`);
    // One that was in the registry before is there already.
    await this.#state();
    return this.#write(unit, unit.fields, { type: "create", unit });
  }

  /** Changes fields; see `core/business-unit/edit.ts` for what is merged and what is refused. */
  async edit(request: EditRequest): Promise<UnitAnswer<UnitWritten>> {
    const state = await this.#state();
    if (state === null) return { ok: false, refusal: NOBODY };
    return this.#write(state, request.changes, { type: "edit", restores: null, ...signed(request) });
  }

  /** Sets the fields of an edit back, as a new edit. */
  async restore(
    editId: string,
    baseVersion: number | null,
    by: string,
    reason: string,
  ): Promise<UnitAnswer<UnitWritten>> {
    const state = await this.#state();
    if (state === null) return { ok: false, refusal: NOBODY };
    const seq = seqOfEdit(state.businessUnitId, editId);
    const edit = seq === null ? null : this.turns.store.editAt(seq);
    const changes = edit === null ? null : writesBack(edit);
    if (changes === null)
      return { ok: false, refusal: { code: "no_such_edit", detail: "There is no such edit that could be undone." } };
    return this.#write(state, changes, {
      type: "edit",
      restores: editId,
      changes,
      baseVersion,
      ...signed({ by, reason }),
    });
  }

  async #write(
    claimant: { readonly businessUnitId: string; readonly clientId: string },
    writes: readonly FieldWrite[],
    command: UnitCommand,
  ): Promise<UnitAnswer<UnitWritten>> {
    const claimed = await this.turns.claims.around(claimant, writes, ({ refusal, shared }) => ({
      shared,
      outcome: refusal === null ? this.turns.take(command) : { ...NOT_TAKEN, refusal },
    }));
    const { refusal } = claimed.outcome;
    if (refusal === null) return this.#written(claimed.outcome, claimed.shared);
    // What was claimed for nothing is given back.
    if (this.turns.store.readState() !== null) this.turns.take({ type: "check_claims" });
    return { ok: false, refusal: this.#withBase(refusal, command) };
  }

  #withBase(refusal: UnitRefusal, command: UnitCommand): UnitRefusal {
    if (refusal.code !== "stale_write" || command.type !== "edit" || command.baseVersion === null) return refusal;
    const { store } = this.turns;
    return { ...refusal, differences: withBase(refusal.differences, command.baseVersion, store.editsSince(0)) };
  }

  /** What a turn came to, after a first try to show it in the index. */
  async #written(outcome: UnitOutcome, shared: readonly SharedId[] = []): Promise<UnitAnswer<UnitWritten>> {
    const { state, logged } = outcome;
    if (state === null) return { ok: false, refusal: outcome.refusal ?? NOBODY };
    await this.turns.projectNow();
    const edit = logged.find(({ event }) => isEdit(event));
    const editId = edit === undefined ? null : editIdOf(state.businessUnitId, edit.seq);
    return { ok: true, value: { unit: recordOf(state), editId, shared } };
  }

  async #told(command: UnitCommand): Promise<UnitAnswer<UnitWritten>> {
    if ((await this.#state()) === null) return { ok: false, refusal: NOBODY };
    const outcome = this.turns.take(command);
    return outcome.refusal === null ? this.#written(outcome) : { ok: false, refusal: outcome.refusal };
  }

  /** Notes how a source answered to a look. */
  noteTest(kind: AssetKind, test: Omit<AssetTest, "at">): Promise<UnitAnswer<UnitWritten>> {
    return this.#told({ type: "note_test", kind, test: { ...test, detail: test.detail.slice(0, MAX_REASON) } });
  }

  createSurface(by: string): Promise<UnitAnswer<UnitWritten>> {
    return this.#told({ type: "create_surface", by: by.slice(0, MAX_BY) });
  }

  async requestRefresh(request: RefreshRequest): Promise<UnitAnswer<IngestionRunView>> {
    return this.#refreshed(await this.#told({ type: "request_refresh", ...signed(request) }));
  }

  /** Stops the refresh at once; what it published stays. */
  async cancelRefresh(by: string, reason: string): Promise<UnitAnswer<IngestionRunView>> {
    return this.#refreshed(await this.#told({ type: "cancel_refresh", ...signed({ by, reason }) }));
  }

  #refreshed(written: UnitAnswer<UnitWritten>): UnitAnswer<IngestionRunView> {
    if (!written.ok) return written;
    const id = written.value.unit.refresh?.ingestionRunId ?? "";
    const run = this.turns.store.ingestionRun(id);
    if (run === null) throw new Error("A refresh that was asked for is there.");
    return { ok: true, value: run };
  }

  /** The unit; null when there is none. */
  async record(): Promise<UnitRecord | null> {
    const state = await this.#state();
    return state === null ? null : recordOf(state);
  }

  async ingestionRun(ingestionRunId: string): Promise<IngestionRunView | null> {
    await this.#state();
    return this.turns.store.ingestionRun(ingestionRunId);
  }

  async events(since: number, limit: number): Promise<readonly UnitEventView[] | null> {
    return (await this.#state()) === null ? null : this.turns.store.eventsSince(since, limit).map(eventView);
  }

  /** Is anybody there? Whatever is due is done, and the index gets a row that is true now. */
  async poke(): Promise<"poked" | "nobody"> {
    if ((await this.#state()) === null) return "nobody";
    // Who asks has a reason to think that the alarm was lost.
    this.turns.store.forgetAlarm();
    this.turns.take({ type: "poke" });
    return "poked";
  }

  /** The sweep comes by. One that is not at home yet is not taken over for that. */
  visit(): Promise<Visit> {
    return this.turns.visit();
  }

  /** An act of the people who run the system; it goes into the log with who and why. */
  async act(action: OpsAction, by: string, reason: string): Promise<UnitAnswer<null>> {
    if ((await this.#state()) === null) return { ok: false, refusal: NOBODY };
    const { store } = this.turns;
    const promises = store.outbox().length;
    return this.turns.told({ type: "ops", action, promises, ...signed({ by, reason }) }, () => {
      if (action === "flush-outbox") store.flush(this.turns.deps().now());
    });
  }

  /** Writes the unit's rows of the index anew, with its whole history. False: there is no such unit. */
  async reproject(): Promise<boolean> {
    const state = await this.#state();
    if (state === null) return false;
    await this.turns.project(true);
    // Before a first lease there is no epoch under which anything could be written.
    if (state.epoch > 0) await this.turns.deps().fence(state.businessUnitId, state.epoch);
    await this.turns.claims.settle(state);
    return true;
  }

  /** State, timers, lease, outbox, journal and newest events as JSON, for ops. No credential is in any of them. */
  async inspect(): Promise<string | null> {
    const state = await this.#state();
    if (state === null) return null;
    const { store } = this.turns;
    const { refresh } = state;
    const journal = refresh === null ? [] : store.journal(refresh.ingestionRunId);
    return JSON.stringify({
      state: recordOf(state),
      epoch: state.epoch,
      lease: refresh?.lease ?? null,
      refresh: refresh === null ? null : ingestionRunOf(state.businessUnitId, refresh),
      quotas: state.quotas,
      timers: timersOf(state),
      alarmAt: await this.ctx.storage.getAlarm(),
      outbox: store.outbox(),
      journal: journal.map(({ result: _result, ...entry }) => entry),
      rounds: state.quality,
      parked: state.parked,
      events: store.eventsSince(Math.max(0, state.version - INSPECTED_EVENTS), INSPECTED_EVENTS).map(eventView),
    });
  }

  /** WebSocket of the unit. */
  override async fetch(request: Request): Promise<Response> {
    const state = await this.#state();
    if (state === null) return new Response("no such Business Unit", { status: 404 });
    const since = new URL(request.url).searchParams.get("since");
    const from = since !== null && /^\d{1,15}$/.test(since) ? Number(since) : null;
    const known = from !== null && from <= state.version && state.version - from <= MOST_RESUMED;
    return this.turns.watchers.accept(state, known ? from : null);
  }

  override webSocketMessage(): void {}

  override webSocketClose(socket: WebSocket, code: number): void {
    this.turns.watchers.left(socket, code);
  }
}

/** The outcome of a turn that was not taken. */
const NOT_TAKEN: UnitOutcome = { state: null, logged: [], changed: false, refusal: null };
