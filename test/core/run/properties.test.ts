import fc from "fast-check";
import { expect, test } from "vitest";
import { answers, asksOf } from "../../../src/core/run/asks.ts";
import { brakeOf } from "../../../src/core/run/brakes.ts";
import { withoutQuiet } from "../../../src/core/run/bundle.ts";
import type { RunCommand } from "../../../src/core/run/commands.ts";
import { isLogged } from "../../../src/core/run/events.ts";
import { evolve } from "../../../src/core/run/evolve.ts";
import { MAX_MONOLOGUE } from "../../../src/core/run/monologue.ts";
import { hasLeft, isTerminal, latestArtifact, openRound } from "../../../src/core/run/queries.ts";
import { waitsForPerson } from "../../../src/core/run/reminders.ts";
import type { RunState } from "../../../src/core/run/types.ts";
import { waitingOn } from "../../../src/core/run/waiting.ts";
import { wakeAt } from "../../../src/core/run/wake.ts";
import { comment, SETTINGS, taskRead } from "../../support/run-cases.ts";
import { commit, finish, type Played, SITUATIONS, type Turn, turn } from "../../support/run-machine.ts";
import { COMMANDS } from "./commands-of-table.ts";

/** One thing that happens after `wait` milliseconds. */
interface Happening {
  readonly command: (typeof COMMANDS)[keyof typeof COMMANDS] | "say" | "write under any epoch";
  readonly wait: number;
  readonly text: string;
  readonly epoch: number;
}

const WORDS = [
  "I accept.",
  "Please add a chart.",
  "what drove the drop?",
  "The split is wrong.",
  "thanks",
  "yes please",
  "go",
  "go on",
  "apply",
  "keep",
];
const happening: fc.Arbitrary<Happening> = fc.record({
  command: fc.constantFrom(...Object.values(COMMANDS), "say" as const, "write under any epoch" as const),
  wait: fc.constantFrom(0, 10, 1_000, SETTINGS.leaseMs, 120_000, 600_000),
  text: fc.constantFrom(...WORDS),
  epoch: fc.integer({ min: 0, max: 6 }),
});
const situation = fc.constantFrom(...Object.values(SITUATIONS));

interface Walk {
  at: Played;
  readonly epochs: number[];
  readonly promised: Set<string>;
}

function commandOf(walk: Walk, one: Happening): RunCommand {
  const { state } = walk.at;
  if (one.command === "say") return taskRead({}, [comment(one.text, walk.at.now)]);
  if (one.command === "write under any epoch") return one.wait > 500 ? commit(one.epoch, "k") : finish(one.epoch, 7);
  return one.command(state);
}

function checkTurn(before: RunState | null, command: RunCommand, result: Turn, walk: Walk): void {
  const { state } = result;
  if (result.refusal !== null) expect(state).toBe(before);
  expect(result.seqs).toEqual(result.seqs.map((_, index) => (before?.version ?? 0) + 1 + index));
  if (state === null || before === null) return;
  checkLog(before, result, walk.at.now);
  const back = result.events.some((event) => event.type === "run.reopened");
  if (back) expect(hasLeft(before)).toBe(true);
  const requeued = command.type === "ops" && command.action === "requeue";
  const asked = command.type === "retry" || command.type === "restart" || requeued;
  if (isTerminal(before.status) && !asked && !back) expect(state.status).toBe(before.status);
  expect(state.seenStories.slice(0, before.seenStories.length)).toEqual(before.seenStories);
  expect(state.answers.slice(0, before.answers.length)).toEqual(before.answers);
  if ("epoch" in command && (before.lease === null || command.epoch !== before.lease.epoch))
    expect(result.refusal).toBe("fenced");
  for (const event of result.events) {
    if (event.type === "lease.granted") {
      expect(walk.epochs).not.toContain(event.epoch);
      walk.epochs.push(event.epoch);
    }
    if (event.type !== "run.accepted") continue;
    const newest = latestArtifact(before);
    expect([event.artifactId, event.sha256]).toEqual([newest?.artifactId, newest?.sha256]);
  }
}

/** The log alone tells the whole state, but for what `withoutQuiet` leaves out: an export can be checked by replaying. */
function checkLog(before: RunState, { state, events }: Turn, now: number): void {
  const told = events.filter(isLogged).reduce((at, event) => evolve(at, event, now), withoutQuiet(before));
  expect(withoutQuiet(told)).toEqual(state === null ? null : withoutQuiet(state));
}

