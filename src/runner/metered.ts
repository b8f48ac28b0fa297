/**
 * What an attempt spends outside, counted before it is spent. Calls are many and cheap, so they are set aside in blocks
 * and the actor is asked once per block; a block that a dead attempt did not use up counts as used.
 */
import { BudgetExhaustedError, PermanentError } from "../core/errors.ts";
import type { BudgetKind, Settlement } from "../core/run/budget.ts";
import type { Answer, BudgetAsk, Grant, Purse, Reserved } from "../core/run/lease.ts";
import { log } from "../lib/log.ts";
import type { ModelPort } from "../ports/model/port.ts";
import type { SkillPorts } from "../skills/skill.ts";
import { granted, type RunActor } from "./lease.ts";
import { type ModelPrices, meteredModel } from "./metered-model.ts";

/** Calls set aside at once. */
export const BLOCK = 10;

/** The actor whose budget is asked. */
export interface Ledger {
  reserve(holder: string, epoch: number, ask: BudgetAsk): Promise<Answer<Reserved>>;
  settle(holder: string, epoch: number, settlement: Settlement): Promise<Answer<null>>;
}

/**
 * What passes between an attempt and the budget it spends from: its run's own, or that of the run it is a part of. `moved`
 * hears of each question: whoever asks is about to do something.
 */
export function leasePurse(
  grant: Grant,
  actor: RunActor & Ledger,
  ledgerOf: (runId: string) => Ledger,
  moved: () => void,
): Purse {
  const { epoch, brief, budgetRunId } = grant;
  const foreign = budgetRunId === brief.runId ? null : budgetRunId;
  const ledger = foreign === null ? actor : ledgerOf(foreign);
  const holder = foreign === null ? "lease" : brief.runId;
  return {
    async reserve(ask) {
      moved();
      // Another run's actor does not know our lease; our own says whether it still stands.
      if (foreign !== null) granted(await actor.heartbeat(epoch));
      const answer = await ledger.reserve(holder, epoch, ask);
      if (answer.ok) return answer.value;
      const { refusal } = answer;
      if (refusal.code === "budget_exhausted")
        throw new BudgetExhaustedError(refusal.detail, refusal.kind, ask.amounts[refusal.kind] ?? 0, foreign);
      if (foreign !== null && refusal.code === "wrong_state") throw new PermanentError("budget_closed", refusal.detail);
      return granted<Reserved>(answer);
    },
    async settle(settlement) {
      // Whatever goes wrong here, the ledger errs on the safe side: the reservation counts in full.
      await ledger.settle(holder, epoch, settlement).catch(() => log.warn("runner.settle_missed", { epoch }));
    },
  };
}

interface Block {
  readonly reservation: number;
  readonly size: number;
  taken: number;
}

type CountedKind = Extract<BudgetKind, "upstreamCalls" | "crawlPages">;

/** Counts calls one by one out of blocks. */
export class Meter {
  readonly #purse: Purse;
  readonly #moved: () => void;
  readonly #blocks = new Map<CountedKind, Block>();
  /** One block is asked for at a time, or two callers would each open their own. */
  #queue: Promise<unknown> = Promise.resolve();

  /** @param moved hears of each call before it begins */
  constructor(purse: Purse, moved: () => void) {
    this.#purse = purse;
    this.#moved = moved;
  }

  /** Does `work` once one of `kind` is set aside for it. Errors: BudgetExhaustedError before `work` begins. */
  async counted<T>(kind: CountedKind, work: () => Promise<T>): Promise<T> {
    const turn = this.#queue.then(() => this.#take(kind));
    this.#queue = turn.catch(() => undefined);
    await turn;
    this.#moved();
    return work();
  }

  /** The model, each try of which is a call of its own: three slow ones in a row are no attempt that stands still. */
  watched(model: ModelPort): ModelPort {
    return {
      ask: (request, beforeRepeat) =>
        model.ask(request, async (cost) => {
          this.#moved();
          await beforeRepeat?.(cost);
        }),
    };
  }

  async #take(kind: CountedKind): Promise<void> {
    const block = this.#blocks.get(kind);
    if (block !== undefined && block.taken < block.size) {
      block.taken += 1;
      return;
    }
    const settlement = block === undefined ? null : { reservation: block.reservation, actual: { [kind]: block.taken } };
    const ask = { amounts: { [kind]: 1 }, upTo: { [kind]: BLOCK }, settlement };
    const { reservation, amounts } = await this.#purse.reserve(ask);
    this.#blocks.set(kind, { reservation, size: amounts[kind] ?? 1, taken: 1 });
  }

  /** Gives back what of the open blocks was not used. */
  async close(): Promise<void> {
    for (const [kind, { reservation, taken }] of this.#blocks)
      await this.#purse.settle({ reservation, actual: { [kind]: taken } });
    this.#blocks.clear();
  }
}

/** The ports of a skill with every call counted. What is stored with us costs nothing. */
export function meteredPorts(ports: SkillPorts, meter: Meter, purse: Purse, prices: ModelPrices): SkillPorts {
  const { searchConsole, ga4, accuranker } = ports;
  const call = <T>(work: () => Promise<T>): Promise<T> => meter.counted("upstreamCalls", work);
  return {
    searchConsole: {
      query: (...args) => call(() => searchConsole.query(...args)),
      permission: (...args) => call(() => searchConsole.permission(...args)),
    },
    ga4: {
      runReport: (...args) => call(() => ga4.runReport(...args)),
      metadata: (...args) => call(() => ga4.metadata(...args)),
    },
    accuranker: {
      domain: (...args) => call(() => accuranker.domain(...args)),
      keywords: (...args) => call(() => accuranker.keywords(...args)),
    },
    model: meteredModel(meter.watched(ports.model), purse, prices),
    snapshots: ports.snapshots,
  };
}
