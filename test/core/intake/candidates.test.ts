import fc from "fast-check";
import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { type AsanaEvent, eventsOfDelivery } from "../../../src/core/intake/asana-events.ts";
import {
  buildMessage,
  candidatesOf,
  fingerprint,
  idempotencyKey,
  kindsOf,
  MAX_EVENTS,
  runMessage,
  wordsOf,
} from "../../../src/core/intake/candidates.ts";
import { mostBytes, PlatformBuildRunMessageSchema, TeamAgentRunMessageSchema } from "../../../src/core/messages.ts";
import { JESSIE, MAYA, TASK, taskEvent } from "../../support/run-cases.ts";

const AT = "2040-11-22T09:00:00.000Z";

function taskChanged(gid: string, change: Partial<AsanaEvent> = {}): AsanaEvent {
  return {
    action: "changed",
    created_at: AT,
    resource: { gid, resource_type: "task" },
    user: { gid: MAYA.gid },
    change: { field: "assignee" },
    ...change,
  };
}

function commented(taskGid: string, storyGid: string, by: string): AsanaEvent {
  return {
    action: "added",
    created_at: AT,
    resource: { gid: storyGid, resource_type: "story", resource_subtype: "comment_added" },
    parent: { gid: taskGid, resource_type: "task" },
    user: { gid: by },
  };
}

const gid = fc.constantFrom("1", "22", "333");
const anyEvent: fc.Arbitrary<AsanaEvent> = fc.oneof(
  fc.record({
    action: fc.constantFrom("changed", "added", "removed", "deleted"),
    created_at: fc.constantFrom(AT, "2040-11-22T09:00:01.000Z"),
    resource: fc.record({ gid, resource_type: fc.constant("task") }),
    user: fc.option(fc.record({ gid: fc.constantFrom(MAYA.gid, JESSIE.gid) })),
    change: fc.option(fc.record({ field: fc.constantFrom("assignee", "notes") })),
  }),
  fc
    .record({ task: gid, story: fc.constantFrom("91", "92"), by: fc.constantFrom(MAYA.gid, JESSIE.gid) })
    .map((one) => commented(one.task, one.story, one.by)),
);

/** All fingerprints per message key, however many messages carried them. */
function heard(deliveries: readonly (readonly AsanaEvent[])[]): Readonly<Record<string, readonly string[]>> {
  const byKey = new Map<string, Set<string>>();
  for (const delivery of deliveries)
    for (const candidate of candidatesOf(delivery, JESSIE.gid)) {
      const key = idempotencyKey("team-agent-run", candidate.taskGid);
      byKey.set(key, new Set([...(byKey.get(key) ?? []), ...candidate.events.map(fingerprint)]));
    }
  return Object.fromEntries([...byKey].toSorted().map(([key, prints]) => [key, [...prints].toSorted()]));
}

describe("what the actors hear of a set of events", () => {
  test("is the same in any order, with any repetition, in any split", () => {
    const shuffled = fc
      .array(anyEvent, { maxLength: 20 })
      .chain((events) =>
        fc.tuple(
          fc.constant(events),
          fc.shuffledSubarray([...events, ...events], { minLength: events.length * 2 }),
          fc.integer({ min: 1, max: 5 }),
        ),
      );
    fc.assert(
      fc.property(shuffled, ([events, repeated, parts]) => {
        const split = Array.from({ length: parts }, (_, part) => repeated.filter((_one, n) => n % parts === part));
        expect(heard(split)).toEqual(heard([events]));
      }),
    );
  });

  test("never holds a comment of Jessie's, so that she does not wake herself", () => {
    fc.assert(
      fc.property(fc.array(anyEvent), (events) => {
        const all = candidatesOf(events, JESSIE.gid).flatMap((one) => one.events);
        expect(all.some((event) => event.resourceType === "story" && event.userGid === JESSIE.gid)).toBe(false);
      }),
    );
    expect(candidatesOf([commented(TASK, "91", JESSIE.gid)], JESSIE.gid)).toEqual([]);
  });

  test.each([undefined, null])("holds a story of which Asana does not say that it is a comment (%s)", (subtype) => {
    const told = { ...commented(TASK, "91", MAYA.gid), resource: { gid: "91", resource_type: "story" } };
    const event = { ...told, resource: { ...told.resource, resource_subtype: subtype } };
    expect(candidatesOf([event], JESSIE.gid)).toEqual(candidatesOf([commented(TASK, "91", MAYA.gid)], JESSIE.gid));
    expect(candidatesOf([{ ...event, user: { gid: JESSIE.gid } }], JESSIE.gid)).toEqual([]);
  });

  test("holds an event whose parts are null where they might be left out", () => {
    const nothing = { parent: null, user: null, change: { field: null } };
    const resource = { gid: TASK, resource_type: "task", resource_subtype: null };
    const events = eventsOfDelivery({ events: [{ action: "changed", created_at: AT, resource, ...nothing }] });
    expect(candidatesOf(events ?? [], JESSIE.gid).map((one) => one.taskGid)).toEqual([TASK]);
  });

  test("holds changes Jessie made to a task, which others may have to follow", () => {
    expect(candidatesOf([taskChanged(TASK, { user: { gid: JESSIE.gid } })], JESSIE.gid)).toHaveLength(1);
  });

  test("is one candidate per task, by gid", () => {
    const events = [commented("22", "91", MAYA.gid), taskChanged("1"), taskChanged("22")];
    expect(candidatesOf(events, JESSIE.gid).map((one) => [one.taskGid, one.events.length])).toEqual([
      ["1", 1],
      ["22", 2],
    ]);
  });
});

