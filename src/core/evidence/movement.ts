/** When a change may be called a change: the licence every sentence about movement needs. */
import type { FactValue } from "./types.ts";

/**
 * `up_clear` and `down_clear` may be called clear; `flat` only "within normal variation"; `low` means the base is too
 * small for anything but counts; `untested` that both sides were measured on too few days to tell a change from chance;
 * `unknown` that one side was not measured, or that its change is withheld.
 */
export type Movement = "up_clear" | "up" | "flat" | "down" | "down_clear" | "low" | "untested" | "unknown";

/** |z| from which a change is more than normal variation, and from which it is clear. */
export const NOTABLE_Z = 1.96;
export const CLEAR_Z = 3.29;
/** Smallest relative change that is called clear. */
export const CLEAR_CHANGE = 0.1;

/** Smallest base for which a percentage is printed, by kind of count. */
export const FLOORS = { clicks: 100, sessions: 100, impressions: 1_000, conversions: 30 } as const;

/**
 * The movement a z-score and a relative change license. `change` is a fraction; between periods that differ in length it
 * has to be the change a day, as the z-score is of counts a day.
 */
export function movementOf(z: FactValue, change: FactValue): Movement {
  if (change.value === null) {
    const reason = change.state === "not_defined" ? change.reason : "";
    if (isTooSmall(change)) return "low";
    if (reason === "none in either") return "flat";
    if (reason !== "new") return "unknown";
  }
  if (z.value === null) return "untested";
  // A change against the sign of its own test is neither up nor down.
  if (change.value !== null && change.value * z.value < 0) return "flat";
  if (Math.abs(z.value) < NOTABLE_Z) return "flat";
  const clear = Math.abs(z.value) >= CLEAR_Z && (change.value === null || Math.abs(change.value) >= CLEAR_CHANGE);
  if (z.value > 0) return clear ? "up_clear" : "up";
  return clear ? "down_clear" : "down";
}

/** True for a percentage that is not printed because its base is too small. */
export function isTooSmall(change: FactValue): boolean {
  return change.state === "not_defined" && change.reason.includes("too small");
}

/** Which way a movement points, for choosing words: 1 up, -1 down, 0 neither. */
export function directionOf(movement: Movement): 1 | 0 | -1 {
  if (movement === "up" || movement === "up_clear") return 1;
  return movement === "down" || movement === "down_clear" ? -1 : 0;
}
