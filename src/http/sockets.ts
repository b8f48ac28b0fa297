/** WebSockets that are refused: a browser learns a close code, never an HTTP status, so the reason goes there. */
import type { RouteRequest } from "./context.ts";

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
