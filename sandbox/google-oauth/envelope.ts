/** What Google's JSON APIs have in common: the error envelope and the check of the access token. */
import type { SimContext, SimHandler, SimReply } from "../kit/upstream.ts";
import { tokenHolds } from "./token.ts";

const STATUS_NAMES: Readonly<Record<number, string>> = {
  400: "INVALID_ARGUMENT",
  401: "UNAUTHENTICATED",
  403: "PERMISSION_DENIED",
  404: "NOT_FOUND",
  409: "ABORTED",
  429: "RESOURCE_EXHAUSTED",
  500: "INTERNAL",
  503: "UNAVAILABLE",
  504: "DEADLINE_EXCEEDED",
};

/** An error as Google's APIs answer it. `reason` fills the older `errors[]` list, which Search Console still sends. */
export function googleError(
  status: number,
  message: string,
  options: { reason?: string; retryAfter?: number } = {},
): SimReply {
  const { reason, retryAfter } = options;
  return {
    status,
    ...(retryAfter === undefined ? {} : { headers: { "retry-after": String(retryAfter) } }),
    body: {
      error: {
        code: status,
        message,
        ...(reason === undefined ? {} : { errors: [{ message, domain: "global", reason }] }),
        status: STATUS_NAMES[status] ?? (status < 500 ? "FAILED_PRECONDITION" : "INTERNAL"),
      },
    },
  };
}

/** Lets a request through only with a token that this sandbox issued and that has not expired. */
export function withToken(context: SimContext, handler: SimHandler): SimHandler {
  return (request) => {
    const [scheme, token] = (request.headers.authorization ?? "").split(" ");
    if (scheme?.toLowerCase() !== "bearer" || token === undefined) {
      return googleError(401, "Request is missing required authentication credential. Expected OAuth 2 access token.", {
        reason: "required",
      });
    }
    if (!tokenHolds(token, context.now())) {
      return googleError(401, "Request had invalid authentication credentials. Expected OAuth 2 access token.", {
        reason: "authError",
      });
    }
    return handler(request);
  };
}
