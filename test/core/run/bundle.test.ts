import { describe, expect, test } from "vitest";
import {
  BundleSchema,
  boundedJournal,
  leftOut,
  MAX_JOURNAL_BYTES,
  type RunBundle,
  sealed,
} from "../../../src/core/run/bundle.ts";
import { verifyBundle } from "../../../src/core/run/verify-bundle.ts";
import { readAs } from "../../../src/lib/json.ts";
import { bundleOf, JOURNAL, LIFE, sha256 } from "../../support/run-bundle.ts";
import { taskRead } from "../../support/run-cases.ts";
import { DELIVER } from "../../support/run-machine.ts";

const WHOLE = "the file as a whole";
const every = (bundle: RunBundle) => verifyBundle(bundle, sha256).mismatches.map((one) => one.where);
/** What is named beside the file as a whole, whose digest every change breaks. */
const where = (bundle: RunBundle) => every(bundle).filter((one) => one !== WHOLE);
const whole = bundleOf(LIFE);

/** Each way to change a value a little: every text and number in it, every entry taken out, doubled or exchanged. */
function* changesOf(value: unknown): Generator<unknown> {
  if (typeof value === "string") yield `${value}ü`;
  if (typeof value === "number") yield value + 1;
  if (typeof value === "boolean") yield !value;
  if (value === null) yield "something";
  if (Array.isArray(value)) yield* changesOfList(value);
  else if (typeof value === "object" && value !== null)
    for (const [name, inner] of Object.entries(value))
      for (const changed of changesOf(inner)) yield { ...value, [name]: changed };
}

function* changesOfList(list: readonly unknown[]): Generator<unknown> {
  for (const [at, one] of list.entries()) {
    for (const changed of changesOf(one)) yield list.with(at, changed);
    yield list.toSpliced(at, 1);
    yield list.toSpliced(at, 0, one);
    if (at > 0 && JSON.stringify(list[at - 1]) !== JSON.stringify(one))
      yield list.toSpliced(at - 1, 2, one, list[at - 1]);
  }
}

describe("a run's file", () => {
  test.each(LIFE.map((_, index) => index + 1))("holds together after the first %i things that happen", (count) => {
    expect(verifyBundle(bundleOf(LIFE.slice(0, count)), sha256)).toMatchObject({ mismatches: [] });
  });

  test("shows every change there can be: of a value, of an entry left out, doubled or exchanged", () => {
    const full: RunBundle = sealed(
      {
        ...bundleOf(LIFE.slice(0, 7)),
        outbox: [{ key: "status", attempts: 3 }],
        inbox: [{ fingerprint: "task|777", at: 1 }],
      },
      sha256,
    );
    let changes = 0;
    for (const changed of changesOf(full)) {
      const read = readAs(BundleSchema, JSON.parse(JSON.stringify(changed)));
      // What is no bundle any more is refused as that.
      if (!read.ok) continue;
      changes += 1;
      expect(every(read.value)).not.toEqual([]);
    }
    expect(changes).toBeGreaterThan(500);
  });

  test("shows that its whole log was cut away, or its end, also where nobody took a digest of the whole", () => {
    const { digest: _digest, ...old } = whole;
    expect(every(old)).toEqual([]);
    expect(every({ ...old, events: [] })).toEqual(["events"]);
    for (let left = 1; left < old.events.length; left += 1)
      expect(every({ ...old, events: old.events.slice(0, left) }).length, `${left} events left`).toBeGreaterThan(0);
  });

  test("has one digest, in whatever order its keys were written", () => {
    const turned = Object.fromEntries(Object.entries(whole).toReversed());
    const read = readAs(BundleSchema, JSON.parse(JSON.stringify(turned)));
    expect(read.ok && every(read.value)).toEqual([]);
    expect(sealed(sealed(whole, sha256), sha256)).toEqual(whole);
  });

  test("says how much was checked", () => {
    expect(verifyBundle(whole, sha256).checked).toBeGreaterThan(2 * whole.events.length);
  });

  test("names the event that was changed, by its number", () => {
    const events = whole.events.map((one) => (one.seq === 3 ? { ...one, at: one.at + 1 } : one));
    expect(where({ ...whole, events })).toContain("event 3");
  });

  test("names the first event after one that was left out, and that once for the gap and once for the chain", () => {
    const events = whole.events.filter(({ seq }) => seq !== 4);
    const found = where({ ...whole, events });
    expect(found.filter((one) => one.startsWith("event"))).toEqual(["event 5", "event 5"]);
  });

  test("names both of two events that changed places", () => {
    const at = (n: number) => whole.events.filter(({ seq }) => seq === n);
    const events = [...whole.events.slice(0, 3), ...at(5), ...at(4), ...whole.events.slice(5)];
    expect(where({ ...whole, events })).toEqual(expect.arrayContaining(["event 4", "event 5"]));
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
