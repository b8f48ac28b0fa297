/** Errors as RFC 9457 problems: what went wrong, and what to do about it. */
import type { Problem } from "../core/wire.ts";

const TITLES: Readonly<Record<number, string>> = {
  400: "Bad request",
  401: "Not authenticated",
  403: "Not allowed",
  404: "Not found",
  405: "Method not allowed",
  409: "Conflict",
  413: "Too large",
  426: "Upgrade required",
  500: "Internal error",
  503: "Unavailable",
};

/** A problem reply. `detail` is for the person who meets it. */
export function problem(
  status: number,
  code: string,
  detail: string,
  more: {
    readonly issues?: Problem["issues"];
    readonly instance?: string;
    /** Of a stale write: what was written against what is there. */
    readonly difference?: Problem["difference"];
    readonly version?: number;
    /** The refresh that is under way already. */
    readonly ingestionRunId?: string;
  } = {},
): Response {
  const body: Problem = { type: "about:blank", title: TITLES[status] ?? "Error", status, detail, code, ...more };
  return new Response(JSON.stringify(body), {
    status,
    headers: { "content-type": "application/problem+json", "cache-control": "no-store" },
  });
}

/** A JSON reply; never cached, because everything here is live. */
export function json(body: unknown, status = 200): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { "content-type": "application/json", "cache-control": "no-store" },
  });
}
