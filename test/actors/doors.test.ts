/** An old runner that wakes after its lease lapsed can write nothing, anywhere: one test per door. */
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, test } from "vitest";
import { throughGateway } from "../../src/actors/asana-gateway/door.ts";
import { registerArtifacts } from "../../src/d1/register.ts";
import { liveAsana } from "../../src/ports/asana/live.ts";
import type { AsanaPort } from "../../src/ports/asana/port.ts";
import { r2Snapshots } from "../../src/ports/snapshots/live.ts";
import { execute, type RunnerDeps } from "../../src/runner/execute.ts";
import { fenced } from "../../src/runner/fenced.ts";
import {
  claimManifest,
  confirmManifest,
  type Manifest,
  manifestKey,
  type SwapStore,
} from "../../src/runner/manifest.ts";
import { r2Artifacts, r2Results } from "../../src/runner/stores.ts";
import { artifactOf, SETTINGS } from "../support/run-cases.ts";
import { SITUATIONS } from "../support/run-machine.ts";
import { enterWorld, giveTask, type RunWorld } from "../support/run-world.ts";
import { playUpstream } from "../support/upstream.ts";
import { freshTask, lineTo, poke, type RunStub, runnerDepsOf, runOf, settle, takeExecution } from "./hands.ts";

const bucket = env.CLIENT_DATA_PLANE_BUCKET;
const db = env.PLATFORM_BUILD_DB;
const FENCED = { ok: false, refusal: { code: "fenced" } };
const LEASE_LOST = { name: "LeaseLostError", code: "lease_lost" };

let world: RunWorld;
let task: string;
let stub: RunStub;
/** The epoch of the attempt that slept. */
let old: number;

/** The runner with its stores in R2, as it is deployed. */
function inR2(actor = (runId: string) => lineTo(runOf(runId.slice("tar_".length)), (_, call) => call())): RunnerDeps {
  const deps = runnerDepsOf(world, actor);
  const ports = { ...deps.ports, snapshots: r2Snapshots(bucket) };
  return { ...deps, ports, results: r2Results(bucket), artifacts: r2Artifacts(bucket) };
}

async function acquire(): Promise<number> {
  const grant = await stub.acquire(takeExecution(world).attempt);
  if (!grant.ok) throw new Error(grant.refusal.detail);
  return grant.value.epoch;
}

/** The rows of every report. */
async function registry(): Promise<unknown> {
  const tables = ["report_artifacts", "report_artifact_files", "report_channel_provenance", "report_revision_rounds"];
  return Promise.all(tables.map(async (table) => (await db.prepare(`SELECT * FROM ${table}`).all()).results));
}

/** Everything that is written anywhere: the actor with its log and journal, R2, the registry, Asana. */
async function everything(): Promise<unknown> {
  return {
    actor: await stub.inspect(),
    events: await stub.events(0, 1_000),
    objects: (await bucket.list()).objects.map(({ key, etag, version }) => ({ key, etag, version })),
    rows: await registry(),
    files: [...world.asana.files.keys()],
    comments: await world.asana.comments(task),
  };
}

beforeEach(async () => {
  world = enterWorld();
  task = freshTask();
  giveTask(world, task);
  stub = await poke(world, task);
  const keys = (await bucket.list()).objects.map(({ key }) => key);
  if (keys.length > 0) await bucket.delete(keys);
});

/** What happened while the old attempt slept. */
const asleep = {
  "and nobody noticed yet": async () => {
    world.now += SETTINGS.leaseMs;
  },
  "and another attempt has the lease": async () => {
    world.now += SETTINGS.leaseMs;
    await settle(world, stub);
    await acquire();
  },
} satisfies Record<string, () => Promise<void>>;

