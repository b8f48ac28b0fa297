/** Ways a handler can end early. */
import type { SimReply } from "./upstream.ts";

/** Thrown by a handler to answer at once with this reply. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly reply: SimReply;
  constructor(reply: SimReply) {
    super(`answered ${reply.status}`);
    this.reply = reply;
  }
}

/** The request body is not JSON; the kit answers it with the upstream's own 400. */
export class NotJson extends Error {
  override readonly name = "NotJson";
}
