/** Errors as Google Ads answers them: the common envelope with a GoogleAdsFailure among its details. */
import { randomBytes } from "node:crypto";
import { googleError } from "../google-oauth/envelope.ts";
import type { SimReply } from "../kit/upstream.ts";

const FAILURE = "type.googleapis.com/google.ads.googleads.v25.errors.GoogleAdsFailure";

export interface AdsError {
  readonly category: string;
  readonly code: string;
  readonly message: string;
  readonly details?: Readonly<Record<string, unknown>>;
}

const STATUS: Readonly<Record<string, number>> = {
  authenticationError: 401,
  authorizationError: 403,
  quotaError: 429,
  internalError: 500,
};
const WORDS: Readonly<Record<number, string>> = {
  400: "Request contains an invalid argument.",
  401: "Request had invalid authentication credentials.",
  403: "The caller does not have permission",
  429: "Resource has been exhausted (e.g. check quota).",
  500: "Internal error encountered.",
};

/** An id as Google writes them; nothing hangs on its value. */
export function requestId(): string {
  return randomBytes(12).toString("base64url");
}

/** The error as a whole answer; its status follows from the category. */
export function adsError({ category, code, message, details }: AdsError): SimReply {
  const status = STATUS[category] ?? 400;
  const id = requestId();
  const error = { errorCode: { [category]: code }, message, ...(details === undefined ? {} : { details }) };
  return withDetails(
    googleError(status, WORDS[status] ?? ""),
    [{ "@type": FAILURE, errors: [error], requestId: id }],
    id,
  );
}

/** A body whose fields are not those of the request: refused before Google Ads itself sees it. */
export function badRequest(description: string): SimReply {
  const details = [{ "@type": "type.googleapis.com/google.rpc.BadRequest", fieldViolations: [{ description }] }];
  return withDetails(googleError(400, description), details, requestId());
}

function withDetails(reply: SimReply, details: readonly unknown[], id: string): SimReply {
  const body = typeof reply.body === "object" && reply.body !== null && "error" in reply.body ? reply.body.error : {};
  return { ...reply, headers: { ...reply.headers, "request-id": id }, body: { error: { ...Object(body), details } } };
}
