/** What crosses HTTP between the panel and its edge before a live socket opens. */
import * as v from "valibot";

/** Sent with every write, handed out with `GET /api/me`: what another site cannot make a browser send. */
export const WRITE_PASS_HEADER = "X-Agency-OS-CSRF";

/** Body of `POST /api/tickets`: the socket's path without `/api` and without a query. */
export const TicketWishSchema = v.object({ path: v.pipe(v.string(), v.maxLength(300)) });

/** A ticket for one socket, good for one person and path for half a minute; it goes into the socket's address as `ticket`. */
export const TicketSchema = v.object({ ticket: v.string(), expiresAt: v.string() });
export type Ticket = v.InferOutput<typeof TicketSchema>;