describe("events that are none of ours", () => {
  test.each<[string, AsanaEvent]>([
    ["a gid that is no number", taskChanged("abc")],
    ["a gid that is too long", taskChanged("1".repeat(33))],
    ["an injected gid", taskChanged("1/../2")],
    ["an empty gid", taskChanged("")],
    [
      "a story that is no comment",
      {
        ...commented(TASK, "91", MAYA.gid),
        resource: { gid: "91", resource_type: "story", resource_subtype: "assigned" },
      },
    ],
    ["a comment on a project", { ...commented(TASK, "91", MAYA.gid), parent: { gid: "5", resource_type: "project" } }],
    ["a comment without a parent", { ...commented(TASK, "91", MAYA.gid), parent: null }],
    ["a comment with a bad gid of its own", commented(TASK, "x", MAYA.gid)],
    ["a project", taskChanged(TASK, { resource: { gid: "5", resource_type: "project" } })],
    ["a resource without a type", taskChanged(TASK, { resource: { gid: "5" } })],
  ])("%s is ignored", (_what, event) => {
    expect(candidatesOf([event], JESSIE.gid)).toEqual([]);
  });
});

describe("a candidate", () => {
  test("carries what its events say, bounded", () => {
    const long = taskChanged(TASK, {
      action: "x".repeat(99),
      created_at: "y".repeat(99),
      change: { field: "z".repeat(99) },
    });
    const [only] = candidatesOf([long], JESSIE.gid);
    expect(only?.events).toEqual([
      {
        action: "x".repeat(40),
        resourceType: "task",
        resourceGid: TASK,
        field: "z".repeat(80),
        userGid: MAYA.gid,
        createdAt: "y".repeat(40),
      },
    ]);
  });

  test("leaves out a user or field that is not there, and a user whose gid is none", () => {
    const [only] = candidatesOf([taskChanged(TASK, { user: { gid: "me" }, change: {} })], JESSIE.gid);
    expect(only?.events).toEqual([{ action: "changed", resourceType: "task", resourceGid: TASK, createdAt: AT }]);
  });

  test("keeps the newest of too many events", () => {
    const many = Array.from({ length: MAX_EVENTS + 20 }, (_, n) =>
      taskChanged(TASK, { created_at: String(1_000 + n) }),
    );
    const [only] = candidatesOf(many.toReversed(), JESSIE.gid);
    expect(only?.events).toHaveLength(MAX_EVENTS);
    expect([only?.events[0]?.createdAt, only?.events.at(-1)?.createdAt]).toEqual(["1020", "1119"]);
  });

  test("becomes messages that the consumers accept", () => {
    const stamp = { correlationId: "c", receivedAt: AT };
    const [only] = candidatesOf([commented(TASK, "91", MAYA.gid), taskChanged(TASK)], JESSIE.gid);
    if (only === undefined) throw new Error("There is a candidate.");
    expect(v.parse(TeamAgentRunMessageSchema, runMessage(only, stamp)).idempotencyKey).toBe(`team-agent-run:${TASK}`);
    expect(v.parse(PlatformBuildRunMessageSchema, buildMessage(only, stamp)).idempotencyKey).toBe(
      `platform-build-run:${TASK}`,
    );
  });
});

test("what a message is counted as is never less than what it takes as JSON", () => {
  const gid = fc.stringMatching(/^\d{1,32}$/);
  const text = (most: number) => fc.string({ maxLength: most, unit: "binary" });
  const event = fc.record(
    {
      action: text(40),
      resourceType: text(40),
      resourceGid: gid,
      parentGid: gid,
      field: text(80),
      userGid: gid,
      createdAt: text(40),
    },
    { requiredKeys: ["action", "resourceType", "resourceGid", "createdAt"] },
  );
  fc.assert(
    fc.property(gid, fc.array(event, { maxLength: 6 }), text(40), (taskGid, events, correlationId) => {
      const candidate = { taskGid, events };
      for (const message of [
        runMessage(candidate, { correlationId, receivedAt: AT }),
        buildMessage(candidate, { correlationId, receivedAt: AT }),
      ])
        expect(mostBytes(message)).toBeGreaterThanOrEqual(new TextEncoder().encode(JSON.stringify(message)).byteLength);
    }),
  );
});

test("a webhook that names its project concerns that one; any other concerns both", () => {
  const projects = { intake: "100", platformBuild: "101" };
  expect(kindsOf("100", projects)).toEqual(["team-agent-run"]);
  expect(kindsOf("101", projects)).toEqual(["platform-build-run"]);
  expect(kindsOf("9", projects)).toEqual(["team-agent-run", "platform-build-run"]);
  expect(kindsOf(null, projects)).toEqual(["team-agent-run", "platform-build-run"]);
});

test("events are put into plain words for the log, each once", () => {
  const events = [
    taskEvent(TASK),
    taskEvent(TASK, { field: "due_on" }),
    { ...taskEvent(TASK), resourceType: "story" },
    taskEvent(TASK),
    { action: "deleted", resourceType: "task", resourceGid: TASK, createdAt: AT },
  ];
  expect(wordsOf(events)).toBe("assignee changed, due on changed, comment added, task deleted");
  expect(wordsOf([])).toBe("something changed");
});

test("a delivery may hold more than we read, and an odd event never costs the good ones beside it", () => {
  const good = { ...taskChanged(TASK), extra: 1 };
  expect(eventsOfDelivery({ events: [{ action: "changed" }, good, null, { ...good, resource: null }] })).toHaveLength(
    1,
  );
  expect(eventsOfDelivery({ events: [] })).toEqual([]);
  expect(eventsOfDelivery([])).toBeNull();
  expect(eventsOfDelivery(null)).toBeNull();
});
