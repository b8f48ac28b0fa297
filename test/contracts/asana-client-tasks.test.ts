import { afterAll, beforeAll, expect, it } from "vitest";
import { playAsana } from "../../sandbox/asana/play.ts";
import { asana as asanaSimulator } from "../../sandbox/asana/upstream.ts";
import { BUSINESS_UNITS, CLIENT_VISIBLE, PROJECTS, SANDBOX_CREDENTIALS } from "../../sandbox/seed.ts";
import { isVisible, type RawClientTask } from "../../src/ports/asana/client-tasks-reply.ts";
import { fakeAsanaClientTasks } from "../../src/ports/asana/fake-client-tasks.ts";
import { liveAsanaClientTasks } from "../../src/ports/asana/live-client-tasks.ts";
import { type ClientTasksWorld, clientTasksContract } from "./asana-client-tasks.contract.ts";
import { errorFor, fakeOptions, SANDBOX_FAULT } from "./support/faults.ts";
import { type ContractSandbox, openSandbox, variable } from "./support/sandbox.ts";
import { itMatchesTheSpec } from "./support/specs.ts";

const flag = CLIENT_VISIBLE.name;
const projectGid = BUSINESS_UNITS[0]?.asanaProjectGid ?? "";
const plainProjectGid = PROJECTS.errors.gid;

function task(gid: number, name: string, shown: string | null, done = false): RawClientTask {
  return {
    gid: String(gid),
    name,
    due_on: "2026-11-30",
    completed: done,
    completed_at: done ? "2026-10-01T09:00:00.000Z" : null,
    permalink_url: `https://app.asana.com/0/0/${gid}`,
    memberships: [
      { project: { gid: "77" }, section: { name: "Internal elsewhere" } },
      { project: { gid: projectGid }, section: { name: done ? "Done" : "Doing" } },
    ],
    custom_fields: [{ name: flag, display_value: shown }],
  };
}

function fakeOf(before: readonly RawClientTask[], shown: string) {
  const mine = [task(1, "One", shown), task(2, "Two", shown, true), task(3, "Three", shown), task(4, "Internal", null)];
  const projects = [
    { gid: projectGid, name: "Client", fields: [flag], tasks: [...before, ...mine] },
    { gid: plainProjectGid, name: "Errors", fields: [], tasks: [] },
  ];
  return fakeAsanaClientTasks({ flag, projects });
}

const internal = () => Array.from({ length: 120 }, (_, n) => task(1_000 + n, `Internal ${n}`, "No"));

clientTasksContract("fake", async (): Promise<ClientTasksWorld> => {
  const fake = fakeOf([], "Yes");
  return {
    port: fake,
    impatient: fake,
    projectGid,
    plainProjectGid,
    crowd: async () => fakeOf(internal(), "Yes"),
    unflagged: async () => fakeOf([], "No"),
    fault: async (kind, method) => fake.faults.fail(method, errorFor("asana", kind), fakeOptions(kind)),
    calm: async () => fake.faults.clear(),
  };
});

let sandbox: ContractSandbox;
beforeAll(async () => {
  sandbox = await openSandbox([asanaSimulator]);
});
afterAll(() => sandbox.stop());

clientTasksContract("live", async (): Promise<ClientTasksWorld> => {
  await sandbox.reset();
  const baseUrl = variable(sandbox, "ASANA_BASE_URL");
  const token = async () => SANDBOX_CREDENTIALS.AGENCY_OS_ASANA_AGENT_PAT;
  const live = (timeoutMs: number) =>
    liveAsanaClientTasks({ flag, baseUrl, token, ...sandbox.transport({ timeoutMs }) });
  const port = live(10_000);
  return {
    port,
    impatient: live(400),
    projectGid,
    plainProjectGid,
    crowd: async () => {
      const player = playAsana(baseUrl, "sandbox-asana-pat-maya");
      for (let n = 0; n < 101; n += 1) {
        await player.createTask({ name: `Internal ${n}`, assignee: null, project: projectGid });
      }
      return port;
    },
    unflagged: async () => {
      const { tasks } = await port.visibleTasks(projectGid, "2020-01-01T00:00:00.000Z");
      for (const { gid } of tasks) {
        const body = JSON.stringify({ data: { custom_fields: { [CLIENT_VISIBLE.gid]: null } } });
        const headers = { authorization: "Bearer sandbox-asana-pat-maya", "content-type": "application/json" };
        await fetch(`${baseUrl}/tasks/${gid}`, { method: "PUT", headers, body });
      }
      return port;
    },
    fault: (kind) => sandbox.faults({ upstream: "asana", ...SANDBOX_FAULT[kind] }),
    calm: () => sandbox.faults(),
  };
});

it.each([
  ["Yes", flag, true],
  [" TRUE ", "client VISIBLE", true],
  ["No", flag, false],
  ["Maybe yes", flag, false],
  [null, flag, false],
  ["Yes", "Visible to staff", false],
])("a task with %s in the field %s is visible: %s", (shown, name, visible) => {
  const one = { ...task(1, "x", null), custom_fields: [{ name, display_value: shown }] };
  expect(isVisible(one, flag)).toBe(visible);
  // A setting left empty must not make every nameless field a flag.
  expect(isVisible({ ...one, custom_fields: [{ name: "", display_value: "Yes" }] }, "")).toBe(false);
});

it("two fields of the name must agree", () => {
  const fields = [
    { name: flag, display_value: "Yes" },
    { name: flag, display_value: "No" },
  ];
  expect(isVisible({ ...task(1, "x", null), custom_fields: fields }, flag)).toBe(false);
});

itMatchesTheSpec(
  "Asana tasks of a client",
  () => ({ file: "asana.openapi.json", kind: "openapi", baseUrl: variable(sandbox, "ASANA_BASE_URL") }),
  () => sandbox.recorded,
);