describe.each(Object.entries(asleep))("an old runner whose lease lapsed %s", (_, sleep) => {
  let before: unknown;
  let reservation: number;

  beforeEach(async () => {
    old = await acquire();
    await stub.commitStep(old, "kept", "Kept", world.now, '{"inline":1}');
    const reserved = await stub.reserve("lease", old, ASK);
    if (!reserved.ok) throw new Error(reserved.refusal.detail);
    reservation = reserved.value.reservation;
    await settle(world, stub);
    await sleep();
    before = await everything();
  });

  const ASK = { amounts: { upstreamCalls: 1 }, upTo: {}, settlement: null };
  const DONE = { kind: "step", key: "late", label: "Late", startedAt: 0, result: "1" } as const;
  const BROKEN = { kind: "permanent", code: "x", message: "x", retryAfterMs: null } as const;

  const atTheActor: Readonly<Record<string, () => Promise<unknown>>> = {
    "begins no step": async () => stub.beginStep(old, "late", "Late"),
    "commits no step": async () => stub.commitStep(old, "late", "Late", world.now, '{"inline":2}'),
    "commits no steps together": async () => stub.advance(old, [DONE], { kind: "step", key: "next", label: "Next" }),
    "intends no effect": async () => stub.intendEffect(old, "late", "Late"),
    "commits no effect": async () => stub.commitEffect(old, "late", "Late", world.now, '{"inline":3}'),
    "renews nothing": async () => stub.heartbeat(old),
    "reserves no budget": async () => stub.reserve("lease", old, ASK),
    "settles no budget": async () => stub.settle("lease", old, { reservation, actual: { upstreamCalls: 0 } }),
    "pauses nothing for a budget": async () => stub.exhausted(old, "upstreamCalls", 1, null),
    "finishes nothing": async () => stub.finish(old, artifactOf(1), []),
    "refuses nothing": async () => stub.refuse(old, { code: "x", detail: "x" }),
    "continues nothing": async () => stub.continueLater(old),
    "fails nothing": async () => stub.fail(old, BROKEN),
  };
  test.each(Object.entries(atTheActor))("%s", async (__, write) => {
    expect(await write()).toMatchObject(FENCED);
    expect(await everything()).toEqual(before);
  });

  const inTheBucket: Readonly<Record<string, (deps: RunnerDeps) => Promise<unknown>>> = {
    "stores no report file": ({ artifacts }) =>
      artifacts.put(`artifacts/art_${task}_v1/x/late.html`, new Uint8Array([1]), "text/html"),
    "stores no result of a step": ({ results }) => results.put(`journal/tar_${task}/late`, "late"),
    "stores no snapshot": ({ ports }) => ports.snapshots.put(SNAPSHOT),
    "writes no manifest": ({ artifacts }) => claimManifest(artifacts, manifestOf(old, "late")),
  };
  test.each(Object.entries(inTheBucket))("%s", async (__, write) => {
    await expect(write(fenced(inR2(), stub, old))).rejects.toMatchObject(LEASE_LOST);
    expect(await everything()).toEqual(before);
  });

  const inAsana: Readonly<Record<string, (asana: AsanaPort) => Promise<unknown>>> = {
    "attaches nothing": (asana) =>
      asana.attach(task, { name: "late.html", mediaType: "text/html", bytes: new Uint8Array([1]) }),
    "comments nothing": (asana) => asana.postComment(task, "<body>late</body>"),
  };
  test.each(Object.entries(inAsana))("%s", async (__, write) => {
    let calls = 0;
    playUpstream({
      answer: async () => {
        calls += 1;
        return new Response("{}");
      },
    });
    await expect(write(asanaUnder(old))).rejects.toMatchObject({ code: "lease_lost" });
    expect(calls).toBe(0);
  });

  test("gets no row into the registry: only what the actor took is written there", async () => {
    const registered = await registry();
    await stub.finish(old, artifactOf(1, { artifactId: `art_${task}_v1`, answer: ["late"] }), []);
    await settle(world, stub);
    expect(await registry()).toEqual(registered);
  });
});

const SNAPSHOT = {
  businessUnitId: "bu_plunkett",
  source: "ga4",
  reply: { body: "late", fetchedAt: "2040-11-05T09:00:00.000Z", request: { method: "GET", path: "/", body: null } },
  rowCount: 1,
} as const;

/** Asana as an attempt of that epoch reaches it. */
function asanaUnder(epoch: number): AsanaPort {
  const baseUrl = "https://asana.example/api/1.0";
  return liveAsana({
    baseUrl,
    token: async () => "token",
    fetch: throughGateway(
      baseUrl,
      (name) => env.ASANA_GATEWAY.getByName(name),
      () => ({ client: "unit", taskGid: task, epoch }),
      async () => new Response(null, { status: 500 }),
    ),
    sleep: async () => {},
    now: () => new Date(world.now),
  });
}

function manifestOf(epoch: number, name: string): Manifest {
  const file = { fileId: "f1", name, role: "report", mediaType: "text/html", bytes: 1, sha256: "0", objectKey: name };
  return { schema: 1, artifactId: `art_${task}_v1`, runId: `tar_${task}`, epoch, attempt: epoch, files: [file] };
}

