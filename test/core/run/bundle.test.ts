import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import {
  BUNDLE_SCHEMA,
  type BundleJournal,
  BundleSchema,
  boundedJournal,
  leftOut,
  MAX_JOURNAL_BYTES,
  manifestOf,
  type RunBundle,
} from "../../../src/core/run/bundle.ts";
import { linkText } from "../../../src/core/run/chain.ts";
import type { RunCommand } from "../../../src/core/run/commands.ts";
import { isLogged, type RunEvent } from "../../../src/core/run/events.ts";
import { STATE_SCHEMA } from "../../../src/core/run/upgrade.ts";
import { verifyBundle } from "../../../src/core/run/verify-bundle.ts";
import { detailOf } from "../../../src/core/run/view.ts";
import { readAs } from "../../../src/lib/json.ts";
import { NOW, taskRead } from "../../support/run-cases.ts";
import { commit, DELIVER, finish, NEW, said, turn } from "../../support/run-machine.ts";

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

const LIFE: readonly RunCommand[] = [
  DELIVER,
  taskRead(),
  { type: "acquire", attempt: 1 },
  { type: "begin_step", epoch: 1, key: "k", label: "K" },
  { type: "heartbeat", epoch: 1 },
  commit(1, "k"),
  finish(1, 1),
  said("Please add a chart."),
  { type: "acquire", attempt: 2 },
  finish(2, 2),
  said("Please add a table.", NOW + 7_200_000),
  { type: "acquire", attempt: 3 },
  finish(3, 3),
  said("I accept.", NOW + 10_800_000),
];

const JOURNAL: BundleJournal = {
  key: "r0/k",
  round: 0,
  kind: "step",
  status: "done",
  epoch: 1,
  attempt: 1,
  at: NOW,
  sha256: sha256('{"inline":1}'),
  bytes: 12,
  result: '{"inline":1}',
};

/** A bundle as the actor would write it after these commands. */
function bundleOf(commands: readonly RunCommand[]): RunBundle {
  let at: { state: ReturnType<typeof turn>["state"]; now: number } = NEW;
  const log: { seq: number; at: number; hash: string; event: RunEvent }[] = [];
  for (const command of commands) {
    const result = turn(at, command);
    for (const event of result.events.filter(isLogged)) {
      const seq = log.length + 1;
      const previous = log.at(-1)?.hash ?? "tar_777";
      log.push({ seq, at: at.now, hash: sha256(linkText(previous, seq, at.now, event)), event });
    }
    at = { state: result.state, now: at.now + 1_000 };
  }
  const { state } = at;
  if (state === null) throw new Error("There is a run.");
  const bundle = {
    schemaVersion: BUNDLE_SCHEMA,
    kind: "team-agent-run",
    run: detailOf(state),
    stateSchema: STATE_SCHEMA,
    state,
    chainedFrom: 1,
    events: log,
    journal: [
      JOURNAL,
      { ...JOURNAL, key: "r0/effect", kind: "effect", status: "intended", sha256: null, result: null },
    ],
    outbox: [],
    inbox: [],
    artifacts: manifestOf(state),
  };
  // As it comes out of a file.
  const read = readAs(BundleSchema, JSON.parse(JSON.stringify(bundle)));
  if (!read.ok) throw new Error(read.problem);
  return read.value;
}

const where = (bundle: RunBundle) => verifyBundle(bundle, sha256).mismatches.map((one) => one.where);
const whole = bundleOf(LIFE);

describe("a run's file", () => {
  test.each(LIFE.map((_, index) => index + 1))("holds together after the first %i things that happen", (count) => {
    expect(verifyBundle(bundleOf(LIFE.slice(0, count)), sha256)).toMatchObject({ mismatches: [] });
  });

  test("says how much was checked", () => {
    expect(verifyBundle(whole, sha256).checked).toBeGreaterThan(2 * whole.events.length);
  });

  test("names the event that was changed, by its number", () => {
    const events = whole.events.map((one) => (one.seq === 3 ? { ...one, at: one.at + 1 } : one));
    expect(where({ ...whole, events })).toContain("event 3");
  });

  test("names the first event after one that was left out", () => {
    const events = whole.events.filter(({ seq }) => seq !== 4);
    expect(where({ ...whole, events })).toContain("event 5");
  });

  test("names the event that cannot follow", () => {
    const events = whole.events.map((one) => (one.seq === 1 ? { ...one, event: { type: "task.noticed" } } : one));
    expect(where({ ...whole, events })).toContain("event 1");
  });

  test("names what the state says and the log does not", () => {
    expect(where({ ...whole, state: { ...whole.state, epoch: 9, unheardOf: 1 } })).toEqual([
      "state.epoch",
      "state.unheardOf",
    ]);
    const long = { ...whole.state, skillTitle: "x".repeat(500) };
    const [first] = verifyBundle({ ...whole, state: long }, sha256).mismatches;
    expect(first?.found.length).toBeLessThan(200);
    const tail = JSON.parse(JSON.stringify(whole.state).replace("Please add a table", "Please add a cable"));
    expect(verifyBundle({ ...whole, state: tail }, sha256).mismatches[0]?.found).toMatch(/^….*cable/);
  });

  test("names what it says about itself and the state does not", () => {
    expect(where({ ...whole, run: { ...whole.run, status: "failed" }, artifacts: [] })).toEqual([
      "run.status",
      "artifacts",
    ]);
  });

  test("names a recorded result that is not the one that was recorded", () => {
    expect(
      where({
        ...whole,
        journal: [
          { ...JOURNAL, result: "2" },
          { ...JOURNAL, sha256: null },
        ],
      }),
    ).toEqual(["journal r0/k", "journal r0/k"]);
  });

  test("names a state that cannot be read", () => {
    expect(where({ ...whole, state: { status: "lost" } })).toEqual(["state"]);
  });
});

describe("what the log cannot tell", () => {
  const working = bundleOf(LIFE.slice(0, 5));

  test("is the renewed lease, the step at work, what the budget spent and the next look, and nothing else", () => {
    expect(leftOut(1).join(" ")).toBe(
      "lease.expiresAt stepAtWork budget.used budget.beyond budget.reservations agenda",
    );
    const state = { ...working.state, stepAtWork: null, lease: { epoch: 1, attempt: 1, expiresAt: 5 } };
    expect(where({ ...working, state })).toEqual([]);
    expect(where({ ...working, state: { ...state, lease: { epoch: 2, attempt: 1, expiresAt: 5 } } })).toEqual([
      "state.lease",
    ]);
  });

  test("is more for a run that began before its log was chained", () => {
    expect(leftOut(9)).toContain("seenStories");
    const asked = bundleOf([DELIVER, taskRead({ name: "SEO report for Plunkett" })]);
    const state = { ...asked.state, seenStories: ["1"], registryVersion: 3 };
    expect(where({ ...asked, state, chainedFrom: 9 })).toEqual([]);
    expect(where({ ...asked, state })).toEqual(["state.seenStories", "state.registryVersion"]);
    expect(where({ ...whole, state: { ...whole.state, seenStories: [] }, chainedFrom: 9 })).toEqual([]);
  });
});

test("an export leaves the oldest results out when they are too many, and keeps their digests", () => {
  const half = { ...JOURNAL, bytes: MAX_JOURNAL_BYTES / 2 };
  const bounded = boundedJournal([{ ...half, key: "old" }, half, half]);
  expect(bounded.map(({ result }) => result !== null)).toEqual([false, true, true]);
  expect(bounded[0]).toMatchObject({ key: "old", sha256: JOURNAL.sha256 });
});
