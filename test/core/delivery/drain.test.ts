import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { backoffMs } from "../../../src/core/delivery/backoff.ts";
import { type DrainDeps, drain, MAX_TRIES, type OutboxItem } from "../../../src/core/delivery/drain.ts";
import { ConfigError, PermanentError, RetryableError } from "../../../src/core/errors.ts";

interface Row extends OutboxItem<string> {
  readonly dueAt: number;
  readonly parked: boolean;
}

/** An outbox in memory with the rules of the actor's table. `far` is the far side: it may refuse. */
function outbox(far: (item: OutboxItem<string>, box: Outbox) => void | Promise<void>) {
  const rows = new Map<string, Row>();
  const log: string[] = [];
  let now = 0;
  const box = {
    rows,
    log,
    ask(key: string, lane = "asana") {
      const known = rows.get(key);
      rows.set(key, {
        key,
        effect: key,
        lane,
        generation: (known?.generation ?? 0) + 1,
        attempts: 0,
        dueAt: now,
        parked: false,
      });
    },
    wait(ms: number) {
      now += ms;
    },
  };
  const change = (key: string, more: Partial<Row>) => {
    const row = rows.get(key);
    if (row !== undefined) rows.set(key, { ...row, ...more });
  };
  const deps: DrainDeps<string> = {
    due: () => [...rows.values()].filter((row) => !row.parked && row.dueAt <= now),
    begin: (item) => change(item.key, { attempts: item.attempts + 1 }),
    send: async (item) => {
      await far(item, box);
      log.push(item.key);
    },
    sent: (item) => {
      if (rows.get(item.key)?.generation === item.generation) rows.delete(item.key);
    },
    failed: (item, error, retryAt) => {
      log.push(`${item.key}!${error.code}${retryAt === null ? " parked" : ` ${retryAt - now}`}`);
      change(item.key, retryAt === null ? { parked: true } : { dueAt: retryAt });
    },
    now: () => now,
    listen: () => () => undefined,
    jitter: () => 1,
  };
  return { ...box, deps };
}

type Outbox = Pick<ReturnType<typeof outbox>, "rows" | "log" | "ask" | "wait">;

