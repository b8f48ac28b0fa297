import { afterAll, beforeAll } from "vitest";
import { playAsana } from "../../sandbox/asana/play.ts";
import { asana as asanaSimulator } from "../../sandbox/asana/upstream.ts";
import { PROJECTS, SANDBOX_CREDENTIALS, USERS } from "../../sandbox/seed.ts";
import { fakeAsanaOwnTasks } from "../../src/ports/asana/fake-own-tasks.ts";
import { liveAsana } from "../../src/ports/asana/live.ts";
import { liveAsanaOwnTasks } from "../../src/ports/asana/live-own-tasks.ts";
import { asanaOwnTasksContract, type OwnTasksWorld } from "./asana-own-tasks.contract.ts";
import { errorFor, fakeOptions, SANDBOX_FAULT } from "./support/faults.ts";
import { type ContractSandbox, openSandbox, variable } from "./support/sandbox.ts";
import { itMatchesTheSpec } from "./support/specs.ts";

const projectGid = PROJECTS.errors.gid;
const { maya, jessie } = USERS;

asanaOwnTasksContract("fake", async (): Promise<OwnTasksWorld> => {
  const now = () => new Date("2026-11-02T09:00:00.000Z");
  const fake = fakeAsanaOwnTasks({ meGid: jessie.gid, projectGids: [projectGid], now });
  return {
    port: fake,
    impatient: fake,
    meGid: jessie.gid,
    projectGid,
    createAsColleague: async (name) => fake.putTask({ projectGid, name, createdByGid: maya.gid }).gid,
    complete: async (gid) => fake.complete(gid),
    remove: async (gid) => fake.remove(gid),
    notesOf: async (gid) => fake.all().find((task) => task.gid === gid)?.notes ?? null,
    fault: async (kind, method) => fake.faults.fail(method, errorFor("asana", kind), fakeOptions(kind)),
    calm: async () => fake.faults.clear(),
  };
});

let sandbox: ContractSandbox;
beforeAll(async () => {
  sandbox = await openSandbox([asanaSimulator]);
});
afterAll(() => sandbox.stop());

asanaOwnTasksContract("live", async (): Promise<OwnTasksWorld> => {
  await sandbox.reset();
  const baseUrl = variable(sandbox, "ASANA_BASE_URL");
  const player = playAsana(baseUrl, "sandbox-asana-pat-maya");
  const token = async () => SANDBOX_CREDENTIALS.AGENCY_OS_ASANA_AGENT_PAT;
  const options = (timeoutMs: number) => ({ baseUrl, token, ...sandbox.transport({ timeoutMs }) });
  return {
    port: liveAsanaOwnTasks(options(10_000)),
    impatient: liveAsanaOwnTasks(options(400)),
    meGid: jessie.gid,
    projectGid,
    createAsColleague: async (name) => (await player.createTask({ name, assignee: null, project: projectGid })).gid,
    complete: (gid) => player.complete(gid),
    remove: (gid) => player.deleteTask(gid),
    notesOf: async (gid) => (await liveAsana(options(10_000)).task(gid))?.notes ?? null,
    fault: (kind) => sandbox.faults({ upstream: "asana", ...SANDBOX_FAULT[kind] }),
    calm: () => sandbox.faults(),
  };
});

itMatchesTheSpec(
  "Asana tasks of our own",
  () => ({ file: "asana.openapi.json", kind: "openapi", baseUrl: variable(sandbox, "ASANA_BASE_URL") }),
  () => sandbox.recorded,
);
