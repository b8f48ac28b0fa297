/** State, command and now in; events out. The rules of a Business Unit, by group of commands. */
import { decideAttempt } from "./attempt.ts";
import {
  type CommandOf,
  type Decision,
  events,
  NOTHING,
  refused,
  type UnitCommand,
  type UnitSettings,
} from "./commands.ts";
import { decideBirth, decideEdit } from "./edit.ts";
import { readField } from "./fields.ts";
import { surfaceIdOf } from "./ids.ts";
import { decideOps } from "./ops.ts";
import { assetIn, fieldValue } from "./queries.ts";
import { decideCancel, decideRequest } from "./refresh.ts";
import type { Instant, UnitState } from "./types.ts";
import { decideTick } from "./wake.ts";

/** What the command does to the unit. Never throws for anything a caller can cause. */
export function decide(state: UnitState | null, command: UnitCommand, now: Instant, settings: UnitSettings): Decision {
  if (command.type === "create") return decideCreate(state, command);
  if (command.type === "adopt") return decideAdopt(state, command);
  if (state === null) return refused("no_such_unit", "There is no such Business Unit.");
  switch (command.type) {
    case "edit":
      return decideEdit(state, command);
    case "note_test":
      return decideTested(state, command);
    case "create_surface":
      return decideSurface(state, command);
    case "request_refresh":
      return decideRequest(state, command, now);
    case "cancel_refresh":
      return decideCancel(state, command);
    case "tick":
      return decideTick(state, now, now);
    case "poke":
      // Whatever is due is done by the alarm; the index gets a row that is true now.
      return { events: [], effects: [{ kind: "project" }], refusal: null };
    case "park":
      return events({ type: "effect.parked", key: command.key, error: command.error });
    case "unpark":
      return events({ type: "effect.unparked", key: command.key });
    case "drop":
      return events({ type: "effect.dropped", key: command.key, error: command.error });
    case "check_claims":
      return { events: [], effects: [{ kind: "claims" }], refusal: null };
    case "ops":
      return decideOps(state, command, now);
    default:
      return decideAttempt(state, command, now, settings);
  }
}

function decideCreate(state: UnitState | null, { unit }: CommandOf<"create">): Decision {
  if (state !== null) return refused("unit_exists", "There is a Business Unit of this id already.");
  const { fields, ...identity } = unit;
  return decideBirth(fields, (changes) => ({ type: "unit.created", ...identity, changes }));
}

function decideAdopt(state: UnitState | null, { unit }: CommandOf<"adopt">): Decision {
  // Two who ask at once: the second finds it done.
  if (state !== null) return NOTHING;
  const { fields, ...identity } = unit;
  // What was written before there were rules is taken as far as it keeps them.
  const right = fields.filter(({ field, value }) => readField(field, value).ok);
  return decideBirth(right, (changes) => ({ type: "unit.adopted", ...identity, changes }));
}

/** A test of an id the unit no longer has says nothing. */
function decideTested(state: UnitState, { kind, test }: CommandOf<"note_test">): Decision {
  const asset = assetIn(kind, fieldValue(state, `sources.${kind}`));
  if (asset === null || asset.externalId !== test.externalId)
    return refused("wrong_state", "The source was changed while it was tested.");
  return events({ type: "source.tested", kind, test });
}

/** Once made, asking again changes nothing. */
function decideSurface(state: UnitState, { by }: CommandOf<"create_surface">): Decision {
  if (state.archivedAt !== null) return refused("archived", "The Business Unit is archived.");
  if (state.surface?.state === "active") return NOTHING;
  return events({ type: "surface.created", surfaceId: surfaceIdOf(state.businessUnitId), by });
}
