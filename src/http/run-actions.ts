/** What can be asked of a run, by name: the same words in the panel, in bulk and on the actor. */
import type { RunAction } from "../core/wire-ops.ts";
import type { DoorAnswer, RunDoor } from "./context.ts";

type Ask = (door: RunDoor, by: string, reason: string) => Promise<DoorAnswer>;

const ASKS: Partial<Readonly<Record<RunAction, Ask>>> = {
  cancel: (door, by, reason) => door.cancel(by, reason),
  kill: (door, by, reason) => door.kill(by, reason),
  pause: (door, by, reason) => door.pause(by, reason),
  resume: (door, by, reason) => door.resume(by, reason),
  retry: (door, by, reason) => door.retry(by, reason),
};

/** How to ask a run for an action; null when there is no such action. */
export function askOf(action: RunAction): Ask | null {
  return ASKS[action] ?? null;
}
