/** A refresh in memory: the unit decided by the real core, sources, bucket and fact store faked, kills at any moment. */
import type { Connectors } from "../../src/connectors/connectors.ts";
import type { UnitAnswer } from "../../src/core/business-unit/answers.ts";
import type { UnitCommand } from "../../src/core/business-unit/commands.ts";
import type { RefreshGrant } from "../../src/core/business-unit/lease.ts";
import { isActive } from "../../src/core/business-unit/queries.ts";
import type { DayRange, Json, SourceName, UnitState } from "../../src/core/business-unit/types.ts";
import { ASSET_OF } from "../../src/core/business-unit/types.ts";
import { refreshContextOf } from "../../src/core/business-unit/view.ts";
import type { FactDraft, VisibleTask } from "../../src/core/curation/types.ts";
import type { JournalEntry } from "../../src/core/run/lease.ts";
import type { RefreshActor } from "../../src/refresh/actor.ts";
import { type RefreshDeps, refresh } from "../../src/refresh/execute.ts";
import type { Publisher, SnapshotRow } from "../../src/refresh/publisher.ts";
import { LeaseLostError } from "../../src/runner/lease.ts";
import { fakeConnectors, fakePorts, IDS } from "./refresh-fakes.ts";
import {
  asset,
  create,
  edit,
  NOW,
  type PlayedUnit,
  played,
  stateOf,
  turn,
  UNIT,
  UNIT_SETTINGS,
} from "./unit-machine.ts";

/** A fact as the store has it. */
export type StoredFact = FactDraft & { readonly version: number; readonly recordedAt: number };

export class RefreshWorld {
  unit: PlayedUnit;
  readonly ports = fakePorts();
  connectors: Connectors = fakeConnectors(this.ports, () => this.unit.now);
  readonly journal = new Map<string, JournalEntry>();
  readonly objects = new Map<string, Uint8Array>();
  readonly rows = new Map<string, SnapshotRow>();
  readonly facts = new Map<string, StoredFact>();
  /** Every version ever written, in the order of writing. */
  readonly versions: string[] = [];
  tasks: readonly VisibleTask[] = [];
  missing: readonly string[] = [];
  /** What the actor was told under a lease, by name, with the labels of steps. */
  readonly told: string[] = [];
  /** Answers that came back from anything outside the attempt. */
  moments = 0;
  /** The attempt is dead from the answer of this number on. */
  killAt = Number.POSITIVE_INFINITY;
  /** How the clock moves with every answer. */
  tempoMs = 0;
  /** Whether the attempt renews its lease while it works. */
  beats = true;
  epoch = 0;
  #beat: { readonly ms: number; readonly work: () => void; readonly at: number } | null = null;
  #line = 0;

  constructor(sources: readonly SourceName[], range: DayRange) {
    const assets = sources.map((source): [string, Json] => [`sources.${ASSET_OF[source]}`, asset(IDS[source])]);
    this.unit = played({ state: null, now: NOW }, create, edit(Object.fromEntries(assets)));
    this.do({ type: "request_refresh", by: "maya@agency.example", reason: "", range });
  }

  get state(): UnitState {
    return stateOf(this.unit);
  }

  do(command: UnitCommand): UnitAnswer<null> {
    const { state, refusal } = turn(this.unit, command);
    this.unit = { ...this.unit, state };
    return refusal === null ? { ok: true, value: null } : { ok: false, refusal };
  }

  wait(ms: number): void {
    this.unit = { ...this.unit, now: this.unit.now + ms };
    this.do({ type: "tick" });
  }