function checkState(state: RunState): void {
  expect(wakeAt(state) === null).toBe(isTerminal(state.status));
  expect(waitingOn(state) === null).toBe(isTerminal(state.status));
  if (isTerminal(state.status)) {
    expect([state.execution, state.lease, state.paused, state.held]).toEqual([null, null, null, null]);
    expect(state.cause?.code).toMatch(/^[a-z_]+$/);
  }
  // A stop waits for a boundary of somebody's work, or it is no stop.
  if (state.lease === null) expect(state.stopping).toBeNull();
  expect(state.talk.monologue).toBeLessThanOrEqual(MAX_MONOLOGUE);
  if (state.talk.quiet !== null) expect(state.status).toBe("review_ready");
  // Whoever is waited for is reminded, or somebody else was asked already.
  if (waitsForPerson(state)) expect(state.talk.nudge).not.toBeNull();
  else expect(state.talk.nudge).toBeNull();
  const open = state.attempts.filter((attempt) => attempt.endedAt === null);
  expect(open).toHaveLength(state.lease === null ? 0 : 1);
  expect(new Set(state.seenStories).size).toBe(state.seenStories.length);
  // Nobody is shown a question whose answer would be refused, and nobody answers what is not asked.
  if (isTerminal(state.status)) expect(asksOf(state)).toEqual([]);
  for (const ask of asksOf(state)) for (const choice of ask.choices) expect(answers(ask, choice)).toBe(true);
  const claimed = state.rounds.flatMap((round) => round.storyGids);
  expect(new Set(claimed).size).toBe(claimed.length);
  expect(state.rounds.map((round) => round.n)).toEqual(state.rounds.map((_, index) => index + 1));
  expect(state.rounds.filter((round) => round.closedAt === null).length).toBeLessThanOrEqual(1);
  const current = state.artifacts.filter((artifact) => artifact.lifecycle !== "superseded");
  expect(current).toEqual(state.artifacts.slice(-1));
  if (state.artifacts.length > 0)
    expect(latestArtifact(state)?.lifecycle === "accepted").toBe(state.status === "accepted");
}

/** A comment that is being read has something under way that will read it. */
function checkPromise(state: RunState, command: RunCommand, result: Turn, promised: Set<string>): void {
  if (command.type === "classified") promised.delete(`classify:${command.roundId}`);
  if (command.type === "replied") promised.delete(`discuss:${command.roundId}`);
  if (command.type === "park") promised.delete(command.key);
  for (const key of result.effects) promised.add(key);
  for (const key of promised) if (isDropped(state, key)) promised.delete(key);
  const round = openRound(state);
  // While a brake is on nobody reads; who takes it off promises it again, which the next turn shows.
  if (state.status !== "review_ready" || round === null || brakeOf(state) !== null) return;
  expect(promised).toContain(`${round.kind === "discussion" ? "discuss" : "classify"}:${round.roundId}`);
}

/** Promises of work that a braked run drops when it sends them. */
function isDropped(state: RunState, key: string): boolean {
  return brakeOf(state) !== null && /^(classify|discuss):/.test(key);
}

function begin(at: Played): Walk {
  const round = at.state === null ? null : openRound(at.state);
  const reading = round === null ? [] : [`${round.kind === "discussion" ? "discuss" : "classify"}:${round.roundId}`];
  return { at, epochs: Array.from({ length: at.state?.epoch ?? 0 }, (_, n) => n + 1), promised: new Set(reading) };
}

test("whatever happens to a run, in whatever order, it keeps its promises", () => {
  fc.assert(
    fc.property(situation, fc.array(happening, { maxLength: 60 }), (from, happenings) => {
      const walk = begin(from);
      for (const one of happenings) {
        walk.at = { ...walk.at, now: walk.at.now + one.wait };
        const before = walk.at.state;
        const command = commandOf(walk, one);
        const result = turn(walk.at, command);
        checkTurn(before, command, result, walk);
        if (result.state !== null) {
          checkState(result.state);
          checkPromise(result.state, command, result, walk.promised);
        }
        walk.at = { state: result.state, now: walk.at.now };
      }
    }),
    { numRuns: 2_000 },
  );
});
