/** What every source of Google access tokens does. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { GoogleOAuthPort } from "../../src/ports/google-oauth/port.ts";
import { expectedOf, type FaultKind, failureOf, portFor } from "./support/faults.ts";

export interface OAuthWorld {
  readonly port: GoogleOAuthPort;
  readonly impatient: GoogleOAuthPort;
  /** Moves the clock of both sides. */
  pass(seconds: number): void;
  revoke(): Promise<void>;
  fault(kind: FaultKind): Promise<void>;
  calm(): Promise<void>;
}

/** Runs the contract on worlds that `open` gives; each test has a fresh one. */
export function googleOAuthContract(name: string, open: () => Promise<OAuthWorld>): void {
  describe(`Google OAuth port, ${name}`, () => {
    let world: OAuthWorld;
    beforeEach(async () => {
      world = await open();
    });
    afterEach(() => world.calm());

    it("gives one token for as long as at least a minute of it is left", async () => {
      const first = await world.port.accessToken();
      expect(first).not.toBe("");
      world.pass(3_500);
      expect(await world.port.accessToken()).toBe(first);
      world.pass(50);
      expect(await world.port.accessToken()).not.toBe(first);
    });

    it("a fresh token is a new one, and the one that is kept from then on", async () => {
      const first = await world.port.accessToken();
      world.pass(1);
      const second = await world.port.accessToken({ fresh: true });
      expect(second).not.toBe(first);
      expect(await world.port.accessToken()).toBe(second);
    });

    it("a revoked connection is for a person to mend", async () => {
      await world.revoke();
      expect(await failureOf(world.port.accessToken())).toMatchObject({
        name: "ConfigError",
        code: "google_oauth_revoked",
      });
    });

    it.each(["rate_limited", "server_error", "timeout", "truncated"] as const)(
      "%s is worth another try later",
      async (kind) => {
        await world.fault(kind);
        expect(await failureOf(portFor(world, kind).accessToken())).toMatchObject(expectedOf("google_oauth", kind));
        await world.calm();
        expect(await world.port.accessToken()).not.toBe("");
      },
    );
  });
}
