/** Deliberately broken versions of the core, made by substitution at its seams: proof that the simulation would see it. */
import type { RunDeps } from "../../src/actors/run/deps.ts";
import type { Also, RunOutcome, RunTurns } from "../../src/actors/run/turning.ts";
import { openBudget } from "../../src/core/run/budget.ts";
import type { RunCommand } from "../../src/core/run/commands.ts";
import type { RunState } from "../../src/core/run/types.ts";
import type { AsanaPort } from "../../src/ports/asana/port.ts";
import { JESSIE, SETTINGS } from "../support/run-cases.ts";
import type { Clock, Process } from "./clock.ts";
import type { SwapRule } from "./objects.ts";

export interface Mutant {
  /** Changes how one instance takes its turns. */
  readonly turns?: (turns: RunTurns, clock: Clock, process: Process) => void;
  /** Asana as all of our processes see it. */
  readonly asana?: (port: AsanaPort) => AsanaPort;
  /** Queries of the index. */
  readonly rewrite?: (query: string) => string;
  /** When an object is swapped. */
  readonly swaps?: SwapRule;
  /** False: no hourly sweep. */
  readonly sweeps?: boolean;
  /** False: the sweep visits nobody whose row does not say that it is late. */
  readonly visits?: boolean;
  /** The hold that a run finds on its work. */
  readonly holdOn?: RunDeps["holdOn"];
}

/** The core as it is. */
export const SOUND: Mutant = {};

/** Any epoch writes as if it were the one that holds the lease. */
const noFence: Mutant = {
  turns: (turns) => {
    const take = turns.take.bind(turns);
    const unfenced = (command: RunCommand): RunCommand => {
      const epoch = turns.store.readState()?.lease?.epoch;
      return "epoch" in command && epoch !== undefined ? { ...command, epoch } : command;
    };
    Object.assign(turns, { take: (command: RunCommand, also?: (() => void) | null) => take(unfenced(command), also) });
  },
};

/** Nobody looks for our mark or our file on the far side before writing again. */
const noFind: Mutant = {
  asana: (port) => ({
    ...port,
    attachments: async () => [],
    comments: async (gid) => (await port.comments(gid))?.filter((one) => one.authorGid !== JESSIE.gid) ?? null,
  }),
};

/** The alarm is set a moment after the turn that needs it. */
const lateAlarm: Mutant = {
  turns: ({ store }, clock, process) => {
    const arm = store.arm.bind(store);
    Object.assign(store, {
      arm: (at: number | null, now: number) =>
        clock.after(5, "the alarm is set", () => arm(at, now), { owner: process }),
    });
  },
};

/** Every attempt that did not finish uses up the budget, however much it got done. */
const blindBudget: Mutant = {
  turns: ({ store }) => {
    const write = store.writeState.bind(store);
    const blind = (state: RunState): RunState => ({
      ...state,
      barrenAttempts: state.attempts.filter(({ outcome }) => outcome === "retry" || outcome === "lapsed").length,
    });
    Object.assign(store, { writeState: (state: RunState) => write(blind(state)) });
  },
};

/** The index takes whatever comes last. */
const anyVersion: Mutant = {
  rewrite: (query) => query.replace(/ where "team_agent_runs"\."version" <= \?$/u, ""),
};

/** A manifest is put there whatever lies there by now. */
const blindPut: Mutant = { swaps: () => true };

/** Nobody looks at the holds. */
const noHolds: Mutant = { holdOn: async () => null };

/** Nobody looks for runs whose alarm got lost. */
const noSweep: Mutant = { sweeps: false };

/** The sweep looks at the timers that rows show, and at nothing else. */
const timersAlone: Mutant = { visits: false };

/** Whoever asks for money gets it, and nobody writes it down. */
const openHand: Mutant = {
  turns: (turns) => {
    const take = turns.take.bind(turns);
    const given = ({ holder, epoch, amounts, upTo }: Extract<RunCommand, { type: "reserve" }>): RunOutcome => {
      const state = turns.store.readState();
      if (state === null) return take({ type: "tick" });
      const reservation = { n: 0, holder, epoch, amounts: { ...amounts, ...upTo } };
      const budget = { ...(state.budget ?? openBudget(SETTINGS.budget)), reservations: [reservation] };
      return { state: { ...state, budget }, logged: [], changed: false, refusal: null };
    };
    Object.assign(turns, {
      take: (command: RunCommand, also?: Also | null) =>
        command.type === "reserve" ? given(command) : take(command, also),
    });
  },
};

/** What was recorded of steps is not given to the next attempt, which does all of it again. */
const forgetful: Mutant = {
  turns: ({ store }) => {
    const journal = store.journal.bind(store);
    Object.assign(store, { journal: (round: number) => journal(round).filter(({ status }) => status === "intended") });
  },
};

/** The status comment stays as it was posted. */
const oldWords: Mutant = { asana: (port) => ({ ...port, editComment: async () => "edited" }) };

/** By what they leave out. */
export const MUTANTS = {
  "no fence": noFence,
  "no find before perform": noFind,
  "alarm set outside the turn": lateAlarm,
  "retry budget blind to progress": blindBudget,
  "projection without version": anyVersion,
  "manifest put blindly": blindPut,
  "no look at the holds": noHolds,
  "no sweep": noSweep,
  "sweep that looks at timers alone": timersAlone,
  "money that nobody sets aside": openHand,
  "journal that keeps no steps": forgetful,
  "status comment that is never edited": oldWords,
} as const satisfies Record<string, Mutant>;

export type MutantName = keyof typeof MUTANTS;

export function isMutant(name: string): name is MutantName {
  return name in MUTANTS;
}
