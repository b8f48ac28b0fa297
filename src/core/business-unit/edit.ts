/** Changes of the configuration, field by field: what is right, what is stale, what changes nothing. */
import { canonicalJson } from "../../lib/canonical-json.ts";
import type { Difference, FieldWrite, UnitRefusal } from "./answers.ts";
import { type CommandOf, type Decision, events, NOTHING, refused, refusedWith } from "./commands.ts";
import { isEdit, type UnitEvent } from "./events.ts";
import { isGivenUp, missingFields, readField } from "./fields.ts";
import { fieldValue, isActive } from "./queries.ts";
import type { FieldChange, FieldPath, Json, UnitState } from "./types.ts";

/** Settings by day add up over the years; a unit that holds more than this is a mistake of a program. */
const MAX_FIELDS = 1_000;
const MAX_CHANGES = 100;
/** Characters of the whole configuration: it is one row of the actor and one of the index, and neither takes 2 MB. */
const MAX_CONFIGURATION = 250_000;

type Issues = Extract<UnitRefusal, { code: "bad_field" }>["issues"];
type ReadWrites = { readonly writes: readonly FieldWrite[]; readonly issues: Issues };

/** Equal as JSON, whatever order the keys came in. */
function sameValue(a: Json, b: Json): boolean {
  return canonicalJson(a) === canonicalJson(b);
}

function readWrites(given: readonly FieldWrite[]): ReadWrites {
  const writes: FieldWrite[] = [];
  const issues: { path: FieldPath; message: string }[] = [];
  const seen = new Set<FieldPath>();
  for (const { field, value } of given.slice(0, MAX_CHANGES)) {
    const read = readField(field, value);
    if (!read.ok) issues.push({ path: field.slice(0, 120), message: read.message });
    else if (seen.has(field)) issues.push({ path: field, message: "It is set twice." });
    else writes.push({ field, value: read.value });
    seen.add(field);
  }
  if (given.length > MAX_CHANGES) issues.push({ path: "", message: `There are more than ${MAX_CHANGES} changes.` });
  return { writes, issues };
}

function badField(issues: Issues): Decision {
  const [first = "", ...others] = issues.map(({ path, message }) => `${path}: ${message}`);
  const more = others.length > 0 ? ` (and ${others.length} more)` : "";
  return refusedWith({ code: "bad_field", detail: `${first}${more}`, issues });
}

/** The fields a unit is born with. */
export function decideBirth(
  given: readonly FieldWrite[],
  born: (changes: readonly FieldChange[]) => UnitEvent,
): Decision {
  const { writes, issues } = readWrites(given);
  const missing = missingFields(writes.map(({ field }) => field)).filter(
    (path) => !issues.some((issue) => issue.path === path),
  );
  const all = [...issues, ...missing.map((path) => ({ path, message: "It is needed." }))];
  if (all.length > 0) return badField(all);
  const changes = writes.map(({ field, value }) => ({ field, before: null, after: value }));
  return events(born(changes.filter(({ after }) => after !== null)));
}

/**
 * Equal values change nothing; a field that somebody else changed since the writer looked refuses the whole edit, with
 * the difference; anything else is merged.
 */
export function decideEdit(state: UnitState, command: CommandOf<"edit">): Decision {
  const { by, reason, restores, baseVersion } = command;
  const { writes, issues } = readWrites(command.changes);
  if (issues.length > 0) return badField(issues);
  const changes: FieldChange[] = [];
  const differences: Difference[] = [];
  for (const { field, value } of writes) {
    const before = fieldValue(state, field);
    if (sameValue(before, value)) continue;
    changes.push({ field, before, after: value });
    if (baseVersion !== null && (state.fields[field]?.version ?? 0) > baseVersion)
      differences.push({ field, yours: value, current: before, base: null });
  }
  if (differences.length > 0) {
    const detail = `${differences.map(({ field }) => field).join(", ")} changed after version ${baseVersion}.`;
    return refusedWith({ code: "stale_write", detail, differences, version: state.version });
  }
  if (changes.length === 0) return NOTHING;
  const revived = changes.some(({ field, after }) => field === "archived" && after !== true);
  // What is in the archive keeps its ids and its readers until somebody takes them away.
  const givesUp = changes.every(({ field, after }) => isGivenUp(field, after));
  if (state.archivedAt !== null && !revived && !givesUp)
    return refused("archived", "The Business Unit is archived; take it out of the archive first.");
  if (Object.keys(state.fields).length + changes.length > MAX_FIELDS)
    return refused("wrong_state", `A Business Unit holds at most ${MAX_FIELDS} fields.`);
  if (sizeWith(state, changes) > MAX_CONFIGURATION)
    return refused("wrong_state", "The configuration is too big; remove settings of days that are long past.");
  const edited: UnitEvent = { type: "unit.edited", changes, by, reason, restores };
  const archived = changes.some(({ field, after }) => field === "archived" && after === true);
  if (!archived || !isActive(state.refresh)) return events(edited);
  const cause = { code: "archived", detail: `${by} archived the Business Unit.` };
  return events(edited, { type: "refresh.ended", status: "cancelled", cause });
}

/** Characters of the configuration after these changes; what only removes or shrinks values is always taken. */
function sizeWith({ fields }: UnitState, changes: readonly FieldChange[]): number {
  const grown = changes.reduce(
    (sum, { before, after }) => sum + JSON.stringify(after).length - JSON.stringify(before).length,
    0,
  );
  return grown <= 0 ? 0 : JSON.stringify(fields).length + grown;
}

/** An entry of the log as this looks at it. */
interface Logged {
  readonly seq: number;
  readonly event: UnitEvent;
}

/** The differences with the value each field had at the version the writer saw, as the log tells it. */
export function withBase(
  differences: readonly Difference[],
  baseVersion: number,
  log: readonly Logged[],
): readonly Difference[] {
  const known = log
    .filter(({ seq }) => seq <= baseVersion)
    .flatMap(({ event }) => (isEdit(event) ? event.changes : []));
  return differences.map((one) => ({
    ...one,
    base: known.findLast(({ field }) => field === one.field)?.after ?? null,
  }));
}

/** What sets the fields of an edit back; null: the event is no edit of a unit that was there. */
export function writesBack(event: UnitEvent): readonly FieldWrite[] | null {
  if (event.type !== "unit.edited") return null;
  return event.changes.map(({ field, before }) => ({ field, value: before }));
}
