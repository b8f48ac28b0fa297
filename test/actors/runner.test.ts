import { beforeEach, describe, expect, test, vi } from "vitest";
import { PermanentError, RetryableError } from "../../src/core/errors.ts";
import { execute, type LeasingActor } from "../../src/runner/execute.ts";
import { MAX_INLINE } from "../../src/runner/journal.ts";
import { SETTINGS } from "../support/run-cases.ts";
import { enterWorld, giveTask, packageOf, type RunWorld, reportSteps } from "../support/run-world.ts";
import { freshTask, lineTo, poke, type RunStub, runnerDepsOf, say, settle, takeExecution, work } from "./hands.ts";

let world: RunWorld;
let task: string;
let stub: RunStub;

beforeEach(async () => {
  world = enterWorld();
  task = freshTask();
  giveTask(world, task);
  stub = await poke(world, task);
});

/** The line between runner and actor; it breaks at the `n`th call of a method, before or after the actor heard it. */
function breaking(method: keyof LeasingActor, n: number, heard: boolean): LeasingActor {
  let calls = 0;
  return lineTo(stub, async (name, call) => {
    calls += name === method ? 1 : 0;
    const broken = name === method && calls === n;
    if (broken && !heard) throw new Error("Network connection lost.");
    const answer = await call();
    if (broken) throw new Error("Network connection lost.");
    return answer;
  });
}

/** Carries out one message over a given line; the message may fail as a whole, as a killed process does. */
async function attemptOver(actor: LeasingActor): Promise<void> {
  await execute(
    takeExecution(world),
    runnerDepsOf(world, () => actor),
  ).catch(() => undefined);
  await settle(world, stub);
}

/** Lets time pass until the run asks for another attempt, and carries that out. */
async function recover(): Promise<void> {
  for (let times = 0; times < 10 && world.executions.length === 0; times += 1) {
    world.now += SETTINGS.leaseMs;
    await settle(world, stub);
  }
  if (world.executions.length > 0) await work(world);
}

const names = () => [...world.asana.files.values()].map((file) => file.name);
const status = async () => (await stub.view())?.status;

describe("a runner that loses the line to its actor", () => {
  const calls: readonly (readonly [keyof LeasingActor, number])[] = [
    ["acquire", 1],
    ["beginStep", 2],
    ["commitStep", 1],
    ["commitStep", 2],
    ["commitStep", 3],
    ["commitStep", 4],
    ["commitStep", 5],
    ["commitStep", 6],
    ["intendEffect", 1],
    ["intendEffect", 2],
    ["commitEffect", 1],
    ["commitEffect", 2],
    ["finish", 1],
  ];
  const cases = calls.flatMap(([method, n]) => [[method, n, true] as const, [method, n, false] as const]);

  test.each(cases)(
    "at %s number %i (heard: %s) still ends with one report, attached once",
    async (method, n, heard) => {
      await attemptOver(breaking(method, n, heard));
      await recover();
      expect(await status()).toBe("review_ready");
      expect(names()).toEqual(["report-v1.html", "evidence-v1.json"]);
      const view = await stub.view();
      expect(view?.artifacts).toHaveLength(1);
      // A step is done twice at most: when its result was never recorded.
      const twice = world.worked.filter((key, index) => world.worked.indexOf(key) !== index);
      expect(twice.length).toBeLessThanOrEqual(method === "commitStep" && !heard ? 1 : 0);
    },
  );
});

