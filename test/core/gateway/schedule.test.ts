import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Bucket, levelAfterStart } from "../../../src/core/gateway/bucket.ts";
import { ASANA_LIMITS, type GatewayLimits, Schedule, type Ticket } from "../../../src/core/gateway/schedule.ts";

const LIMITS: GatewayLimits = { ...ASANA_LIMITS, perMinute: 120, reads: 4, writes: 2, waiting: 60, waitingOfOne: 20 };

interface Call extends Ticket {
  readonly n: number;
}

/** A scheduler in a world of its own: calls arrive, take their time and end; everything is noted. */
function world(limits: GatewayLimits = LIMITS) {
  const schedule = new Schedule<Call>(limits, new Bucket(limits, 0));
  const starts: { readonly call: Call; readonly at: number }[] = [];
  const ends: { readonly call: Call; readonly at: number }[] = [];
  const turned: Call[] = [];
  const out = new Map<Call, number>();
  let now = 0;
  let n = 0;
  const begin = (takes: (call: Call) => number) => {
    for (const { ticket } of schedule.expired(now)) turned.push(ticket);
    for (let call = schedule.next(now); call !== null; call = schedule.next(now)) {
      starts.push({ call, at: now });
      out.set(call, now + takes(call));
    }
  };
  return {
    schedule,
    starts,
    ends,
    turned,
    out,
    offer(ticket: Ticket) {
      n += 1;
      const call = { ...ticket, n };
      const refusal = schedule.offer(call, now);
      if (refusal !== null) turned.push(call);
      return refusal;
    },
    /** Time passes in small steps; what is over makes room. */
    pass(ms: number, takes: (call: Call) => number = () => 100) {
      for (const until = now + ms; ; now += 10) {
        for (const [call, over] of [...out])
          if (over <= now) {
            out.delete(call);
            ends.push({ call, at: now });
            schedule.done(call);
          }
        begin(takes);
        if (now >= until) return;
      }
    },
  };
}

const read = (client: string, lane: string | null = null): Ticket => ({ kind: "read", client, lane });
const write = (client: string, lane: string | null): Ticket => ({ kind: "write", client, lane });

const arrival = fc.record({
  kind: fc.constantFrom("read" as const, "write" as const),
  client: fc.constantFrom("a", "b", "c", "d"),
  lane: fc.constantFrom("1", "2", null),
  gap: fc.integer({ min: 0, max: 900 }),
  takes: fc.integer({ min: 10, max: 3_000 }),
});

