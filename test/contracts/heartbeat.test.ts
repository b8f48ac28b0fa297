import { beforeEach, expect, test } from "vitest";
import type { FailureRecord } from "../../src/core/errors.ts";
import { PATIENCE_MS } from "../../src/lib/http.ts";
import { MOST_STILL_MS, Progress, startHeartbeat } from "../../src/runner/heartbeat.ts";
import type { Told } from "../../src/runner/lease.ts";

const LEASE = { epoch: 3, leaseMs: 30_000 };

let now: number;
let told: string[];
let answer: () => Promise<Told<null>>;
let ring: (() => void) | null;
let progress: Progress;
let stop: () => void;

const ACTOR = {
  heartbeat: (epoch: number) => {
    told.push(`renew ${epoch}`);
    return answer();
  },
  fail: (epoch: number, { kind, code }: FailureRecord) => {
    told.push(`fail ${epoch} ${kind} ${code}`);
    return answer();
  },
};

beforeEach(() => {
  now = 1_000_000;
  told = [];
  answer = async () => ({ ok: true, value: null });
  progress = new Progress(() => now);
  const every = (ms: number, work: () => void) => {
    expect(ms).toBe(LEASE.leaseMs / 3);
    ring = work;
    return () => {
      ring = null;
    };
  };
  stop = startHeartbeat(ACTOR, LEASE, every, progress);
});

/** So much time goes by, a third of a lease at a time. */
async function pass(ms: number): Promise<void> {
  for (const end = now + ms; now < end; ) {
    now += LEASE.leaseMs / 3;
    ring?.();
    await Promise.resolve();
    await Promise.resolve();
  }
}

test("a lease is renewed as long as the attempt gets on, however long that takes", async () => {
  for (let steps = 0; steps < 20; steps += 1) {
    await pass(MOST_STILL_MS - LEASE.leaseMs);
    progress.made();
  }
  expect(told.length).toBeGreaterThan(400);
  expect(new Set(told)).toEqual(new Set(["renew 3"]));
});

test("an attempt that waits for an answer that never comes is given up after five minutes, and the run hears why", async () => {
  await pass(60 * 60_000);
  const renewals = MOST_STILL_MS / (LEASE.leaseMs / 3) - 1;
  expect(told).toEqual([...Array.from({ length: renewals }, () => "renew 3"), "fail 3 retryable stands_still"]);
});

test("a line that is broken in that moment leaves the lease to run out by itself", async () => {
  answer = () => Promise.reject(new Error("Network connection lost."));
  await pass(MOST_STILL_MS + 2 * LEASE.leaseMs);
  expect(told.at(-1)).toBe("fail 3 retryable stands_still");
  expect(ring).toBeNull();
});

test("nothing is renewed after a refusal, nor after the end of the attempt", async () => {
  answer = async () => ({ ok: false, refusal: { detail: "The lease is over." } });
  await pass(LEASE.leaseMs);
  expect(told).toEqual(["renew 3"]);
  stop();
  expect(ring).toBeNull();
});

test("whatever is asked of an upstream is given up long before", () => {
  expect(Math.max(...Object.values(PATIENCE_MS))).toBeLessThan(MOST_STILL_MS / 2);
});
