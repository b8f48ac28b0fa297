/** What the web edge is given by the platform, and the one place that reads it. */

/** Anything that answers a request: the assets binding or the service binding to the control plane. */
export interface Answerer {
  fetch(request: Request): Promise<Response>;
}

/** A Secrets Store binding in Cloudflare, a plain string locally. */
export type Secret = string | { get(): Promise<string> };

/** Bindings of `web/wrangler.jsonc`. */
export interface EdgeEnv {
  readonly ASSETS: Answerer;
  readonly CONTROL_PLANE: Answerer;
  readonly AGENCY_OS_INTERNAL_API_TOKEN?: Secret;
  readonly ENVIRONMENT?: string;
  readonly OFFICE_IP_RANGES?: string;
  readonly OPS_EMAILS?: string;
}

/** Whether the edge runs on a developer's own machine: only the exact word opens the local rules. */
export function isLocal(env: EdgeEnv): boolean {
  return env.ENVIRONMENT === "local";
}

/** Whether a member of staff is an operator: on a developer's own machine everybody, else who is listed; nobody unnamed. */
export function isOps(env: EdgeEnv, staff: string | null): boolean {
  if (isLocal(env)) return true;
  const listed = (env.OPS_EMAILS ?? "").toLowerCase().split(/[\s,]+/);
  return staff !== null && staff !== "" && listed.includes(staff.toLowerCase());
}

/**
 * The token the edge shows the control plane, or null when none is set.
 * While tokens rotate the setting holds several, separated by commas; the first is the one to send.
 */
export async function serviceToken(env: EdgeEnv): Promise<string | null> {
  const secret = env.AGENCY_OS_INTERNAL_API_TOKEN;
  if (secret === undefined) return null;
  const text = typeof secret === "string" ? secret : await secret.get();
  const first = text.split(",")[0]?.trim() ?? "";
  return first === "" ? null : first;
}
