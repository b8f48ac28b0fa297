/** WebSockets that are refused: a browser learns a close code, never an HTTP status, so the reason goes there. */
import type { RouteRequest } from "./context.ts";
import { problem } from "./problem.ts";

/** True when the client asks for a WebSocket. */
export function wantsSocket(request: RouteRequest): boolean {
  return request.headers.get("upgrade")?.toLowerCase() === "websocket";
}

/** A socket that is accepted only to be closed with a code its client can read. */
export function closedSocket(code: number, reason: string): Response {
  const pair = new WebSocketPair();
  pair[1].accept();
  pair[1].close(code, reason);
  return new Response(null, { status: 101, webSocket: pair[0] });
}

/** The answer to a request that is none for a WebSocket; null when it is one. */
export function requireUpgrade(request: RouteRequest): Response | null {
  return wantsSocket(request) ? null : problem(426, "websocket_only", "This address speaks WebSocket only.");
}

/** The request for the actor: address, upgrade and what we add, so that no token travels further than it must. */
export function socketRequest(request: RouteRequest, ours: Readonly<Record<string, string>> = {}): Request {
  return new Request(request.url, { headers: { ...ours, upgrade: "websocket" } });
}
