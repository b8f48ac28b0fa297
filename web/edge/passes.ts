/** Write passes: what a page of ours has and a page of another site cannot get, sent beside the Origin check. */
import { WRITE_PASS_HEADER } from "../../src/core/wire-tickets.ts";
import type { Refusal } from "./refusal.ts";
import { isSealed, seal } from "./seals.ts";

/** A working day is longer: the panel fetches a new one when this one has ended. */
const HOLDS_MS = 4 * 60 * 60_000;

/** A pass for this member of staff, from now on. */
export function writePass(token: string, email: string, now: number): Promise<string> {
  return seal(token, "write", [email], now + HOLDS_MS);
}

/** Why a write is refused; null when it carries a pass of whoever asks. */
export async function passRefusal(
  request: Request,
  token: string,
  email: string,
  now: number,
): Promise<Refusal | null> {
  if (await isSealed(request.headers.get(WRITE_PASS_HEADER), token, "write", [email], now)) return null;
  const detail = "This page's permission to change things has ended. Load it again. Nothing was changed.";
  return { status: 403, code: "write_pass_required", title: "Load the page again", detail };
}
