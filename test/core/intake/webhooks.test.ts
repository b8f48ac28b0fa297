import { describe, expect, test } from "vitest";
import {
  HANDSHAKE_MS,
  type ListedWebhook,
  planWebhooks,
  type Registration,
  registrationIn,
  targetOf,
} from "../../../src/core/intake/webhooks.ts";

const ORIGIN = "https://control.example";
const NOW = Date.parse("2040-11-22T09:00:00.000Z");
const ID = (n: number) => `00000000-0000-4000-8000-00000000000${n}`;
const at = (ageMs: number) => new Date(NOW - ageMs).toISOString();

function registration(n: number, change: Partial<Registration> = {}): Registration {
  return {
    registrationId: ID(n),
    projectGid: "100",
    target: targetOf(ORIGIN, "100", ID(n)),
    state: "active",
    webhookGid: `70${n}`,
    requestedAt: at(n * 60_000 + HANDSHAKE_MS),
    readable: true,
    ...change,
  };
}
const listed = (one: Registration, change: Partial<ListedWebhook> = {}): ListedWebhook => ({
  gid: one.webhookGid ?? "799",
  target: one.target,
  active: true,
  ...change,
});
const plan = (own: readonly Registration[], there: readonly ListedWebhook[]) => planWebhooks(own, there, ORIGIN, NOW);

describe("the webhooks of a project", () => {
  test("that work are left alone", () => {
    const one = registration(1);
    expect(plan([one], [listed(one)])).toEqual({
      findings: [{ registrationId: ID(1), state: "active", webhookGid: "701", problem: null }],
      remove: [],
      create: false,
      underWay: false,
    });
  });

  test("are made when there are none", () => {
    expect(plan([], [])).toEqual({ findings: [], remove: [], create: true, underWay: false });
  });

  test("are made anew when Asana has them no more; those that ended before are not judged again", () => {
    const gone = plan([registration(1), registration(2, { state: "lost" }), registration(3, { state: "failed" })], []);
    expect(gone.create).toBe(true);
    expect(gone.findings).toEqual([expect.objectContaining({ registrationId: ID(1), state: "lost" })]);
    expect(gone.findings[0]?.problem).toContain("no more");
  });

  test.each<[string, Partial<Registration>, Partial<ListedWebhook>, string]>([
    [
      "that deliver to another address",
      { target: "https://old.example/webhooks/asana?project=100" },
      {},
      "another address",
    ],
    ["that Asana switched off", {}, { active: false }, "switched it off"],
    ["whose secret no key opens", { readable: false }, {}, "AGENCY_OS_WEBHOOK_KEY"],
  ])("%s are replaced", (_what, change, there, words) => {
    const one = registration(1, change);
    const found = plan([one], [listed(one, there)]);
    expect([found.create, found.remove, found.findings[0]?.state]).toEqual([true, ["701"], "lost"]);
    expect(found.findings[0]?.problem).toContain(words);
  });

  test("that are two for the same work become one, the newer", () => {
    const [older, newer] = [registration(2), registration(1)];
    const found = plan([older, newer], [listed(older), listed(newer)]);
    expect(found).toMatchObject({ remove: ["702"], create: false });
    expect(found.findings.map(({ registrationId, state }) => [registrationId, state])).toEqual([
      [ID(1), "active"],
      [ID(2), "lost"],
    ]);
  });

  test("that were just made are not judged by a list from before, nor by not being active yet", () => {
    const young = registration(1, { requestedAt: at(HANDSHAKE_MS - 1) });
    expect(plan([young], [])).toMatchObject({ create: false, remove: [], findings: [{ state: "active" }] });
    const inactive = plan([young], [listed(young, { active: false })]);
    expect(inactive).toMatchObject({ create: false, remove: [], findings: [{ state: "active" }] });
    const confirmed = { ...young, state: "confirmed", webhookGid: null } as const;
    const underWay = plan([confirmed], [listed(confirmed, { active: false })]);
    expect(underWay).toMatchObject({ create: false, remove: [], findings: [{ state: "confirmed" }] });
  });

  test("whose creation got lost half-way are found by their target", () => {
    const one = registration(1, { state: "confirmed", webhookGid: null });
    const found = plan([one], [listed(one, { gid: "555" })]);
    expect(found.findings).toEqual([{ registrationId: ID(1), state: "active", webhookGid: "555", problem: null }]);
  });

  test("that name a registration nobody knows are removed, those made by hand are not", () => {
    const found = plan(
      [],
      [
        { gid: "1", target: targetOf(ORIGIN, "100", ID(9)), active: true },
        { gid: "2", target: `${ORIGIN}/webhooks/asana?project=100`, active: true },
        { gid: "3", target: targetOf("https://other.example", "100", ID(9)), active: true },
      ],
    );
    expect([found.remove, found.create]).toEqual([["1"], true]);
  });

  test.each(["requested", "confirmed"] as const)(
    "that are being made (%s) are waited for, but not for ever",
    (state) => {
      const young = registration(1, { state, webhookGid: null, requestedAt: at(HANDSHAKE_MS - 1) });
      expect(plan([young], [])).toMatchObject({ create: false, findings: [{ state }] });
      const old = registration(1, { state, webhookGid: null, requestedAt: at(HANDSHAKE_MS) });
      expect(plan([old], [])).toMatchObject({
        create: true,
        findings: [{ state: state === "requested" ? "failed" : "lost" }],
      });
    },
  );
});

describe("with a secret that got known", () => {
  const replaced = (own: readonly Registration[], there: readonly ListedWebhook[]) =>
    planWebhooks(own, there, ORIGIN, NOW, true);

  test("every webhook that works makes room for a new one", () => {
    const [older, newer] = [registration(2), registration(1)];
    const found = replaced([older, newer], [listed(older), listed(newer)]);
    expect(found).toMatchObject({ create: true, underWay: false });
    expect(found.remove.toSorted()).toEqual(["701", "702"]);
    expect(found.findings.map(({ state, problem }) => [state, problem])).toEqual([
      ["lost", "One with a new secret took its place."],
      ["lost", "One with a new secret took its place."],
    ]);
  });

  test.each<[string, Partial<Registration>, readonly Partial<ListedWebhook>[]]>([
    ["that was asked for", { state: "requested", webhookGid: null }, []],
    ["whose handshake came", { state: "confirmed", webhookGid: null }, []],
    ["that is not listed yet", {}, []],
    ["that Asana has not switched on yet", {}, [{ active: false }]],
  ])("one %s a moment ago is waited for", (_which, change, there) => {
    const young = registration(1, { ...change, requestedAt: at(HANDSHAKE_MS - 1) });
    const found = replaced(
      [young],
      there.map((one) => listed(young, one)),
    );
    expect(found).toMatchObject({ create: false, remove: [], underWay: true });
  });

  test("one is made where there is none", () => {
    expect(replaced([], [])).toMatchObject({ create: true, remove: [] });
  });
});

test("a target names its registration, and nothing else passes for one", () => {
  expect(registrationIn(new URL(targetOf(ORIGIN, "100", ID(1))))).toBe(ID(1));
  for (const address of ["", "?registration=", "?registration=1", `?registration=${ID(1)}x`, "?registration=' OR 1=1"])
    expect(registrationIn(new URL(`${ORIGIN}/webhooks/asana${address}`))).toBeNull();
});