describe("a drain", () => {
  test("sends what is promised in order within a lane", async () => {
    const { deps, ask, log } = outbox(() => undefined);
    for (const key of ["a", "b", "c"]) ask(key);
    expect(await drain(deps)).toEqual({ sent: 3, failed: 0, parked: 0 });
    expect(log).toEqual(["a", "b", "c"]);
  });

  test("sends the second of a lane only after the first has ended", async () => {
    const first = Promise.withResolvers<void>();
    const { deps, ask, log } = outbox((item) => (item.key === "slow" ? first.promise : undefined));
    ask("slow");
    ask("next");
    const done = drain(deps);
    await Promise.resolve();
    expect(log).toEqual([]);
    first.resolve();
    await done;
    expect(log).toEqual(["slow", "next"]);
  });

  test("never lets one stuck lane delay another", async () => {
    const stuck = Promise.withResolvers<void>();
    const { deps, ask, log } = outbox((item) => (item.lane === "asana" ? stuck.promise : undefined));
    ask("comment", "asana");
    ask("row", "index");
    ask("message", "queue");
    const done = drain(deps);
    await new Promise((resolve) => setImmediate(resolve));
    expect(log).toEqual(["row", "message"]);
    stuck.resolve();
    await done;
  });

  test("ends as a whole when its rows cannot be written, and sends nothing beside the drain that follows", async () => {
    const slow = Promise.withResolvers<void>();
    let listening = 0;
    let full = true;
    const { deps, ask, log } = outbox((item) => (item.key === "slow" ? slow.promise : undefined));
    const rows: DrainDeps<string> = {
      ...deps,
      begin: (item) => {
        if (full && item.lane === "index") throw new Error("database or disk is full");
        deps.begin(item);
      },
      listen: () => {
        listening += 1;
        return () => {
          listening -= 1;
        };
      },
    };
    ask("slow", "asana");
    ask("behind", "asana");
    ask("row", "index");
    let ended = false;
    const done = drain(rows).finally(() => {
      ended = true;
    });
    const refused = expect(done).rejects.toThrow("disk is full");
    await new Promise((resolve) => setImmediate(resolve));
    expect(ended).toBe(false);
    slow.resolve();
    await refused;
    expect([listening, log]).toEqual([0, ["slow"]]);
    full = false;
    await drain(rows);
    expect(log).toEqual(["slow", "behind", "row"]);
  });

  test("goes on behind a row that failed, and tries that one again later", async () => {
    let down = true;
    const { deps, ask, log, wait } = outbox((item) => {
      if (item.key === "a" && down) throw new RetryableError("down", "Down.");
    });
    ask("a");
    ask("b");
    expect(await drain(deps)).toEqual({ sent: 1, failed: 1, parked: 0 });
    down = false;
    expect(await drain(deps)).toEqual({ sent: 0, failed: 0, parked: 0 });
    wait(1_000);
    await drain(deps);
    expect(log).toEqual(["a!down 1000", "b", "a"]);
  });

  test("waits at least as long as the far side asked", async () => {
    const { deps, ask, log } = outbox(() => {
      throw new RetryableError("rate", "Slow down.", 90_000);
    });
    ask("a");
    await drain(deps);
    expect(log).toEqual(["a!rate 90000"]);
  });

  test("parks at once what can never be sent, and does not touch it again", async () => {
    const { deps, ask, log, wait } = outbox(() => {
      throw new PermanentError("refused", "No.");
    });
    ask("a");
    expect(await drain(deps)).toEqual({ sent: 0, failed: 0, parked: 1 });
    wait(3_600_000);
    await drain(deps);
    expect(log).toEqual(["a!refused parked"]);
  });

  test("parks after a bounded number of tries, whatever the reason", async () => {
    const { deps, ask, log, wait } = outbox(() => {
      throw new ConfigError("no_token", "No token.");
    });
    ask("a");
    for (let times = 0; times < MAX_TRIES + 5; times += 1) {
      await drain(deps);
      wait(10 * 60_000);
    }
    expect(log).toHaveLength(MAX_TRIES);
    expect(log.filter((line) => line.endsWith("parked"))).toEqual(["a!no_token parked"]);
  });

  test("sends again what was asked for again while it was being sent", async () => {
    const { deps, ask, log, rows } = outbox((item, box) => {
      if (item.generation === 1) box.ask("a");
    });
    ask("a");
    expect(await drain(deps)).toEqual({ sent: 2, failed: 0, parked: 0 });
    expect(log).toEqual(["a", "a"]);
    expect(rows.size).toBe(0);
  });

  test("ends, although every sending asks for another", async () => {
    const { deps, ask, rows } = outbox((item, box) => box.ask(item.key));
    ask("a");
    const report = await drain(deps);
    expect(report.sent).toBeLessThan(1_000);
    expect(rows.size).toBe(1);
  });

  test("counts the try before anything leaves", async () => {
    const seen: number[] = [];
    const { deps, ask, rows } = outbox((item) => void seen.push(rows.get(item.key)?.attempts ?? -1));
    ask("a");
    await drain(deps);
    expect(seen).toEqual([1]);
  });
});

describe("a backoff", () => {
  const policy = { baseMs: 1_000, capMs: 300_000 };

  test("doubles up to its cap, half of it fixed and half drawn", () => {
    expect([1, 2, 3, 20].map((tries) => backoffMs(policy, tries, 0, null))).toEqual([500, 1_000, 2_000, 150_000]);
    expect([1, 2, 3, 20].map((tries) => backoffMs(policy, tries, 1, null))).toEqual([1_000, 2_000, 4_000, 300_000]);
  });

  test("is a day at most, whatever was asked: a year would be for ever, and more is no date", () => {
    const asked = [86_400_000, 365 * 86_400_000, 1e23, Number.POSITIVE_INFINITY];
    expect(asked.map((ms) => backoffMs(policy, 1, 0, ms))).toEqual(asked.map(() => 86_400_000));
  });

  test("is never shorter than what was asked, never negative, never above the cap unless asked", () => {
    fc.assert(
      fc.property(
        fc.nat(10_000),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.option(fc.nat(10_000_000)),
        (tries, jitter, asked) => {
          const wait = backoffMs(policy, tries, jitter, asked);
          expect(wait).toBeGreaterThanOrEqual(Math.max(asked ?? 0, 500));
          expect(wait).toBeLessThanOrEqual(Math.max(asked ?? 0, policy.capMs));
        },
      ),
    );
  });
});