describe("a late write that was on its way already", () => {
  const store = r2Artifacts(bucket);
  const there = async () => (await store.read(manifestKey(`art_${task}_v1`)))?.text;
  /** The store of somebody who is overtaken by `other` after reading and before writing. */
  const overtaken = (...others: Manifest[]): SwapStore => ({
    read: (key) => store.read(key),
    swap: async (...args) => {
      const other = others.shift();
      if (other !== undefined) await claimManifest(store, other);
      return store.swap(...args);
    },
  });

  test("does not replace the manifest of a newer lease", async () => {
    await claimManifest(store, manifestOf(2, "new"));
    await expect(claimManifest(store, manifestOf(1, "old"))).rejects.toMatchObject(LEASE_LOST);
    expect(await there()).toBe(JSON.stringify(manifestOf(2, "new")));
  });

  test.each([
    ["the first manifest", null],
    ["another manifest", 1],
  ])("loses to a newer lease that wrote %s between its look and its write", async (__, earlier) => {
    if (earlier !== null) await claimManifest(store, manifestOf(earlier, "earlier"));
    const late = claimManifest(overtaken(manifestOf(2, "new")), manifestOf(1, "old"));
    await expect(late).rejects.toMatchObject(LEASE_LOST);
    expect(await there()).toBe(JSON.stringify(manifestOf(2, "new")));
  });

  test("does not stop the newer lease that it overtook once", async () => {
    await claimManifest(overtaken(manifestOf(1, "old")), manifestOf(2, "new"));
    expect(await there()).toBe(JSON.stringify(manifestOf(2, "new")));
  });

  test("stops whoever loses the race twice", async () => {
    const twice = overtaken(manifestOf(2, "one"), manifestOf(2, "two"));
    await expect(claimManifest(twice, manifestOf(2, "three"))).rejects.toMatchObject(LEASE_LOST);
  });

  test("is found before the artifact is registered", async () => {
    await claimManifest(store, manifestOf(1, "old"));
    await confirmManifest(store, manifestOf(1, "old"));
    await claimManifest(store, manifestOf(2, "new"));
    await expect(confirmManifest(store, manifestOf(1, "old"))).rejects.toMatchObject(LEASE_LOST);
    await bucket.delete(manifestKey(`art_${task}_v1`));
    await expect(confirmManifest(store, manifestOf(2, "new"))).rejects.toMatchObject({ code: "manifest_differs" });
  });

  test("carries the epoch and attempt in its metadata; one that nobody can read is replaced by nobody", async () => {
    await claimManifest(store, manifestOf(7, "new"));
    const key = manifestKey(`art_${task}_v1`);
    expect((await bucket.head(key))?.customMetadata).toEqual({ epoch: "7", attempt: "7" });
    await bucket.put(key, "{}");
    await expect(claimManifest(store, manifestOf(8, "x"))).rejects.toMatchObject({ code: "manifest_unreadable" });
  });

  test("of registry rows changes nothing once newer ones are there", async () => {
    const { state } = SITUATIONS["review ready"];
    if (state === null) throw new Error("There is a run with a report.");
    const newer = { ...state, registryVersion: 9 };
    const older = {
      ...newer,
      registryVersion: 8,
      artifacts: newer.artifacts.map((one) => ({ ...one, answer: ["old"] })),
    };
    await registerArtifacts(db, newer);
    const registered = await registry();
    await registerArtifacts(db, older);
    expect(await registry()).toEqual(registered);
  });
});

describe("an old runner that wakes in the middle of its work", () => {
  /** Carries out the first attempt; at its `n`th question for the lease another attempt does all the work. */
  async function overtakenAt(n: number, when: "before the answer" | "after the answer"): Promise<void> {
    let asked = 0;
    const other = async () => {
      world.now += SETTINGS.leaseMs;
      await settle(world, stub);
      await execute(takeExecution(world), inR2());
      await settle(world, stub);
    };
    const line = lineTo(stub, async (name, call) => {
      if (name !== "holds") return call();
      asked += 1;
      if (asked === n && when === "before the answer") await other();
      const answer = await call();
      if (asked === n && when === "after the answer") await other();
      return answer;
    });
    await execute(
      takeExecution(world),
      inR2(() => line),
    );
    expect(asked).toBeGreaterThanOrEqual(n);
    await settle(world, stub);
  }

  // Its questions: a big result, a snapshot, two report files, the manifest.
  const cases = [1, 2, 3, 4, 5].flatMap((n) => [[n, "before the answer"] as const, [n, "after the answer"] as const]);
  test.each(cases)("at write %i, %s, leaves one report, and the manifest names what is registered", async (n, when) => {
    let attempts = 0;
    const { perform } = world;
    world.perform = async (ctx) => {
      attempts += 1;
      const mine = attempts;
      await ctx.step("gather.big", "Big", async () => `${mine}${"x".repeat(70_000)}`);
      const reply = { ...SNAPSHOT.reply, body: `of attempt ${mine}` };
      await ctx.step("gather.raw", "Raw", () => ctx.ports.snapshots.put({ ...SNAPSHOT, reply }));
      const result = await perform(ctx);
      if (result.kind !== "package") return result;
      return { ...result, files: result.files.map((file) => ({ ...file, body: `${file.body}<!--${mine}-->` })) };
    };
    await overtakenAt(n, when);
    const view = await stub.view();
    expect(view).toMatchObject({ status: "review_ready", attempts: [{ outcome: "lapsed" }, { outcome: "finished" }] });
    const [artifact] = view?.artifacts ?? [];
    const manifest = await bucket.get(manifestKey(`art_${task}_v1`));
    const named: Manifest = await (manifest ?? new Response("null")).json();
    expect(named.epoch).toBe(2);
    expect(named.files.map(({ sha256 }) => sha256)).toEqual(artifact?.files.map(({ sha256 }) => sha256));
    expect([...world.asana.files.values()].map(({ name }) => name)).toEqual(["report-v1.html", "evidence-v1.json"]);
  });
});
