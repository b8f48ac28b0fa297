/**
 * Where an attempt with a lease runs, when that is where its actor was, too. An attempt that shared a process with the
 * actor died with it: the next one may go on at once, without waiting for the lease (ADR 020).
 */
import * as v from "valibot";
import { processId } from "../lib/process-id.ts";

const HOME = "home";
const HomeSchema = v.object({ epoch: v.number(), process: v.string() });
type Home = v.InferOutput<typeof HomeSchema>;

/** Notes that the attempt of that epoch runs in this process. To be called in the commit of the grant. */
export function noteHome(kv: SyncKvStorage, epoch: number, process: string): void {
  if (process === processId()) kv.put(HOME, { epoch, process } satisfies Home);
}

/** True when the attempt of that epoch ran in a process that is no more, as far as its actor can tell. */
export function homeIsGone(kv: SyncKvStorage, epoch: number): boolean {
  const home = v.safeParse(HomeSchema, kv.get(HOME));
  return home.success && home.output.epoch === epoch && home.output.process !== processId();
}
