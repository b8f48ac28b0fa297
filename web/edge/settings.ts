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
  /** Whose Cloudflare Access signs staff in, e.g. `agency.cloudflareaccess.com`. */
  readonly ACCESS_TEAM_DOMAIN?: string;
  /** Audience tag of the Access application; several separated by commas while one replaces another. */
  readonly ACCESS_AUD?: string;
  /** Who one is on one's own machine; read there alone. */
  readonly DEV_STAFF_EMAIL?: string;
}

/** Whether the edge runs on a developer's own machine: only the exact word opens the local rules. */
export function isLocal(env: EdgeEnv): boolean {
  return env.ENVIRONMENT === "local";
}

/** Cloudflare Access, as far as a token is checked against it. */
export interface AccessSettings {
  /** Origin of the team's domain: the issuer of every token, and where its keys are. */
  readonly issuer: string;
  readonly audiences: readonly string[];
}

/** The settings of Access, or null while they do not name a team domain and an application. */
export function accessSettings(env: EdgeEnv): AccessSettings | null {
  const domain = (env.ACCESS_TEAM_DOMAIN ?? "")
    .trim()
    .toLowerCase()
    .replace(/^https:\/\//, "")
    .replace(/\/+$/, "");
  const audiences = (env.ACCESS_AUD ?? "").split(/[\s,]+/).filter((text) => text !== "");
  if (!/^[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(domain) || audiences.length === 0) return null;
  return { issuer: `https://${domain}`, audiences };
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
