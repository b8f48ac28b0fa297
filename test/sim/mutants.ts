/** Deliberately broken versions of the core, made by substitution at its seams: proof that the simulation would see it. */

import type { RunDeps } from "../../src/actors/run/deps.ts";
import type { Also, RunOutcome, RunTurns } from "../../src/actors/run/turning.ts";
import { earliest } from "../../src/actors/turn.ts";
import { openBudget } from "../../src/core/run/budget.ts";
import type { RunCommand } from "../../src/core/run/commands.ts";
import type { Grant } from "../../src/core/run/lease.ts";
import type { RunState } from "../../src/core/run/types.ts";
import { sha256Hex } from "../../src/lib/hash.ts";
import type { AsanaPort } from "../../src/ports/asana/port.ts";
import type { LeasingActor } from "../../src/runner/execute.ts";
import { JESSIE, SETTINGS } from "../support/run-cases.ts";
import type { Clock, Process } from "./clock.ts";
import type { SwapRule } from "./objects.ts";
import type { ActorEnd } from "./sockets.ts";

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
  /** The actor as an attempt speaks to it. */
  readonly attempt?: (actor: LeasingActor) => LeasingActor;
  /** Changes a socket as an actor accepts it. */
  readonly socket?: (end: ActorEnd) => void;
  /** False: what a turn wrote before it failed stays. */
  readonly rollsBack?: boolean;
  /** Weights of what people do, where the breakage shows after something that is rare. */
  readonly habits?: Readonly<Record<string, number>>;
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

/** Changes what an attempt gets with its lease. */
function withGrant(change: (grant: Grant) => Promise<Grant>): Mutant {
  return {
    attempt: (actor) => ({
      ...actor,
      acquire: async (attempt, process) => {
        const answer = await actor.acquire(attempt, process);
        return answer.ok ? { ok: true, value: await change(answer.value) } : answer;
      },
    }),
  };
}

/** What was found for another brief counts for this one. */
const anyBrief = withGrant(async (grant) => {
  const brief = (await sha256Hex(JSON.stringify(grant.brief))).slice(0, 8);
  const journal = grant.journal.map((entry) => ({ ...entry, key: entry.key.replace(/\.[0-9a-f]{8}/u, `.${brief}`) }));
  return { ...grant, journal };
});

/** What a restart asked for is taken from before it. */
const noGeneration: Mutant = {
  ...withGrant(async (grant) => ({ ...grant, generations: { fetch: 0, compute: 0, narrate: 0 } })),
  habits: { restart: 20 },
};

/** Quick steps that are told together, with nothing after them, get lost. */
const keepsBack: Mutant = {
  attempt: (actor) => ({
    ...actor,
    advance: async (epoch, done, next) =>
      next === null ? { ok: true, value: null } : actor.advance(epoch, done, next),
  }),
};

/** Of a message all is known when any of it is. */
const knownIfAny: Mutant = {
  turns: ({ store }) => {
    const unseen = store.unseen.bind(store);
    const allOrNone = (prints: readonly string[]): readonly string[] => {
      const fresh = unseen(prints);
      return fresh.length < prints.length ? [] : fresh;
    };
    Object.assign(store, { unseen: allOrNone });
  },
};

/** What was parked is never tried again. */
const parkedForGood: Mutant = {
  turns: ({ store }) => {
    const due = store.due.bind(store);
    const waiting = () => store.outbox().filter(({ parked }) => parked === 0);
    Object.assign(store, {
      due: (now: number) => due(now).filter(({ key }) => waiting().some((row) => row.key === key)),
      earliestDue: () => waiting().reduce<number | null>((least, row) => earliest(least, Number(row.due_at)), null),
    });
  },
};

/** After a sleep the actor does not know how far its watchers were told. */
const forgetsTold: Mutant = { socket: (end) => Object.assign(end, { deserializeAttachment: () => null }) };

/** A turn that fails half way leaves its first half. */
const halfTurn: Mutant = { rollsBack: false };

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
  "journal that takes any brief's results": anyBrief,
  "journal that takes results of before a restart": noGeneration,
  "quick steps that are told in vain": keepsBack,
  "messages that are known when any of it is": knownIfAny,
  "parked for good": parkedForGood,
  "sockets that forget how far they were told": forgetsTold,
  "turn that leaves its first half": halfTurn,
} as const satisfies Record<string, Mutant>;

export type MutantName = keyof typeof MUTANTS;

export function isMutant(name: string): name is MutantName {
  return name in MUTANTS;
}
