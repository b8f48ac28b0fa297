/** Node's HTTP objects to and from what simulators see. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { NotJson } from "./reply.ts";
import type { SimReply, SimRequest } from "./upstream.ts";

/** Above the 100 MB Asana allows for an attachment, with room for the multipart frame. */
export const MAX_BODY = 101 * 1024 * 1024;

/** Reads a body; null when it is longer than `MAX_BODY` (the rest is read and thrown away, so that the answer arrives). */
export async function readBody(incoming: IncomingMessage): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of incoming) {
    const bytes = Buffer.from(chunk);
    length += bytes.length;
    if (length <= MAX_BODY) chunks.push(bytes);
    else chunks.length = 0;
  }
  return length > MAX_BODY ? null : Buffer.concat(chunks);
}

/** A request without its route's parameters. */
export type BareRequest = Omit<SimRequest, "params">;

/** Builds what a simulator sees, with the path it is mounted on cut off. */
export function simRequest(incoming: IncomingMessage, url: URL, path: string, body: Buffer): BareRequest {
  return {
    method: incoming.method ?? "GET",
    path,
    query: url.searchParams,
    headers: Object.fromEntries(
      Object.entries(incoming.headers).map(([name, value]) => [
        name,
        Array.isArray(value) ? value.join(", ") : (value ?? ""),
      ]),
    ),
    body,
    json: () => parseJson(body),
  };
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString("utf8"));
  } catch {
    throw new NotJson("the request body is not valid JSON");
  }
}

/** A reply as bytes and headers. */
export function encodeReply(reply: SimReply): { status: number; headers: Record<string, string>; bytes: Buffer } {
  const { body } = reply;
  if (body === undefined) return { status: reply.status, headers: { ...reply.headers }, bytes: Buffer.alloc(0) };
  if (Buffer.isBuffer(body) || typeof body === "string") {
    return { status: reply.status, headers: { ...reply.headers }, bytes: Buffer.from(body) };
  }
  const headers = { "content-type": "application/json; charset=UTF-8", ...reply.headers };
  return { status: reply.status, headers, bytes: Buffer.from(JSON.stringify(body)) };
}

/** Sends a reply; `cut` sends only the first half of the body, as a complete HTTP answer. */
export function send(outgoing: ServerResponse, reply: SimReply, cut = false): void {
  const { status, headers, bytes } = encodeReply(reply);
  const sent = cut ? bytes.subarray(0, Math.floor(bytes.length / 2)) : bytes;
  outgoing.writeHead(status, { ...headers, "content-length": sent.length });
  outgoing.end(sent);
}

/**
 * Only people and programs on this machine: a page of another site must not reach the sandbox through a browser, also
 * not under a host name that was pointed at 127.0.0.1. Null when the request may pass, else why not.
 */
export function refuseStranger(incoming: IncomingMessage): string | null {
  const host = incoming.headers.host ?? "";
  if (!/^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/i.test(host))
    return "the sandbox answers on loopback host names only";
  const { origin } = incoming.headers;
  if (origin !== undefined && origin !== `http://${host}`) return `requests from ${origin.slice(0, 200)} are refused`;
  return null;
}
