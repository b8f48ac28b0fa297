/** `GET /report-artifacts/:artifactId/changes`. */
import { beforeEach, expect, test } from "vitest";
import { VersionChangesSchema } from "../../src/core/wire-versions.ts";
import { findArtifact, findFile } from "../../src/d1/artifacts.ts";
import { freshTask, poke, say, work } from "../actors/hands.ts";
import { evidence, fact } from "../support/evidence.ts";
import { enterWorld, giveTask, type RunWorld } from "../support/run-world.ts";
import { ask, bodyOf, type Desk, newDesk } from "./hands.ts";

let desk: Desk;
let world: RunWorld;
let task: string;

beforeEach(async () => {
  desk = newDesk();
  world = enterWorld();
  task = freshTask();
  giveTask(world, task);
  await poke(world, task);
  await work(world);
  await say(world, task, "Please add a chart.");
  await work(world);
});

const id = (version: number) => `art_${task}_v${version}`;
const asked = (artifactId: string) => ask(desk, "GET", `/report-artifacts/${artifactId}/changes`);
const codeOf = async (artifactId: string) => {
  const response = await asked(artifactId);
  return [response.status, (await response.json<{ code: string }>()).code];
};

/** Puts an evidence file where the registry says the version's lies. */
async function store(version: number, text: string): Promise<void> {
  const artifact = await findArtifact(desk.deps.index, id(version));
  const named = artifact?.files.find(({ role }) => role === "evidence");
  const file = await findFile(desk.deps.index, id(version), named?.fileId ?? "");
  desk.blobs.set(file?.objectKey ?? "", text);
}

test("tells what differs between a version and the one before it", async () => {
  await store(1, JSON.stringify(evidence(1, task)));
  const after = evidence(2, task);
  await store(2, JSON.stringify({ ...after, facts: [fact("gsc.clicks.primary", 20_000), ...after.facts.slice(1)] }));
  const changes = await bodyOf(await asked(id(2)), VersionChangesSchema);
  expect(changes.figures).toMatchObject([{ before: "18,420", after: "20,000" }]);
  expect(changes.sections).toMatchObject([{ gone: ["Clicks were 18,420."], come: ["Clicks were 20,000."], kept: 1 }]);
});

test("says why there is nothing to tell: no such report, a first version, bytes that are gone or are no evidence", async () => {
  expect(await codeOf("art_404_v2")).toEqual([404, "no_such_artifact"]);
  expect(await codeOf(id(1))).toEqual([404, "first_version"]);
  expect(await codeOf(id(2))).toEqual([409, "evidence_missing"]);
  await store(1, "{}");
  await store(2, JSON.stringify(evidence(2, task)));
  const response = await asked(id(2));
  expect([response.status, (await response.json<{ detail: string }>()).detail]).toEqual([
    409,
    expect.stringContaining("version 1 cannot be compared"),
  ]);
});
