/** Tickets for live sockets. */
import { type Ticket, TicketSchema } from "../../src/core/wire-tickets.ts";
import type { Api, Reply } from "./api.ts";

/** A ticket for the socket at this address, whose query does not count. */
export function ticketFor(api: Api, address: string): Promise<Reply<Ticket>> {
  const [path = ""] = address.split("?");
  return api.send("/api/tickets", "POST", { path: path.replace(/^\/api/, "") }, TicketSchema);
}
