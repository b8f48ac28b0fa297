import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { SharedWrites } from "../../src/lib/shared-writes.ts";

interface Desk {
  readonly writes: SharedWrites<string>;
  /** Every write so far, with the hands to end it. */
  readonly flights: { readonly items: readonly string[]; end(): void; fail(error: Error): void }[];
  add(...items: string[]): Promise<"written" | string>;
}

const PATIENCE_MS = 1_000;

function desk(limits: { readonly maxItems?: number; readonly maxBytes?: number } = {}): Desk {
  const flights: Desk["flights"] = [];
  const writes = new SharedWrites<string>({
    maxItems: limits.maxItems ?? 100,
    maxBytes: limits.maxBytes ?? 1_000,
    sizeOf: (item) => item.length,
    patienceMs: PATIENCE_MS,
    write: (items) =>
      new Promise((resolve, reject) => {
        flights.push({ items, end: resolve, fail: reject });
      }),
  });
  return {
    writes,
    flights,
    add: (...items) =>
      writes
        .add(items, () => {})
        .then(
          () => "written",
          (error: unknown) => String(error),
        ),
  };
}

/** Lets everything run that needs no clock. */
const settle = () => new Promise((resolve) => setImmediate(resolve));
const itemsOf = ({ flights }: Desk) => flights.map((flight) => flight.items);

test("the first request writes at once, those that come meanwhile share the next write", async () => {
  const it = desk();
  const first = it.add("a");
  const others = [it.add("b"), it.add("c", "d")];
  expect(itemsOf(it)).toEqual([["a"]]);
  it.flights[0]?.end();
  expect(await first).toBe("written");
  await settle();
  expect(itemsOf(it)).toEqual([["a"], ["b", "c", "d"]]);
  it.flights[1]?.end();
  expect(await Promise.all(others)).toEqual(["written", "written"]);
});

test("nobody is answered before the write that holds its items has ended", async () => {
  const it = desk();
  const answered: string[] = [];
  void it.add("a").then(() => answered.push("a"));
  void it.add("b").then(() => answered.push("b"));
  await settle();
  expect(answered).toEqual([]);
  it.flights[0]?.end();
  await settle();
  expect(answered).toEqual(["a"]);
  it.flights[1]?.end();
  await settle();
  expect(answered).toEqual(["a", "b"]);
});

test("a write that fails fails exactly the requests whose items it held", async () => {
  const it = desk();
  const first = it.add("a");
  const second = [it.add("b"), it.add("c")];
  it.flights[0]?.end();
  await settle();
  const third = it.add("d");
  it.flights[1]?.fail(new Error("the queue is down"));
  await settle();
  it.flights[2]?.end();
  expect(await Promise.all([first, ...second, third])).toEqual([
    "written",
    "Error: the queue is down",
    "Error: the queue is down",
    "written",
  ]);
});

test.each([
  ["items", { maxItems: 2 }],
  ["bytes", { maxBytes: 2 }],
])("a write never holds more %s than it may, and nobody overtakes", async (_what, limits) => {
  const it = desk(limits);
  const all = [it.add("a"), it.add("b"), it.add("c", "d"), it.add("e")];
  for (let n = 0; n < 4; n += 1) {
    it.flights[n]?.end();
    await settle();
  }
  expect(itemsOf(it)).toEqual([["a"], ["b"], ["c", "d"], ["e"]]);
  expect(await Promise.all(all)).toEqual(["written", "written", "written", "written"]);
});

test("a request with more than one write can hold is answered after the last of them", async () => {
  const it = desk({ maxItems: 2 });
  const all = it.add("a", "b", "c");
  it.flights[0]?.end();
  await settle();
  expect(itemsOf(it)).toEqual([["a", "b"], ["c"]]);
  it.flights[1]?.fail(new Error("down"));
  expect(await all).toBe("Error: down");
});

describe("when the writer never says a word", () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test("the one who waited longest writes for everybody, and later ones find things as usual", async () => {
    const it = desk();
    void it.add("lost");
    const waiting = [it.add("a"), it.add("b")];
    vi.advanceTimersByTime(PATIENCE_MS);
    await settle();
    expect(itemsOf(it)).toEqual([["lost"], ["a", "b"]]);
    it.flights[1]?.end();
    expect(await Promise.all(waiting)).toEqual(["written", "written"]);
    const later = it.add("c");
    it.flights[2]?.end();
    expect(await later).toBe("written");
  });

  test("and took items with it, their request writes them again after twice the patience", async () => {
    const it = desk();
    const first = it.add("a");
    const lost = it.add("b");
    const taken = it.add("c");
    it.flights[0]?.end();
    await first;
    await settle();
    expect(itemsOf(it)).toEqual([["a"], ["b", "c"]]);
    vi.advanceTimersByTime(PATIENCE_MS);
    await settle();
    expect(it.flights).toHaveLength(2);
    vi.advanceTimersByTime(PATIENCE_MS);
    await settle();
    expect(itemsOf(it)[2]).toEqual(["c"]);
    it.flights[2]?.end();
    expect(await taken).toBe("written");
    it.flights[1]?.end();
    expect(await lost).toBe("written");
  });
});

test("no items are no write", async () => {
  const it = desk();
  expect(await it.add()).toBe("written");
  expect(it.flights).toEqual([]);
});
