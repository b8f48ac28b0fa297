/**
 * Who may do what. A role on the agency counts for every Business Unit, a role on a Business Unit for that one; the
 * stronger counts. `ops` is beside the ladder: operators see everything and act on actors, but edit no client.
 */
import { ROLES, type Role } from "../business-unit/types.ts";

/** The ladder, weakest first. */
const LADDER: readonly Role[] = ROLES.filter((role) => role !== "ops");

interface Rule {
  /** `unit`: a role on the Business Unit suffices. `agency`: it takes a role on the agency. */
  readonly on: "unit" | "agency";
  /** The weakest role of the ladder that may; null: none of them. */
  readonly least: Exclude<Role, "ops"> | null;
  readonly ops: boolean;
}

const rule = (on: Rule["on"], least: Rule["least"], ops: boolean): Rule => ({ on, least, ops });

/** Everything that can be done through a route. */
export const ACTIONS = {
  "runs.read": rule("unit", "viewer", true),
  "runs.export": rule("unit", "consultant", true),
  "runs.steer": rule("unit", "consultant", true),
  "runs.kill": rule("unit", "approver", true),
  "runs.budget": rule("unit", "approver", false),
  "artifacts.read": rule("unit", "viewer", true),
  "artifacts.lifecycle": rule("unit", "approver", false),
  "units.read": rule("unit", "viewer", true),
  "units.write": rule("unit", "admin", false),
  "units.create": rule("agency", "admin", false),
  "clients.write": rule("agency", "admin", false),
  "users.read": rule("unit", "viewer", true),
  "users.write": rule("agency", "admin", false),
  "sources.test": rule("unit", "consultant", true),
  "data.refresh": rule("unit", "consultant", true),
  "data.read": rule("unit", "viewer", true),
  "data.log": rule("agency", "approver", true),
  "data.fixtures": rule("agency", "admin", false),
  internal: rule("agency", null, true),
} as const satisfies Readonly<Record<string, Rule>>;
export type Action = keyof typeof ACTIONS;

/** Who acts. `service`: a program that holds the service token and speaks for nobody. */
export type Person =
  | { readonly kind: "service" }
  | {
      readonly kind: "staff";
      readonly email: string;
      readonly agencyRole: Exclude<Role, "ops"> | null;
      readonly ops: boolean;
      readonly unitRoles: ReadonlyMap<string, Role>;
    };

/** True when a role of the ladder is at least another. */
function reaches(role: Role | null | undefined, least: Role): boolean {
  return role !== null && role !== undefined && LADDER.indexOf(role) >= LADDER.indexOf(least);
}

/**
 * Whether a person may do something.
 * @param unitId the Business Unit it is about; null where it is about none that is known
 */
export function may(person: Person, action: Action, unitId: string | null): boolean {
  if (person.kind === "service") return true;
  const { on, least, ops } = ACTIONS[action];
  if (ops && (person.ops || (unitId !== null && person.unitRoles.get(unitId) === "ops"))) return true;
  if (least === null) return false;
  if (reaches(person.agencyRole, least)) return true;
  return on === "unit" && unitId !== null && reaches(person.unitRoles.get(unitId), least);
}

/** The Business Units a person may do something on; `all` needs no list. */
export function unitsFor(person: Person, action: Action): "all" | readonly string[] {
  if (may(person, action, null)) return "all";
  if (person.kind === "service") return "all";
  return [...person.unitRoles.keys()].filter((unitId) => may(person, action, unitId)).toSorted();
}

/** The roles that may, for people: "an approver, an admin or ops". */
export function rolesFor(action: Action): string {
  const { least, ops } = ACTIONS[action];
  const ladder = least === null ? [] : LADDER.slice(LADDER.indexOf(least));
  const names = [...ladder, ...(ops ? (["ops"] as const) : [])];
  const last = names.at(-1) ?? "nobody";
  return names.length < 2 ? last : `${names.slice(0, -1).join(", ")} or ${last}`;
}
