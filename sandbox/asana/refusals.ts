/** Asana's error bodies: `{"errors":[{"message","help"?,"phrase"?}]}`. */
import { Refusal } from "../kit/reply.ts";
import type { SimReply } from "../kit/upstream.ts";

const HELP = "For more information on API status codes and how to handle them, read the docs on errors.";

const MESSAGES: Readonly<Record<number, string>> = {
  401: "Not Authorized",
  429: "You've made too many requests and hit a rate limit. Please retry after the given amount of time.",
  500: "Server Error",
};

/** An error answer; 401 and 429 always say what Asana says. */
export function errorReply(status: number, message: string, retryAfter?: number): SimReply {
  const error = { message: MESSAGES[status] ?? message, help: HELP };
  const phrase = status === 500 ? { phrase: "6 sad squid snuggle softly" } : {};
  return {
    status,
    body: { errors: [{ ...error, ...phrase }] },
    ...(retryAfter === undefined ? {} : { headers: { "Retry-After": String(retryAfter) } }),
  };
}

/** 400 with Asana's `field: reason` message. */
export function badRequest(message: string): Refusal {
  return new Refusal(errorReply(400, message));
}

/** 403: known, but not yours to do. */
export function forbidden(message: string): Refusal {
  return new Refusal(errorReply(403, message));
}

/** 404, or 400 when the text is no gid at all. */
export function unknownObject(kind: string, gid: string): Refusal {
  if (!/^\d{1,32}$/.test(gid)) return badRequest(`${kind}: Not a recognized ID: ${gid.slice(0, 100)}`);
  return new Refusal(errorReply(404, `${kind}: Unknown object: ${gid}`));
}

/** The record, or the refusal that fits its absence. */
export function found<T>(record: T | undefined, kind: string, gid: string): T {
  if (record === undefined) throw unknownObject(kind, gid);
  return record;
}
