/** Opens a socket with a ticket that is asked for first, each time anew: a ticket lives half a minute. */
import type { Problem } from "../../../src/core/wire.ts";
import type { Ticket } from "../../../src/core/wire-tickets.ts";
import type { Reply } from "../api.ts";
import type { LinkDeps, Socket, SocketHandlers } from "./live-link.ts";

const FORBIDDEN = 4401;
const NOT_FOUND = 4404;
const LOST = 1006;

/** Close code for a refused ticket. Only what will not change by itself ends the link; the rest is tried again. */
function codeOf({ status, code }: Problem): number {
  if (status === 404) return NOT_FOUND;
  return code === "not_allowed" ? FORBIDDEN : LOST;
}

/** `connect` of a live link, over a way to get a ticket and a way to open a socket. */
export function withTicket(
  ticketFor: (address: string) => Promise<Reply<Ticket>>,
  open: (address: string, handlers: SocketHandlers) => Socket,
): LinkDeps["connect"] {
  return (address, handlers) => {
    let socket: Socket | null = null;
    let closed = false;
    void ticketFor(address).then((reply) => {
      if (closed) return;
      if (!reply.ok) {
        handlers.closed(codeOf(reply.problem));
        return;
      }
      const ticket = encodeURIComponent(reply.value.ticket);
      socket = open(`${address}${address.includes("?") ? "&" : "?"}ticket=${ticket}`, handlers);
    });
    return {
      send: (text) => socket?.send(text),
      close() {
        closed = true;
        socket?.close();
      },
    };
  };
}
