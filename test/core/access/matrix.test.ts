import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ACTIONS, type Action, may, type Person, rolesFor, unitsFor } from "../../../src/core/access/matrix.ts";
import type { Role } from "../../../src/core/business-unit/types.ts";

const LADDER = ["viewer", "consultant", "approver", "admin"] as const;

function staff(more: Partial<Extract<Person, { kind: "staff" }>>): Person {
  return { kind: "staff", email: "x@agency.example", agencyRole: null, ops: false, unitRoles: new Map(), ...more };
}

const onA = (role: Role) => staff({ unitRoles: new Map([["bu_a", role]]) });

/** Who may, on their own Business Unit: the whole table, so that a change of it is a decision. */
const TABLE: Readonly<Record<Action, string>> = {
  "runs.read": "viewer consultant approver admin ops",
  "runs.export": "consultant approver admin ops",
  "runs.steer": "consultant approver admin ops",
  "runs.kill": "approver admin ops",
  "runs.budget": "approver admin",
  "artifacts.read": "viewer consultant approver admin ops",
  "artifacts.lifecycle": "approver admin",
  "units.read": "viewer consultant approver admin ops",
  "units.write": "admin",
  "units.create": "",
  "clients.write": "",
  "users.read": "viewer consultant approver admin ops",
  "users.write": "",
  "sources.test": "consultant approver admin ops",
  "data.refresh": "consultant approver admin ops",
  "data.read": "viewer consultant approver admin ops",
  "data.log": "ops",
  "data.fixtures": "",
  internal: "ops",
};

const actions = Object.keys(ACTIONS).filter((name): name is Action => name in ACTIONS);

describe("a role on a Business Unit", () => {
  it.each(actions)("gives %s to exactly those of the table", (action) => {
    const allowed = [...LADDER, "ops" as const].filter((role) => may(onA(role), action, "bu_a"));
    expect(allowed.join(" ")).toBe(TABLE[action]);
  });

  it("says nothing about another Business Unit, nor about none", () => {
    const role = fc.constantFrom<Role>(...LADDER, "ops");
    fc.assert(
      fc.property(fc.constantFrom(...actions), role, (action, own) => {
        expect(may(onA(own), action, "bu_b")).toBe(false);
        expect(may(onA(own), action, null)).toBe(false);
      }),
    );
  });
});

describe("a role on the agency", () => {
  it("counts on every Business Unit, and the stronger of two counts", () => {
    const both = staff({ agencyRole: "viewer", unitRoles: new Map([["bu_a", "admin"]]) });
    expect([
      may(both, "units.write", "bu_a"),
      may(both, "units.write", "bu_b"),
      may(both, "units.read", "bu_b"),
    ]).toEqual([true, false, true]);
    const stronger = staff({ agencyRole: "admin", unitRoles: new Map([["bu_a", "viewer"]]) });
    expect(may(stronger, "units.write", "bu_a")).toBe(true);
  });

  it("is needed where no Business Unit is in question", () => {
    for (const role of LADDER) expect(may(staff({ agencyRole: role }), "clients.write", null)).toBe(role === "admin");
  });

  it("grows along the ladder: what a weaker one may, a stronger one may, too", () => {
    for (const action of actions) {
      const allowed = LADDER.map((role) => may(staff({ agencyRole: role }), action, "bu_a"));
      expect(allowed).toEqual(allowed.toSorted((a, b) => Number(a) - Number(b)));
    }
  });
});

describe("operators", () => {
  it("see everything and write no client", () => {
    const ops = staff({ ops: true });
    const allowed = actions.filter((action) => may(ops, action, null));
    expect(allowed).toEqual(actions.filter((action) => ACTIONS[action].ops));
    expect(allowed).not.toContain("units.write");
  });
});

describe("somebody without any role", () => {
  it("may nothing", () => {
    for (const action of actions)
      expect([may(staff({}), action, "bu_a"), unitsFor(staff({}), action)]).toEqual([false, []]);
  });
});

it("a program with the service token may everything", () => {
  for (const action of actions)
    expect([may({ kind: "service" }, action, null), unitsFor({ kind: "service" }, action)]).toEqual([true, "all"]);
});

it("the units of a person are those where the role reaches", () => {
  const some = staff({
    unitRoles: new Map<string, Role>([
      ["bu_b", "viewer"],
      ["bu_a", "admin"],
      ["bu_c", "ops"],
    ]),
  });
  expect(unitsFor(some, "runs.read")).toEqual(["bu_a", "bu_b", "bu_c"]);
  expect(unitsFor(some, "units.write")).toEqual(["bu_a"]);
  expect(unitsFor(staff({ agencyRole: "viewer" }), "runs.read")).toBe("all");
});

it("a refusal names the roles that may", () => {
  expect([rolesFor("units.write"), rolesFor("runs.kill"), rolesFor("internal")]).toEqual([
    "admin",
    "approver, admin or ops",
    "ops",
  ]);
});