describe("whatever arrives whenever", () => {
  test("no sixty seconds see more calls than the limit, no moment more than may be under way", () => {
    fc.assert(
      fc.property(fc.array(arrival, { maxLength: 250 }), (arrivals) => {
        const here = world();
        const took = new Map<number, number>();
        for (const [index, one] of arrivals.entries()) {
          took.set(index + 1, one.takes);
          here.offer(one);
          here.pass(Math.floor(one.gap / 10) * 10, (call) => took.get(call.n) ?? 10);
          const kinds = [...here.out.keys()].map((call) => call.kind);
          expect(kinds.filter((kind) => kind === "read").length).toBeLessThanOrEqual(LIMITS.reads);
          expect(kinds.filter((kind) => kind === "write").length).toBeLessThanOrEqual(LIMITS.writes);
        }
        for (const { at } of here.starts)
          expect(here.starts.filter((one) => one.at >= at && one.at < at + 60_000).length).toBeLessThanOrEqual(120);
      }),
      { numRuns: 60 },
    );
  });

  test("every call leaves or is turned away, once, and nothing is kept of it", () => {
    fc.assert(
      fc.property(fc.array(arrival, { maxLength: 120 }), (arrivals) => {
        const here = world();
        for (const one of arrivals) {
          here.offer(one);
          here.pass(Math.floor(one.gap / 10) * 10);
        }
        here.pass(40_000);
        const seen = [...here.starts.map(({ call }) => call.n), ...here.turned.map((call) => call.n)];
        expect(seen.toSorted((a, b) => a - b)).toEqual(arrivals.map((_, index) => index + 1));
        expect([here.schedule.waiting, here.schedule.underWay, here.schedule.wakeAt(99_999)]).toEqual([0, 0, null]);
      }),
      { numRuns: 60 },
    );
  });

  test("writes of one task leave in the order they came, each after the one before it ended", () => {
    fc.assert(
      fc.property(fc.array(arrival, { maxLength: 150 }), (arrivals) => {
        const here = world({ ...LIMITS, perMinute: 6_000 });
        for (const one of arrivals) {
          here.offer(one);
          here.pass(Math.floor(one.gap / 10) * 10, (call) => 10 + ((call.n * 370) % 2_000));
        }
        here.pass(40_000);
        for (const lane of ["1", "2"]) {
          const own = here.starts.filter(({ call }) => call.kind === "write" && call.lane === lane);
          expect(own.map(({ call }) => call.n)).toEqual(own.map(({ call }) => call.n).toSorted((a, b) => a - b));
          for (const [index, { call, at }] of own.entries()) {
            const before = own[index - 1];
            if (before === undefined) continue;
            const ended = here.ends.find((one) => one.call === before.call)?.at ?? Number.POSITIVE_INFINITY;
            expect([call.n, at >= ended]).toEqual([call.n, true]);
          }
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe("a look at a task", () => {
  test("comes after every write to it that came before, and waits for none that came later", () => {
    const here = world();
    here.offer(write("a", "1"));
    here.offer(write("a", "1"));
    here.offer(read("b", "1"));
    here.offer(write("a", "1"));
    here.offer(read("b", "2"));
    here.pass(5_000, ({ n }) => (n === 4 ? 60_000 : 100));
    const at = (n: number) => here.starts.find(({ call }) => call.n === n)?.at ?? Number.POSITIVE_INFINITY;
    const over = (n: number) => here.ends.find(({ call }) => call.n === n)?.at ?? Number.POSITIVE_INFINITY;
    expect(at(5)).toBe(0);
    expect(at(3)).toBeGreaterThanOrEqual(over(2));
    expect(over(3)).toBeLessThan(5_000);
  });

  test("is turned away when a write takes longer than it may wait", () => {
    const here = world();
    here.offer(write("a", "1"));
    here.pass(0, () => 60_000);
    here.offer(read("a", "1"));
    here.pass(LIMITS.longestWaitMs + 10, () => 60_000);
    expect(here.turned.map(({ n }) => n)).toEqual([2]);
    expect([here.schedule.waiting, here.schedule.underWay]).toEqual([0, 1]);
  });

  test("finds whatever arrives whenever all earlier writes over", () => {
    fc.assert(
      fc.property(fc.array(arrival, { maxLength: 120 }), (arrivals) => {
        const here = world({ ...LIMITS, perMinute: 6_000 });
        for (const one of arrivals) {
          here.offer(one);
          here.pass(Math.floor(one.gap / 10) * 10, (call) => 10 + ((call.n * 370) % 2_000));
        }
        here.pass(40_000);
        const ended = new Map(here.ends.map(({ call, at }) => [call.n, at]));
        const writes = here.starts.filter(({ call }) => call.kind === "write");
        for (const { call, at } of here.starts.filter(({ call }) => call.kind === "read" && call.lane !== null))
          for (const { call: write } of writes)
            if (write.lane === call.lane && write.n < call.n)
              expect([call.n, write.n, (ended.get(write.n) ?? Number.POSITIVE_INFINITY) <= at]).toEqual([
                call.n,
                write.n,
                true,
              ]);
      }),
      { numRuns: 60 },
    );
  });
});

describe("fairness", () => {
  test("a client that comes late to a flood of others leaves within one round of turns", () => {
    const here = world({ ...LIMITS, reads: 1 });
    for (let n = 0; n < 19; n += 1) for (const client of ["a", "b"]) here.offer(read(client));
    here.pass(0);
    here.offer(read("late"));
    here.pass(500);
    const rank = here.starts.findIndex(({ call }) => call.client === "late");
    expect(rank).toBeGreaterThan(0);
    expect(rank).toBeLessThanOrEqual(3);
  });

  test("turns go round: with four clients waiting, every four calls are of four clients", () => {
    const here = world({ ...LIMITS, reads: 1 });
    for (const client of ["a", "a", "a", "b", "c", "c", "c", "d", "d", "b", "d", "b"]) here.offer(read(client));
    here.pass(1_300);
    for (const from of [0, 4, 8])
      expect(new Set(here.starts.slice(from, from + 4).map(({ call }) => call.client)).size).toBe(4);
  });

  test("writes that wait for their task do not hold up the reads of the same client", () => {
    const here = world();
    here.offer(write("a", "1"));
    here.offer(write("a", "1"));
    here.offer(read("a"));
    here.pass(0);
    expect(here.starts.map(({ call }) => call.n)).toEqual([1, 3]);
  });

  test("the order of a task holds across clients: a run that learned its client does not overtake itself", () => {
    const here = world();
    here.offer(write("task", "1"));
    here.offer(write("task", "1"));
    here.offer(write("unit", "1"));
    here.pass(1_000);
    expect(here.starts.map(({ call }) => call.n)).toEqual([1, 2, 3]);
  });
});

describe("a pause asked for by the far side", () => {
  test("holds everybody, and those who cannot wait so long are turned away with the time that is left", () => {
    const here = world();
    here.schedule.pause(4_000);
    expect(here.offer(read("a"))).toBeNull();
    here.pass(3_990);
    expect(here.starts).toEqual([]);
    here.pass(10);
    expect(here.starts).toHaveLength(1);
    here.schedule.pause(34_000);
    expect(here.offer(read("a"))).toEqual({ reason: "paused", retryAfterMs: 30_000 });
  });

  test("an earlier end does not shorten a longer pause", () => {
    const here = world();
    here.schedule.pause(5_000);
    here.schedule.pause(1_000);
    here.offer(read("a"));
    here.pass(4_000);
    expect(here.starts).toEqual([]);
    expect(here.schedule.wakeAt(4_000)).toBe(5_000);
  });
});

describe("the queue is bounded", () => {
  test("a client that asks for too much is turned away while others still get in", () => {
    const here = world();
    for (let n = 0; n < 20; n += 1) expect(here.offer(read("a"))).toBeNull();
    expect(here.offer(read("a"))).toEqual({ reason: "full", retryAfterMs: 10_000 });
    expect(here.offer(read("b"))).toBeNull();
    for (let n = 0; n < 19; n += 1) here.offer(read("b"));
    for (let n = 0; n < 20; n += 1) here.offer(read("c"));
    expect(here.offer(read("d"))).toMatchObject({ reason: "full" });
  });

  test("a call that waited ten seconds is turned away, and the next write of its task may go", () => {
    const here = world();
    for (const lane of ["1", "1", "2"]) here.offer(write("a", lane));
    here.pass(9_990, () => 15_000);
    expect(here.turned).toEqual([]);
    here.pass(10, () => 15_000);
    expect(here.turned.map((call) => call.n)).toEqual([2]);
    here.offer(write("a", "1"));
    here.pass(6_000);
    expect(here.starts.map(({ call }) => call.n)).toEqual([1, 3, 4]);
  });

  test("nothing looks at the clock more often than something can happen", () => {
    const here = world({ ...LIMITS, reads: 1 });
    here.offer(read("a"));
    here.offer(read("a"));
    here.pass(0, () => 60_000);
    expect(here.schedule.wakeAt(0)).toBe(10_000);
  });
});

describe("after a start that lost its memory", () => {
  const limit = { perMinute: 1_500 };

  test("half of the burst may leave when nothing was scarce", () => {
    expect(levelAfterStart(limit, null, 1_000)).toBe(187.5);
    expect(levelAfterStart(limit, 0, 60_000)).toBe(187.5);
  });

  test("nothing may leave while the last note says that calls were scarce", () => {
    expect(levelAfterStart(limit, 2_000, 1_500)).toBe(0);
    expect(levelAfterStart(limit, 2_000, 3_000)).toBeCloseTo(18.75);
  });

  test("a bucket that is not full fills by the rate, and says when the next call may leave", () => {
    const bucket = new Bucket(limit, 0, 0);
    expect([bucket.take(0), bucket.readyAt(0), bucket.isLow(0)]).toEqual([false, 54, true]);
    expect([bucket.take(54), bucket.isLow(60_000), bucket.readyAt(60_000)]).toEqual([true, false, 60_000]);
  });
});
