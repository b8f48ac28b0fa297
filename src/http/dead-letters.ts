/** Messages nobody could use: the list, and putting one back on its queue. */
import * as v from "valibot";
import { QueueMessageSchema } from "../core/messages.ts";
import { claimReplay, findDeadLetter, listDeadLetters, noteReplay, releaseReplay } from "../d1/dead-letters.ts";
import { parseJson } from "../lib/json.ts";
import { log } from "../lib/log.ts";
import { staffOf } from "./auth.ts";
import { jsonBody, ReasonSchema } from "./body.ts";
import type { HttpDeps, RouteRequest } from "./context.ts";
import { json, problem } from "./problem.ts";
import { cursorParam, PAGE_SIZE } from "./query.ts";

export async function deadLetters(request: RouteRequest, deps: HttpDeps): Promise<Response> {
  const after = cursorParam(new URL(request.url));
  return after.ok ? json(await listDeadLetters(deps.index, after.value, PAGE_SIZE)) : after.response;
}

const ReplayBody = v.object({ reason: ReasonSchema });

/**
 * Once: a message that dies again is a letter of its own, and that one may be put back too. Noted only when the queue took
 * it: to lose a message is worse than to put it back twice, which every consumer recognises.
 */
export async function replayDeadLetter(request: RouteRequest, deps: HttpDeps): Promise<Response> {
  const body = await jsonBody(request, ReplayBody);
  if (!body.ok) return body.response;
  const letter = await findDeadLetter(deps.index, request.params.deadLetterId ?? "");
  if (letter === null) return problem(404, "no_such_dead_letter", "There is no such dead letter.");
  const read = parseJson(letter.body);
  const message = v.safeParse(QueueMessageSchema, read.ok ? read.value : null);
  if (!message.success) {
    const detail = `This message cannot be put back, it is not readable: ${letter.reason}`;
    return problem(409, "dead_letter_unreadable", detail);
  }
  const at = deps.now().toISOString();
  if (!(await claimReplay(deps.index, letter.deadLetterId, at))) return notAgain(letter.deadLetterId, deps);
  try {
    await deps.requeue(message.output);
  } catch (thrown) {
    // Nothing is on the queue, so the letter is as it was.
    await releaseReplay(deps.index, letter.deadLetterId);
    throw thrown;
  }
  await noteReplay(deps.index, letter.deadLetterId, { by: staffOf(request), reason: body.value.reason, at });
  log.info("dead_letter.replayed", { deadLetterId: letter.deadLetterId, queue: letter.queue });
  return json({ status: "accepted" }, 202);
}

/** Why nothing is put back: it was, or somebody is about to. */
async function notAgain(deadLetterId: string, deps: HttpDeps): Promise<Response> {
  const letter = await findDeadLetter(deps.index, deadLetterId);
  if (letter !== null && letter.replayedAt === null)
    return problem(409, "being_replayed", "Somebody is putting this message back right now; look again in a minute.");
  const detail = "This message was put back before; had it died again, it would be listed anew.";
  return problem(409, "already_replayed", detail);
}
