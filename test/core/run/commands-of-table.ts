/** Every kind of command a run can be told, by name, fit to the situation it is told in. */
import type { RunCommand } from "../../../src/core/run/commands.ts";
import type { OpsAction } from "../../../src/core/run/events.ts";
import type { RunState } from "../../../src/core/run/types.ts";
import type { AppraisalAct } from "../../../src/core/wire-artifact.ts";
import { comment, NOW, ROB, TASK, taskRead } from "../../support/run-cases.ts";
import { commit, DELIVER, exhausted, fail, finish, HOLD, inPanel, PAUSE, said } from "../../support/run-machine.ts";

type Told = (state: RunState | null) => RunCommand;

const epoch = (state: RunState | null): number => state?.epoch ?? 0;
const round = (state: RunState | null): string => state?.rounds.at(-1)?.roundId ?? "rnd_777_1";

const ops = (action: OpsAction, promises = 1): RunCommand => ({
  type: "ops",
  action,
  by: "ops@agency.example",
  reason: "looked stuck",
  promises,
});

/** About the first report of the run, as it is now. */
const appraise =
  (act: AppraisalAct): Told =>
  () => ({ type: "appraise", artifactId: `art_${TASK}_v1`, act, by: "Tom", reason: "wrong client", version: null });

/** The epoch of the present lease is meant where none is named. */
export const COMMANDS = {
  "event on the task": () => DELIVER,
  "look of the reconciler": () => ({ ...DELIVER, quiet: true }),
  "task read unchanged": () => taskRead(),
  "task read without period": () => taskRead({ name: "SEO report for Plunkett" }),
  "task read unassigned": () => taskRead({ assigneeGid: null }),
  "task gone": () => taskRead(null),
  "comment accepts": () => said("I accept."),
  "comment accepts and task completed": () => taskRead({ completed: true }, [comment("I accept.", NOW + 3_600_000)]),
  "comment asks for a change": () => said("Please add a chart."),
  "comment answers": () => said("October 2040"),
  "comment says go on": () => said("go on"),
  "comment says stop": () => said("Stop."),
  "stranger comments": () => taskRead({}, [comment("I accept.", NOW + 3_600_000, { authorGid: ROB.gid })]),
  "task asks for another month": () => taskRead({ name: "SEO report for Plunkett, May 2040" }),
  "panel answers": () => inPanel("October 2040"),
  "panel accepts": () => inPanel("I accept."),
  "panel says go on": () => inPanel("go on"),
  restart: () => ({ type: "restart", from: "narrate", by: "Tom", reason: "" }),
  tick: () => ({ type: "tick" }),
  "acquire the wanted attempt": (state) => ({ type: "acquire", attempt: state?.execution?.attempt ?? 1 }),
  "acquire another attempt": () => ({ type: "acquire", attempt: 9 }),
  "begin step": (state) => ({ type: "begin_step", epoch: epoch(state), key: "k", label: "K" }),
  "commit step": (state) => commit(epoch(state), "k"),
  "commit step of an old epoch": (state) => commit(epoch(state) - 1, "k"),
  "intend effect": (state) => ({ type: "intend_effect", epoch: epoch(state), key: "k", label: "K" }),
  heartbeat: (state) => ({ type: "heartbeat", epoch: epoch(state) }),
  reserve: (state) => ({
    type: "reserve",
    holder: "lease",
    epoch: epoch(state),
    amounts: { upstreamCalls: 1 },
    upTo: { upstreamCalls: 10 },
    settlement: null,
  }),
  settle: (state) => ({
    type: "settle",
    holder: "lease",
    epoch: epoch(state),
    settlement: { reservation: state?.budget?.lastReservation ?? 1, actual: { upstreamCalls: 3 } },
  }),
  exhausted: (state) => exhausted(epoch(state)),
  finish: (state) => finish(epoch(state), (state?.artifacts.at(-1)?.version ?? 0) + 1),
  "finish of an old epoch": (state) => finish(epoch(state) - 1, 9),
  decline: (state) => ({
    type: "decline",
    epoch: epoch(state),
    answers: [{ itemId: `r${state?.rounds.at(-1)?.n ?? 0}i1`, outcome: "declined", reason: "it is not ours" }],
  }),
  refuse: (state) => ({ type: "refuse", epoch: epoch(state), cause: { code: "no_data", detail: "No data." } }),
  continue: (state) => ({ type: "continue", epoch: epoch(state) }),
  cut_off: (state) => ({ type: "cut_off", epoch: epoch(state) }),
  "fail and try again": (state) => fail(epoch(state)),
  "fail for good": (state) => fail(epoch(state), "permanent"),
  "fail for a setting": (state) => fail(epoch(state), "config"),
  "model reads acceptance": (state) => ({ type: "classified", roundId: round(state), kind: "acceptance", items: [] }),
  "model reads revision": (state) => ({ type: "classified", roundId: round(state), kind: "revision", items: ["x"] }),
  "model reads nothing": (state) => ({ type: "classified", roundId: round(state), kind: "unclear", items: [] }),
  replied: (state) => ({ type: "replied", roundId: round(state), reply: "Because." }),
  "reading parked": (state) => ({ type: "park", key: `classify:${round(state)}`, error: "down" }),
  "answer parked": (state) => ({ type: "park", key: `discuss:${round(state)}`, error: "down" }),
  "effect dropped": () => ({ type: "drop", key: "status_comment", error: "down" }),
  cancel: () => ({ type: "cancel", by: "Tom", reason: "" }),
  kill: () => ({ type: "kill", by: "Tom", reason: "" }),
  pause: () => PAUSE,
  resume: () => ({ type: "resume", by: "Tom", reason: "" }),
  "hold found": () => ({ type: "held", hold: HOLD }),
  "no hold found": () => ({ type: "unheld" }),
  "holds changed": () => ({ type: "check_holds" }),
  poke: () => ({ type: "poke" }),
  retry: () => ({ type: "retry", by: "Tom" }),
  "set budget": () => ({ type: "set_budget", by: "Tom", kind: "upstreamCalls", limit: 2_000, reason: "large site" }),
  "report dismissed": appraise("dismiss"),
  "report marked reusable": appraise("mark_reusable"),
  "report marked not reusable": appraise("mark_not_reusable"),
  "ops release the lease": () => ops("release-lease"),
  "ops requeue": () => ops("requeue"),
  "ops cancel": () => ops("cancel"),
  "ops fire timers": () => ops("fire-timers"),
  "ops flush the outbox": () => ops("flush-outbox"),
  "ops flush an empty outbox": () => ops("flush-outbox", 0),
  "ops reproject": () => ops("reproject"),
} as const satisfies Record<string, Told>;
