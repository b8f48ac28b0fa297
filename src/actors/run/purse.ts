/** What the actor's own model calls are paid from: the run's budget, without a lease. */
import { BudgetExhaustedError } from "../../core/errors.ts";
import type { Refusal, RunCommand } from "../../core/run/commands.ts";
import type { Purse } from "../../core/run/lease.ts";
import type { RunState } from "../../core/run/types.ts";

/** Whoever takes turns of the run. */
interface Turns {
  take(command: RunCommand): { readonly state: RunState | null; readonly refusal: Refusal | null };
}

/** One call at a time: a reservation that was left open is taken as spent by the next. */
export function actorPurse(turns: Turns): Purse {
  return {
    async reserve(ask) {
      const { state, refusal } = turns.take({ type: "reserve", holder: "actor", epoch: 0, ...ask });
      if (refusal?.code === "budget_exhausted")
        throw new BudgetExhaustedError(refusal.detail, refusal.kind, ask.amounts[refusal.kind] ?? 0, null);
      const made = state?.budget?.reservations.at(-1);
      if (made === undefined) throw new Error("A reservation that was not refused is in the ledger.");
      return { reservation: made.n, amounts: made.amounts };
    },
    async settle(settlement) {
      turns.take({ type: "settle", holder: "actor", epoch: 0, settlement });
    },
  };
}
