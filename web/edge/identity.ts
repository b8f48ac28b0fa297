/** Who asks: the member of staff whom Cloudflare Access signed in, proven by its token and by nothing else. */
import { createRemoteJWKSet, customFetch, errors, jwtVerify } from "jose";
import type { Refusal } from "./refusal.ts";
import { type AccessSettings, accessSettings, type EdgeEnv, isLocal } from "./settings.ts";

/** The member of staff, or why nobody is let in. */
export type Identity = { readonly email: string } | { readonly refusal: Refusal };

/** Says who asks. `now` is in milliseconds since 1970. */
export type Identify = (request: Request, env: EdgeEnv, now: number) => Promise<Identity>;

/** Fetches the key set. */
export type KeyFetch = (url: string, init: RequestInit) => Promise<Response>;

type KeySet = ReturnType<typeof createRemoteJWKSet>;

const HEADER = "cf-access-jwt-assertion";
const COOKIE = "CF_Authorization";
/** Longer ones are not read: Access signs a few hundred bytes of claims. */
const MOST_TOKEN = 8192;
/** What the control plane takes as an address; a repaired one may be somebody else's. */
const EMAIL = /^(?=.{3,120}$)[\x21-\x3f\x41-\x7e]+@[\x21-\x3f\x41-\x7e]+$/;
/** Clocks of two data centres differ a little. */
const TOLERANCE_SECONDS = 10;

/** Causes that lie with the keys, not with the token: trying again can help. */
const KEYS_AWAY: readonly string[] = ["ERR_JOSE_GENERIC", "ERR_JWKS_TIMEOUT", "ERR_JWKS_INVALID"];

function refused(status: number, code: string, title: string, detail: string): Identity {
  return { refusal: { status, code, title, detail } };
}

const NOBODY = refused(
  401,
  "staff_identity_required",
  "Nobody is signed in",
  "The panel is for staff who signed in. Load the page again to sign in.",
);

function cookieOf(request: Request): string | null {
  for (const pair of (request.headers.get("cookie") ?? "").split(";")) {
    const [name = "", ...value] = pair.split("=");
    if (name.trim() === COOKIE) return value.join("=").trim();
  }
  return null;
}

/** Where Access puts its token. Both places can be forged, both are verified: a forged one counts as none. */
function tokensOf(request: Request): readonly string[] {
  const given = [request.headers.get(HEADER), cookieOf(request)];
  return given.flatMap((token) => (token === null || token === "" || token.length > MOST_TOKEN ? [] : [token]));
}

async function verified(token: string, keys: KeySet, access: AccessSettings, now: number): Promise<Identity> {
  try {
    const { payload } = await jwtVerify(token, keys, {
      issuer: access.issuer,
      audience: [...access.audiences],
      algorithms: ["RS256"],
      requiredClaims: ["exp"],
      currentDate: new Date(now),
      clockTolerance: TOLERANCE_SECONDS,
    });
    const { email } = payload;
    if (typeof email === "string" && EMAIL.test(email)) return { email };
    return refused(401, "staff_identity_unusable", "Not a member of staff", "This sign-in names no e-mail address.");
  } catch (thrown) {
    if (!(thrown instanceof errors.JOSEError) || KEYS_AWAY.includes(thrown.code)) {
      const detail = "The keys of Cloudflare Access cannot be read at the moment. Try again in a moment.";
      return refused(503, "identity_unavailable", "Who you are cannot be checked", detail);
    }
    if (thrown instanceof errors.JWTExpired)
      return refused(401, "staff_identity_expired", "Your sign-in has ended", "Load the page again to sign in.");
    return refused(401, "staff_identity_invalid", "Your sign-in is not valid", "Load the page again to sign in.");
  }
}

/**
 * A door that keeps Access's key set across requests, as long as this copy of the edge lives: fetched when first needed, again
 * after ten minutes, and when a token names a key it does not know, at most every half minute.
 */
export function staffDoor(fetchKeys: KeyFetch): Identify {
  const sets = new Map<string, KeySet>();
  const keysOf = (issuer: string): KeySet => {
    const kept = sets.get(issuer);
    if (kept !== undefined) return kept;
    const made = createRemoteJWKSet(new URL(`${issuer}/cdn-cgi/access/certs`), { [customFetch]: fetchKeys });
    sets.set(issuer, made);
    return made;
  };
  return async (request, env, now) => {
    if (isLocal(env)) return { email: env.DEV_STAFF_EMAIL?.trim() || "dev@localhost" };
    const access = accessSettings(env);
    if (access === null) {
      const detail = "ACCESS_TEAM_DOMAIN and ACCESS_AUD are not set, so nobody can be known. Nobody is let in.";
      return refused(503, "access_not_configured", "Sign-in is not set up", detail);
    }
    let answer = NOBODY;
    for (const token of tokensOf(request)) {
      answer = await verified(token, keysOf(access.issuer), access, now);
      if ("email" in answer) return answer;
    }
    return answer;
  };
}