describe("a step", () => {
  test("is not done again when it was recorded", async () => {
    let failing = true;
    world.perform = async (ctx) => {
      const result = await reportSteps(ctx, world.worked);
      if (failing) throw new RetryableError("down", "Down.");
      return result;
    };
    await work(world);
    failing = false;
    await recover();
    expect(world.worked).toEqual(["gather.search", "gather.traffic", "narrate"]);
    expect(await status()).toBe("review_ready");
  });

  test("is done afresh for another round", async () => {
    await work(world);
    world.now += 60_000;
    await say(world, task, "Please add a chart.");
    await work(world);
    expect(world.worked).toHaveLength(6);
  });

  test.each([
    ["below", MAX_INLINE - 100, 0],
    ["above", MAX_INLINE + 1, 1],
  ])(
    "with a result %s 64 KiB is kept in the journal or in R2, and read back the same",
    async (_where, size, stored) => {
      const read: string[] = [];
      let failing = true;
      world.perform = async (ctx) => {
        read.push(await ctx.step("gather.big", "Big", async () => "x".repeat(size)));
        if (failing) throw new RetryableError("down", "Down.");
        return packageOf(ctx, "<p>small");
      };
      await work(world);
      expect(world.results.size).toBe(stored);
      failing = false;
      await recover();
      expect(read).toEqual(["x".repeat(size), "x".repeat(size)]);
    },
  );

  test("whose stored result was changed or lost is done again instead of going on with it", async () => {
    let failing = true;
    world.perform = async (ctx) => {
      const big = await ctx.step("gather.big", "Big", async () => {
        world.worked.push("big");
        return "x".repeat(MAX_INLINE + 1);
      });
      expect(big).toHaveLength(MAX_INLINE + 1);
      if (failing) throw new RetryableError("down", "Down.");
      return packageOf(ctx, "<p>small");
    };
    await work(world);
    failing = false;
    for (const key of world.results.keys()) world.results.set(key, "tampered");
    await recover();
    expect(world.worked).toEqual(["big", "big"]);
    expect(await status()).toBe("review_ready");
  });

  test("without a result is recorded as such", async () => {
    const read: unknown[] = [];
    world.perform = async (ctx) => {
      read.push(await ctx.step("compute.nothing", "Nothing", async () => undefined));
      return packageOf(ctx, "<p>");
    };
    await work(world);
    expect(read).toEqual([null]);
  });

  test("that takes long is kept alive by heartbeats", async () => {
    vi.useFakeTimers();
    try {
      const gate = Promise.withResolvers<void>();
      world.perform = async (ctx) => {
        await ctx.step("compute.long", "Long", () => gate.promise);
        return packageOf(ctx, "<p>");
      };
      const done = execute(takeExecution(world), runnerDepsOf(world));
      for (let times = 0; times < 12; times += 1) {
        world.now += SETTINGS.leaseMs / 3;
        await vi.advanceTimersByTimeAsync(SETTINGS.leaseMs / 3);
        await stub.view();
        await settle(world, stub);
      }
      gate.resolve();
      await done;
    } finally {
      vi.useRealTimers();
    }
    await settle(world, stub);
    expect(await stub.view()).toMatchObject({ status: "review_ready", attempts: [{ outcome: "finished" }] });
  });
});

describe("an attachment", () => {
  test("whose answer was lost is found and not attached again", async () => {
    const lost = new RetryableError("asana_timeout", "Asana took longer than 30 s.");
    world.asana.faults.fail("attach", lost, { performed: true });
    await work(world);
    await recover();
    expect(names()).toEqual(["report-v1.html", "evidence-v1.json"]);
    expect(await status()).toBe("review_ready");
  });

  test("that Asana stored with other bytes fails the run by name", async () => {
    const { download } = world.asana;
    Object.assign(world.asana, {
      download: async (gid: string) => {
        const bytes = await download(gid);
        return bytes === null ? null : bytes.map((byte) => byte ^ 1);
      },
    });
    await work(world);
    expect(await stub.view()).toMatchObject({ status: "failed", cause: { code: "attachment_differs" } });
  });

  test("of a version that is begun anew gets a name of its own beside the one that lies there", async () => {
    world.asana.faults.fail("download", new PermanentError("asana_bad_request", "No."));
    const stub = await poke(world, task);
    await work(world);
    expect(await stub.restart("fetch", "Tom", "other data")).toMatchObject({ ok: true });
    await settle(world, stub);
    await work(world);
    expect((await stub.view())?.status).toBe("review_ready");
    const names = (await world.asana.attachments(task)).map((file) => file.name);
    expect(names).toEqual(["report-v1.html", "evidence-v1.json", "report-v1-2.html", "evidence-v1-2.json"]);
  });

  test("that somebody deleted before the check is attached again", async () => {
    const { download } = world.asana;
    let asked = 0;
    Object.assign(world.asana, {
      download: async (gid: string) => {
        if (asked++ > 0) return download(gid);
        world.asana.removeAttachment(gid);
        return null;
      },
    });
    await work(world);
    expect(await status()).toBe("review_ready");
    expect(names().toSorted()).toEqual(["evidence-v1.json", "report-v1.html"]);
  });

  test("that is not there yet is waited for", async () => {
    const { download } = world.asana;
    let asked = 0;
    Object.assign(world.asana, { download: async (gid: string) => (asked++ === 0 ? null : download(gid)) });
    await work(world);
    expect((await stub.view())?.waitingOn?.kind).toBe("retry");
    await recover();
    expect(await status()).toBe("review_ready");
  });

  test("whose stored bytes are gone fails the run by name", async () => {
    world.asana.faults.fail("attach", new RetryableError("down", "Down."));
    await work(world);
    world.objects.clear();
    await recover();
    expect(await stub.view()).toMatchObject({ status: "failed", cause: { code: "artifact_missing" } });
  });
});
