import { createServer } from "node:http";
import { afterAll, beforeAll } from "vitest";
import { playAsana } from "../../sandbox/asana/play.ts";
import { asana as asanaSimulator } from "../../sandbox/asana/upstream.ts";
import { PROJECTS, SANDBOX_CREDENTIALS } from "../../sandbox/seed.ts";
import { fakeAsanaWatch } from "../../src/ports/asana/fake-watch.ts";
import { liveAsanaWatch } from "../../src/ports/asana/live-watch.ts";
import { asanaWatchContract, type WatchWorld } from "./asana-watch.contract.ts";
import { type ContractSandbox, openSandbox, variable } from "./support/sandbox.ts";
import { itMatchesTheSpec } from "./support/specs.ts";

const [projectGid, otherProjectGid] = [PROJECTS.intake.gid, PROJECTS.platformBuild.gid];

asanaWatchContract("fake", async (): Promise<WatchWorld> => {
  const fake = fakeAsanaWatch({
    projectGids: [projectGid, otherProjectGid],
    handshake: async (target) => target.endsWith("/yes"),
  });
  let gid = 5_000_000;
  return {
    port: fake,
    projectGid,
    otherProjectGid,
    target: (answers) => `https://control.example/${answers ? "yes" : "no"}`,
    comment: async () => {
      gid += 1;
      fake.happen(projectGid, {
        action: "added",
        created_at: "2040-11-22T09:00:00.000Z",
        resource: { gid: String(gid), resource_type: "story", resource_subtype: "comment_added" },
        parent: { gid: "77", resource_type: "task" },
      });
      return "77";
    },
    loseTokens: async () => fake.loseTokens(),
  };
});

let sandbox: ContractSandbox;
let port = 0;
/** Somebody to hook: `/yes` echoes the handshake. */
const listener = createServer((request, response) => {
  const secret = request.headers["x-hook-secret"];
  const echoes = request.url === "/yes" && typeof secret === "string";
  response.writeHead(200, echoes ? { "X-Hook-Secret": secret } : {}).end();
});
beforeAll(async () => {
  sandbox = await openSandbox([asanaSimulator]);
  await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
  const address = listener.address();
  port = typeof address === "object" && address !== null ? address.port : 0;
});
afterAll(async () => {
  await sandbox.stop();
  listener.closeAllConnections();
  listener.close();
});

asanaWatchContract("live", async (): Promise<WatchWorld> => {
  await sandbox.reset();
  await sandbox.faults();
  const baseUrl = variable(sandbox, "ASANA_BASE_URL");
  const player = playAsana(baseUrl, "sandbox-asana-pat-maya");
  const { gid: task } = await player.createTask({ name: "t", assignee: null });
  const token = async () => SANDBOX_CREDENTIALS.AGENCY_OS_ASANA_AGENT_PAT;
  return {
    port: liveAsanaWatch({ baseUrl, token, ...sandbox.transport() }),
    projectGid,
    otherProjectGid,
    target: (answers) => `http://127.0.0.1:${port}/${answers ? "yes" : "no"}`,
    comment: async () => {
      await player.comment(task, "Please look.");
      return task;
    },
    loseTokens: () =>
      sandbox.faults({ upstream: "asana", route: "GET /events", kind: "custom", name: "lose_tokens", times: 1 }),
  };
});

itMatchesTheSpec(
  "Asana webhooks and events",
  () => ({ file: "asana.openapi.json", kind: "openapi", baseUrl: variable(sandbox, "ASANA_BASE_URL") }),
  () => sandbox.recorded,
);
