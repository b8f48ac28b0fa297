/**
 * Ids of upstreams. D1 is the arbiter between actors: an id is taken there before the turn that uses it, and what no
 * turn uses is given back afterwards.
 */
import type { FieldWrite, SharedId, UnitRefusal } from "../../core/business-unit/answers.ts";
import { readField } from "../../core/business-unit/fields.ts";
import { idInField, idsOf } from "../../core/business-unit/queries.ts";
import type { UnitState } from "../../core/business-unit/types.ts";
import type { Claimant, ClaimedId, UnitDeps } from "./deps.ts";

/** What the claims came to. */
export interface Claimed {
  readonly refusal: UnitRefusal | null;
  /** Siblings of the same client that use one of the ids, too. */
  readonly shared: readonly SharedId[];
}

/** The ids that these writes would use. What is no valid value claims nothing; the turn refuses it. */
function idsIn(writes: readonly FieldWrite[]): readonly ClaimedId[] {
  return writes.flatMap(({ field, value }) => {
    const read = readField(field, value);
    return (read.ok ? idInField(field, read.value) : null) ?? [];
  });
}

export class Claims {
  readonly #deps: () => UnitDeps;
  /** Taken for turns that are still to come; memory is enough, an evicted actor has no such turns. */
  readonly #underWay: ClaimedId[] = [];
  /** The release that is on its way to D1: what is claimed meanwhile could be given back by it, so claims wait. */
  #releasing: Promise<void> = Promise.resolve();
  readonly #state: () => UnitState | null;

  constructor(deps: () => UnitDeps, state: () => UnitState | null) {
    this.#deps = deps;
    this.#state = state;
  }

  /** Takes the ids that `writes` use, then does `turn`. Refused when one of them is another client's. */
  async around<T>(claimant: Claimant, writes: readonly FieldWrite[], turn: (claimed: Claimed) => T): Promise<T> {
    const ids = idsIn(writes);
    this.#underWay.push(...ids);
    try {
      await this.#releasing;
      return turn(await this.#take(claimant, ids));
    } finally {
      for (const id of ids) this.#underWay.splice(this.#underWay.indexOf(id), 1);
    }
  }

  async #take(claimant: Claimant, ids: readonly ClaimedId[]): Promise<Claimed> {
    const shared: SharedId[] = [];
    for (const id of ids) {
      const { elsewhere, siblings } = await this.#deps().claim(claimant, id);
      if (elsewhere !== null) {
        const detail = `The ${id.kind} ${id.externalId} is used by ${elsewhere}, a Business Unit of another client.`;
        const refusal = { code: "source_belongs_elsewhere", detail, businessUnitId: elsewhere } as const;
        return { refusal, shared };
      }
      for (const businessUnitId of siblings) shared.push({ ...id, businessUnitId });
    }
    return { refusal: null, shared };
  }

  /** Makes the claims those of the state: takes what is missing, gives back what nobody uses. */
  async settle(state: UnitState): Promise<void> {
    const deps = this.#deps();
    for (const id of idsOf(state)) await deps.claim(state, id);
    // Looked at again: edits that ended while this waited use other ids, those under way will.
    const kept = [...idsOf(this.#state() ?? state), ...this.#underWay];
    const released = deps.releaseClaims(state.businessUnitId, kept);
    this.#releasing = released.catch(() => undefined);
    await released;
  }
}
