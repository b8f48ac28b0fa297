/** What can be asked of a run, by name: the same words in the panel, in bulk and on the actor. */
import type { OpsAction } from "../core/run/events.ts";
import type { RunAction } from "../core/wire-ops.ts";
import type { DoorAnswer, RunDoor } from "./context.ts";

/** Asks one run; `by` and `reason` land in its log. */
export type Ask = (door: RunDoor, by: string, reason: string) => Promise<DoorAnswer>;

const acts =
  (action: OpsAction): Ask =>
  (door, by, reason) =>
    door.act(action, by, reason);

const ASKS: Readonly<Record<RunAction, Ask>> = {
  cancel: (door, by, reason) => door.cancel(by, reason),
  kill: (door, by, reason) => door.kill(by, reason),
  pause: (door, by, reason) => door.pause(by, reason),
  resume: (door, by, reason) => door.resume(by, reason),
  retry: (door, by, reason) => door.retry(by, reason),
  requeue: acts("requeue"),
  "release-lease": acts("release-lease"),
  "fire-timers": acts("fire-timers"),
  "flush-outbox": acts("flush-outbox"),
  reproject: acts("reproject"),
};

/** How to ask a run for an action. */
export function askOf(action: RunAction): Ask {
  return ASKS[action];
}
