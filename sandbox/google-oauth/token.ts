/** Access tokens that carry their own expiry and signature, so that the APIs can check them without shared state. */
import { createHmac, timingSafeEqual } from "node:crypto";
import { SANDBOX_CREDENTIALS } from "../seed.ts";

const START = "ya29.sandbox";

/** Mints a token that is good until `expiresAt`. */
export function mintToken(expiresAt: Date): string {
  const payload = `${START}.${expiresAt.getTime().toString(36)}`;
  return `${payload}.${sign(payload)}`;
}

/** True when this sandbox minted the token and it has not expired. */
export function tokenHolds(token: string, now: Date): boolean {
  const cut = token.lastIndexOf(".");
  const payload = token.slice(0, Math.max(0, cut));
  const given = Buffer.from(token.slice(cut + 1));
  const expected = Buffer.from(sign(payload));
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return false;
  if (!payload.startsWith(`${START}.`)) return false;
  return Number.parseInt(payload.slice(START.length + 1), 36) > now.getTime();
}

function sign(payload: string): string {
  const key = SANDBOX_CREDENTIALS.AGENCY_OS_GOOGLE_OAUTH_CLIENT_SECRET;
  return createHmac("sha256", key).update(payload).digest("base64url");
}
