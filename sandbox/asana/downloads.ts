/** Short-lived download addresses: the file's gid and expiry, signed with the world's key; nothing is stored. */
import { createHmac, timingSafeEqual } from "node:crypto";
import type { World } from "./world.ts";

/** Asana says that a download address "may only be valid for two minutes". */
const LIFETIME_MS = 120_000;

/** Path prefix of download addresses, outside the API. */
export const DOWNLOAD_PREFIX = "/asana/download/";

/** A fresh address (path only) of a stored file. */
export function downloadPath(world: World, gid: string): string {
  const claim = `${gid}.${world.context.now().getTime() + LIFETIME_MS}`;
  return `${DOWNLOAD_PREFIX}${claim}.${signature(world, claim)}`;
}

/** The gid a token opens, or why it opens nothing. */
export function readToken(world: World, token: string): { readonly gid: string } | "invalid" | "expired" {
  const [gid = "", expires = "", given = ""] = token.split(".");
  const expected = Buffer.from(signature(world, `${gid}.${expires}`));
  const actual = Buffer.from(given);
  if (expected.length !== actual.length || !timingSafeEqual(expected, actual)) return "invalid";
  return Number(expires) <= world.context.now().getTime() ? "expired" : { gid };
}

function signature(world: World, claim: string): string {
  return createHmac("sha256", world.key).update(claim).digest("hex");
}