  /** One attempt; false when it was killed. */
  async attempt(): Promise<boolean> {
    const { attempt, ingestionRunId } = this.state.refresh ?? { attempt: 0, ingestionRunId: "" };
    this.#line += 1;
    const idempotencyKey = `${ingestionRunId}.${attempt}`;
    const head = {
      type: "business-unit-refresh",
      schemaVersion: 1,
      idempotencyKey,
      correlationId: ingestionRunId,
    } as const;
    const message = { ...head, businessUnitId: UNIT, ingestionRunId, attempt, enqueuedAt: "" };
    const whole = refresh(message, this.#deps(this.#line));
    const ended = await Promise.race([whole.then(() => true), this.#killed()]).catch(() => false);
    this.#line += 1;
    return ended;
  }

  /** Attempts until the refresh is over. */
  async run(): Promise<void> {
    for (let attempts = 0; isActive(this.state.refresh); attempts += 1) {
      if (attempts > 20) throw new Error("The refresh never ends.");
      await this.attempt();
      if (isActive(this.state.refresh)) this.wait(UNIT_SETTINGS.leaseMs + 5 * 60_000);
    }
  }

  #killed = () =>
    new Promise<boolean>((resolve) => {
      this.#die = () => resolve(false);
    });
  #die: () => void = () => undefined;

  /** What an answer goes through; one to a dead attempt never arrives. */
  async #heard<T>(line: number, work: () => T | Promise<T>): Promise<T> {
    if (line !== this.#line) return new Promise<T>(() => undefined);
    const answer = await work();
    this.moments += 1;
    this.unit = { ...this.unit, now: this.unit.now + this.tempoMs };
    const beat = this.#beat;
    if (this.beats && beat !== null && this.unit.now - beat.at >= beat.ms) {
      this.#beat = { ...beat, at: this.unit.now };
      beat.work();
    }
    if (this.moments !== this.killAt) return answer;
    this.#line += 1;
    this.#die();
    return new Promise<T>(() => undefined);
  }

  #deps(line: number): RefreshDeps {
    const heard = <T>(work: () => T | Promise<T>) => this.#heard(line, work);
    const fetching = Object.entries(this.connectors).map(([name, connector]) => [
      name,
      { ...connector, fetch: (...args: Parameters<typeof connector.fetch>) => heard(() => connector.fetch(...args)) },
    ]);
    return {
      actor: () => this.#actor(heard),
      connectors: { ...this.connectors, ...Object.fromEntries(fetching) },
      missing: async () => this.missing,
      bucket: {
        put: (key, bytes) => heard(() => void (this.objects.has(key) || this.objects.set(key, bytes.slice()))),
        get: (key) =>
          heard(() => {
            const bytes = this.objects.get(key);
            return bytes === undefined ? null : { body: new Blob([new Uint8Array(bytes)]).stream() };
          }),
      },
      publisher: this.#publisher(heard),
      results: {
        put: () => Promise.reject(new Error("no result is big")),
        get: () => Promise.reject(new Error("none")),
      },
      now: () => this.unit.now,
      every: (ms, work) => {
        if (ms >= UNIT_SETTINGS.leaseMs / 3) {
          this.#beat = { ms, work, at: this.unit.now };
          return () => undefined;
        }
        const timer = setTimeout(work, 0);
        return () => clearTimeout(timer);
      },
    };
  }

  #publisher(heard: <T>(work: () => T) => Promise<T>): Publisher {
    const fenced = (epoch: number) => {
      if (epoch !== this.epoch) throw new LeaseLostError("D1 knows a later epoch.");
    };
    return {
      noteSnapshot: ({ epoch }, row) =>
        heard(() => {
          fenced(epoch);
          if (!this.rows.has(row.key)) this.rows.set(row.key, row);
        }),
      publish: ({ epoch, recordedAt }, { chunk }) =>
        heard(() => {
          fenced(epoch);
          let changed = 0;
          for (const fact of chunk.facts) changed += this.#put(fact, recordedAt);
          if (chunk.tasks !== null) this.tasks = chunk.tasks;
          return { changed };
        }),
    };
  }

  #put(fact: FactDraft, recordedAt: number): number {
    const key = [fact.metric, fact.grain, fact.period.start, fact.dimension, fact.member].join("|");
    const before = this.facts.get(key);
    if (before?.value === fact.value && before.state === fact.state) return 0;
    const version = (before?.version ?? 0) + 1;
    this.facts.set(key, { ...fact, version, recordedAt });
    this.versions.push(`${key} v${version}`);
    return 1;
  }

  #actor(heard: <T>(work: () => T) => Promise<T>): RefreshActor {
    const tell = (name: string, command: UnitCommand, also: () => void = () => undefined) =>
      heard(() => {
        const answer = this.do(command);
        this.told.push(answer.ok ? name : `${name} refused`);
        if (answer.ok) also();
        return answer;
      });
    const keep = (key: string, result: string) => this.journal.set(key, { key, status: "done", result });
    return {
      acquire: (ingestionRunId, attempt) =>
        heard(() => {
          const answer = this.do({ type: "acquire", ingestionRunId, attempt, held: { all: null, sources: [] } });
          if (!answer.ok) return answer;
          this.epoch = this.state.epoch;
          return { ok: true, value: this.#grant() };
        }),
      beginStep: (epoch, _key, label) => tell(`begin ${label}`, { type: "begin_step", epoch, label }),
      commitStep: (epoch, key, label, _at, result) =>
        tell(`done ${label}`, { type: "advance", epoch, done: 1, next: null }, () => keep(key, result)),
      advance: (epoch, done, next) =>
        tell(
          `done ${done.map(({ label }) => label).join(" + ")}`,
          { type: "advance", epoch, done: done.length, next },
          () => {
            for (const { key, result } of done) keep(key, result);
          },
        ),
      heartbeat: (epoch) => tell("heartbeat", { type: "heartbeat", epoch }),
      holds: (epoch) =>
        heard(() => {
          const lease = this.state.refresh?.lease ?? null;
          return lease !== null && lease.epoch === epoch && lease.expiresAt > this.unit.now;
        }),
      sourceProgress: (epoch, source, counts, quota) =>
        tell(`progress ${source}`, { type: "source_progress", epoch, source, counts, quota }),
      checked: (epoch, source, checks) => tell(`checked ${source}`, { type: "checked", epoch, source, checks }),
      finishSource: (epoch, source, counts, outcome) =>
        tell(`${outcome.status} ${source}`, { type: "finish_source", epoch, source, counts, outcome, jitter: 0.5 }),
      finish: (epoch) => tell("finish", { type: "finish", epoch }),
      fail: (epoch, failure) => tell(`fail ${failure.code}`, { type: "fail", epoch, failure, jitter: 0.5 }),
      continueLater: (epoch) => tell("continue", { type: "continue", epoch }),
    };
  }

  #grant(): RefreshGrant {
    const { state } = this;
    const { refresh: now } = state;
    if (now === null) throw new Error("A granted lease belongs to a refresh.");
    const unread = now.plan.filter(({ source }) => {
      const status = now.sources[source]?.status;
      return status === "waiting" || status === "running";
    });
    const { attempt, ingestionRunId, kind, requestedAt, range, sources, barrenAttempts } = now;
    const journal = JSON.parse(JSON.stringify([...this.journal.values()]));
    return {
      epoch: state.epoch,
      attempt,
      leaseMs: UNIT_SETTINGS.leaseMs,
      businessUnitId: state.businessUnitId,
      ingestionRunId,
      kind,
      requestedAt,
      range,
      plan: unread,
      sources,
      context: { ...refreshContextOf(state, range.end), brandTerms: ["plunkett"] },
      quotas: state.quotas,
      barrenAttempts,
      journal,
    };
  }
}
