/** What every Asana watch port does, whoever is behind it. */
import { beforeEach, describe, expect, it } from "vitest";
import type { AsanaWatchPort } from "../../src/ports/asana/port.ts";
import { failureOf } from "./support/faults.ts";

export interface WatchWorld {
  readonly port: AsanaWatchPort;
  readonly projectGid: string;
  readonly otherProjectGid: string;
  /** An address that echoes the handshake, or one that does not. */
  target(answers: boolean): string;
  /** Somebody comments on a task of the project; answers the gid of the task. */
  comment(): Promise<string>;
  /** Asana forgets all tokens it gave. */
  loseTokens(): Promise<void>;
}

const NO_SUCH = "4040404040404040";

/** Runs the contract on worlds that `open` gives; each test has a fresh one. */
export function asanaWatchContract(name: string, open: () => Promise<WatchWorld>): void {
  describe(`Asana watch port, ${name}`, () => {
    let world: WatchWorld;
    beforeEach(async () => {
      world = await open();
    });

    it("a webhook whose target answers is listed for its project alone, until it is deleted", async () => {
      const { port, projectGid, otherProjectGid } = world;
      const target = world.target(true);
      const made = await port.createWebhook(projectGid, target);
      expect(made).toMatchObject({ target, active: true, retryCount: 0, lastFailureAt: null, deletionAt: null });
      expect((await port.webhooks(projectGid)).map(({ gid, target: to }) => [gid, to])).toEqual([[made.gid, target]]);
      expect(await port.webhooks(otherProjectGid)).toEqual([]);
      expect(await port.deleteWebhook(made.gid)).toBe("deleted");
      expect(await port.webhooks(projectGid)).toEqual([]);
      expect(await port.deleteWebhook(made.gid)).toBe("gone");
    });

    it("a webhook whose target does not echo the handshake is not made", async () => {
      const failure = await failureOf(world.port.createWebhook(world.projectGid, world.target(false)));
      expect(failure).toMatchObject({ name: "PermanentError", code: "asana_bad_request" });
      expect(await world.port.webhooks(world.projectGid)).toEqual([]);
    });

    it("a project that does not exist is a named failure", async () => {
      const wrong = { name: "PermanentError", code: "asana_not_found" };
      expect(await failureOf(world.port.webhooks(NO_SUCH))).toMatchObject(wrong);
      expect(await failureOf(world.port.events(NO_SUCH, null))).toMatchObject(wrong);
      expect(await failureOf(world.port.events("../users", null))).toMatchObject({ code: "asana_bad_gid" });
    });

    it("the stream begins with a token, tells what came after it, and tells it again for the same token", async () => {
      const { port, projectGid, otherProjectGid } = world;
      const first = await port.events(projectGid, null);
      expect(first.kind).toBe("stale");
      const other = await port.events(otherProjectGid, null);
      const task = await world.comment();
      for (const _ of [1, 2]) {
        const page = await port.events(projectGid, first.sync);
        if (page.kind === "stale") throw new Error("The token is fresh.");
        expect(page.hasMore).toBe(false);
        expect(page.events).toContainEqual(
          expect.objectContaining({
            action: "added",
            resource: expect.objectContaining({ resource_type: "story", resource_subtype: "comment_added" }),
            parent: expect.objectContaining({ gid: task, resource_type: "task" }),
          }),
        );
        expect(await port.events(projectGid, page.sync)).toMatchObject({ kind: "page", events: [] });
      }
      expect(await port.events(otherProjectGid, other.sync)).toMatchObject({ kind: "page", events: [] });
    });

    it("more than a hundred events come over several pages, each once", async () => {
      const { port, projectGid } = world;
      let { sync } = await port.events(projectGid, null);
      for (let n = 0; n < 130; n += 1) await world.comment();
      const seen: string[] = [];
      for (let more = true; more; ) {
        const page = await port.events(projectGid, sync);
        if (page.kind === "stale") throw new Error("The token is fresh.");
        expect(page.events.length).toBeLessThanOrEqual(100);
        seen.push(
          ...page.events.filter((one) => one.resource.resource_type === "story").map((one) => one.resource.gid),
        );
        sync = page.sync;
        more = page.hasMore;
      }
      expect([seen.length, new Set(seen).size]).toEqual([130, 130]);
    });

    it("a lost token is answered with a new one that works", async () => {
      const { port, projectGid } = world;
      const { sync } = await port.events(projectGid, null);
      await world.loseTokens();
      const lost = await port.events(projectGid, sync);
      expect(lost.kind).toBe("stale");
      expect(await port.events(projectGid, lost.sync)).toMatchObject({ kind: "page", events: [] });
      expect((await port.events(projectGid, "nonsense")).kind).toBe("stale");
    });
  });
}
