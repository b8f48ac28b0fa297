/** Tickets for live sockets: a socket sends no header of ours, so what lets it in stands in its address, and soon ends. */
import * as v from "valibot";
import { type Ticket, TicketWishSchema } from "../../src/core/wire-tickets.ts";
import type { Refusal } from "./refusal.ts";
import { isSealed, seal } from "./seals.ts";

/** Name in the socket's address. */
export const TICKET = "ticket";

/** Long enough for a slow line, too short to be of use to whoever reads an address in a log. */
const HOLDS_MS = 30_000;
const MOST_BODY = 2_000;
/** The sockets there are: a ticket for anything else would be a way around the other checks. */
const SOCKETS = /^\/(team-agent-runs\/live|team-agent-runs\/[\w-]{1,120}\/live|business-units\/[\w-]{1,120}\/live)$/;

const NO_SUCH_SOCKET: Refusal = {
  status: 400,
  code: "no_such_socket",
  title: "No such live view",
  detail: "Send {path} of a live view, without /api and without a query.",
};

/** The path a ticket is asked for, or why there is none. */
export async function wishOf(request: Request): Promise<{ readonly path: string } | { readonly refusal: Refusal }> {
  const text = await request.text().catch(() => "");
  const body = v.safeParse(v.pipe(v.string(), v.maxLength(MOST_BODY), v.parseJson(), TicketWishSchema), text);
  return body.success && SOCKETS.test(body.output.path) ? body.output : { refusal: NO_SUCH_SOCKET };
}

/** A ticket of this member of staff for this path, from now on. */
export async function ticketFor(token: string, email: string, path: string, now: number): Promise<Ticket> {
  const until = now + HOLDS_MS;
  return { ticket: await seal(token, "socket", [email, path], until), expiresAt: new Date(until).toISOString() };
}

/**
 * Why a socket is refused; null when its address carries a ticket of whoever asks, for this path.
 * A plain 401 and no close code: the panel takes a failed upgrade as a lost connection and comes back with a new ticket.
 */
export async function ticketRefusal(
  url: URL,
  path: string,
  token: string,
  email: string,
  now: number,
): Promise<Refusal | null> {
  if (await isSealed(url.searchParams.get(TICKET), token, "socket", [email, path], now)) return null;
  const detail = "A live view is opened with a ticket of POST /api/tickets, within half a minute.";
  return { status: 401, code: "ticket_required", title: "No valid ticket", detail };
}
