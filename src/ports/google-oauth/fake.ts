/** Tokens in memory: the first call and every fresh one make a new token. */
import { ConfigError } from "../../core/errors.ts";
import { type FaultScript, faultScript } from "../fault-script.ts";
import type { GoogleOAuthPort } from "./port.ts";

export interface FakeGoogleOAuth extends GoogleOAuthPort {
  readonly faults: FaultScript<"accessToken">;
  /** From now on the refresh token is refused, as after a disconnect. */
  revoke(): void;
}

const LIFE_MS = 3_600_000;
const SPARE_MS = 60_000;

/** A fake whose tokens live an hour of the given clock, `fake-token-1` and on. */
export function fakeGoogleOAuth(script: { readonly now?: () => Date } = {}): FakeGoogleOAuth {
  const now = script.now ?? (() => new Date("2026-11-02T09:00:00.000Z"));
  const faults = faultScript<"accessToken">();
  let issued = 0;
  let goodUntil = 0;
  let revoked = false;
  return {
    faults,
    revoke: () => {
      revoked = true;
    },
    accessToken: (how) =>
      faults.run("accessToken", [how], () => {
        const time = now().getTime();
        if (how?.fresh === true || time >= goodUntil) {
          if (revoked) throw new ConfigError("google_oauth_revoked", "Google OAuth: the refresh token was revoked.");
          issued += 1;
          goodUntil = time + LIFE_MS - SPARE_MS;
        }
        return `fake-token-${issued}`;
      }),
  };
}
