/** When a change may be called a change: the licence every sentence about movement needs. */
import type { FactValue } from "./types.ts";

/**
 * `up_clear` and `down_clear` may be called clear; `flat` only "within normal variation"; `low` means the base is too
 * small for anything but counts; `unknown` that one side was not measured.
 */
export type Movement = "up_clear" | "up" | "flat" | "down" | "down_clear" | "low" | "unknown";

/** |z| from which a change is more than normal variation, and from which it is clear. */
export const NOTABLE_Z = 1.96;
export const CLEAR_Z = 3.29;
/** Smallest relative change that is called clear. */
export const CLEAR_CHANGE = 0.1;

/** Smallest base for which a percentage is printed, by kind of count. */
export const FLOORS = { clicks: 100, sessions: 100, impressions: 1_000, conversions: 30 } as const;

/** The movement a z-score and a relative change license. `change` is a fraction. */
export function movementOf(z: FactValue, change: FactValue): Movement {
  if (change.state === "not_defined") {
    if (change.reason.includes("too small")) return "low";
    if (change.reason === "none in either") return "flat";
    if (change.reason !== "new") return "unknown";
  }
  if (z.value === null) return "unknown";
  // Periods of different length: more in total but fewer a day (or the reverse) is neither up nor down.
  if (change.value !== null && change.value * z.value < 0) return "flat";
  if (Math.abs(z.value) < NOTABLE_Z) return "flat";
  const clear = Math.abs(z.value) >= CLEAR_Z && (change.value === null || Math.abs(change.value) >= CLEAR_CHANGE);
  if (z.value > 0) return clear ? "up_clear" : "up";
  return clear ? "down_clear" : "down";
}

/** Which way a movement points, for choosing words: 1 up, -1 down, 0 neither. */
export function directionOf(movement: Movement): 1 | 0 | -1 {
  if (movement === "up" || movement === "up_clear") return 1;
  return movement === "down" || movement === "down_clear" ? -1 : 0;
}
