/** Parts of the local runtime that can be told apart from a running system. */

import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { convertV4MiniflareOptions } from "miniflare";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { SANDBOX_CREDENTIALS } from "../../sandbox/seed.ts";
import { demoMonth } from "../../scripts/runtime/asana-setup.ts";
import { clearTheWay } from "../../scripts/runtime/local-file.ts";
import { requireStateFolder, stateFolders } from "../../scripts/runtime/paths.ts";
import { freePort, requireFreePort } from "../../scripts/runtime/ports.ts";
import { localSecrets, writePrivateJson } from "../../scripts/runtime/secrets.ts";
import { secretsInUse, settings, upstreamsOf } from "../../scripts/runtime/settings.ts";
import { runCron, SHARED, startMiniflare } from "../../scripts/runtime/workers.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "agency-os-runtime-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe("secrets", () => {
  test("are made once, kept, and readable by their owner only", async () => {
    const file = path.join(folder, "secrets.json");
    const first = await localSecrets(file);
    expect(first.internalToken).toMatch(/^[0-9a-f]{64}$/);
    expect(first.webhookSecret).not.toBe(first.internalToken);
    expect(await localSecrets(file)).toEqual(first);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  test("of an earlier version get what came later, and keep the rest", async () => {
    const file = path.join(folder, "secrets.json");
    const { webhookKey: _, ...earlier } = await localSecrets(file);
    await writeFile(file, JSON.stringify(earlier));
    const completed = await localSecrets(file);
    expect(completed).toEqual({ ...earlier, webhookKey: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(await localSecrets(file)).toEqual(completed);
  });

  test("in a damaged file are an error, never silently new ones", async () => {
    const file = path.join(folder, "secrets.json");
    await writeFile(file, '{"internalToken":');
    await expect(localSecrets(file)).rejects.toThrow("npm run reset");
    await writeFile(file, '{"internalToken":"short"}');
    await expect(localSecrets(file)).rejects.toThrow("npm run reset");
  });

  test("leave no draft behind when they are written again", async () => {
    const file = path.join(folder, "deep", "local.json");
    for (const n of [1, 2]) await writePrivateJson(file, { n });
    expect(await readdir(path.dirname(file))).toEqual(["local.json"]);
    expect(JSON.parse(await readFile(file, "utf8"))).toEqual({ n: 2 });
  });
});

describe("settings", () => {
  const secrets = { internalToken: "made-token", webhookSecret: "made-secret", webhookKey: "made-key" };
  const defaults = {
    controlPlane: { ENVIRONMENT: "local", ASANA_BASE_URL: "http://config", GA4_BASE_URL: "http://config" },
    webEdge: { ENVIRONMENT: "local", OFFICE_IP_RANGES: "" },
  };
  const made = { defaults, secrets, webUrl: "http://web", sandbox: { ASANA_BASE_URL: "http://sandbox/asana" } };

  test("of the sandbox win over the config, and bring its credentials", () => {
    const { controlPlane, webEdge } = settings({ ...made, environment: {} });
    expect(controlPlane).toMatchObject({
      ENVIRONMENT: "local",
      ASANA_BASE_URL: "http://sandbox/asana",
      WEB_ORIGIN: "http://web",
      AGENCY_OS_INTERNAL_API_TOKEN: "made-token",
      ...SANDBOX_CREDENTIALS,
    });
    expect(webEdge).toEqual({ ENVIRONMENT: "local", OFFICE_IP_RANGES: "", AGENCY_OS_INTERNAL_API_TOKEN: "made-token" });
  });

  test("of the environment say who one is in the panel, and cannot say that one is not local", () => {
    const environment = { DEV_STAFF_EMAIL: "ann@agency.example", ENVIRONMENT: "production" };
    expect(settings({ ...made, environment }).webEdge).toMatchObject({
      ENVIRONMENT: "local",
      DEV_STAFF_EMAIL: "ann@agency.example",
    });
  });

  test("of the environment win over everything, names that are no setting are ignored, empty ones too", () => {
    const environment = {
      ASANA_BASE_URL: "http://mine",
      AGENCY_OS_OPENAI_API_KEY: "my-key",
      MODEL_NAME: "",
      HOME: "/root",
    };
    const all = settings({ ...made, environment });
    expect(all.controlPlane).toMatchObject({ ASANA_BASE_URL: "http://mine", AGENCY_OS_OPENAI_API_KEY: "my-key" });
    expect(all.controlPlane).not.toHaveProperty("HOME");
    expect(all.controlPlane).not.toHaveProperty("MODEL_NAME");
    expect(upstreamsOf(all)).toEqual({ ASANA_BASE_URL: "http://mine", GA4_BASE_URL: "http://config" });
  });

  test("without the sandbox name none of its upstreams and none of its credentials", () => {
    const { controlPlane } = settings({ ...made, sandbox: null, environment: { ASANA_BASE_URL: "http://mine" } });
    expect(upstreamsOf({ controlPlane, webEdge: {} })).toEqual({ ASANA_BASE_URL: "http://mine" });
    expect(controlPlane).not.toHaveProperty("AGENCY_OS_ASANA_AGENT_PAT");
  });

  test("with a token that is being rotated use the first for what we send ourselves", () => {
    const all = settings({
      ...made,
      environment: { AGENCY_OS_INTERNAL_API_TOKEN: "new, old", ASANA_WEBHOOK_SECRET: "a,b" },
    });
    expect(all.controlPlane.AGENCY_OS_INTERNAL_API_TOKEN).toBe("new, old");
    expect(all.webEdge.AGENCY_OS_INTERNAL_API_TOKEN).toBe("new");
    expect(secretsInUse(all)).toEqual({ internalToken: "new", webhookSecret: "a" });
  });
});

describe("the state folder", () => {
  test("is made with all that leads to it", async () => {
    const folders = stateFolders(path.join(folder, "a", "b"));
    requireStateFolder(folders);
    requireStateFolder(folders);
    expect((await stat(folders.root)).isDirectory()).toBe(true);
  });

  test.each(["/proc/nope", "/etc/passwd/nope"])("at %s is refused at once, with the flag that changes it", (place) => {
    expect(() => requireStateFolder(stateFolders(place))).toThrow(/cannot be used .*--state DIR/);
  });
});

describe("ports", () => {
  test("in use are named with the flag that changes them", async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    await expect(requireFreePort(port, "staff panel", "--web-port")).rejects.toThrow(
      `Port ${port}, meant for the staff panel, is in use. Free it, or choose another one with --web-port PORT.`,
    );
    await new Promise((resolve) => server.close(resolve));
    await requireFreePort(port, "staff panel", "--web-port");
  });

  test("in use are waited for as long as somebody may be about to let them go", async () => {
    const port = await freePort();
    const taken = createServer().listen(port, "127.0.0.1");
    await new Promise<void>((resolve) => taken.once("listening", () => resolve()));
    const free = requireFreePort(port, "staff panel", "--web-port", 10_000);
    await expect(requireFreePort(port, "staff panel", "--web-port")).rejects.toThrow(`Port ${port}`);
    taken.close();
    await free;
  });

  test("that are free can be had", async () => {
    expect(await freePort()).toBeGreaterThan(1023);
  });
});

describe("what an earlier start left", () => {
  const left = {
    workerPid: 2_147_483_646,
    sandboxPid: null,
    controlPlaneUrl: "http://127.0.0.1:1",
    webUrl: "http://127.0.0.1:2",
    sandboxUrl: null,
    internalToken: "t",
    webhookSecret: "s",
    upstreams: {},
    demoTaskGid: null,
  };

  test("is forgotten when its process is gone, or when the file is no longer readable", async () => {
    const file = path.join(folder, "local.json");
    for (const content of [JSON.stringify({ ...left, pid: 2_147_483_647 }), "{", '{"pid":1}']) {
      await writeFile(file, content);
      await clearTheWay(file);
      expect(await readdir(folder)).toEqual([]);
    }
  });

  test("leaves a process alone that only has the same number", async () => {
    const file = path.join(folder, "local.json");
    await writeFile(
      file,
      JSON.stringify({ ...left, pid: 2_147_483_647, workerPid: process.pid, sandboxPid: process.pid }),
    );
    await clearTheWay(file);
    expect(process.pid).toBeGreaterThan(0);
  });
});

test.each([
  ["2026-11-22", "October 2026"],
  ["2026-11-03", "September 2026"],
  ["2026-11-07", "October 2026"],
  ["2026-01-20", "December 2025"],
])("on %s the demo asks for %s, the last month whose data is final", (today, month) => {
  expect(demoMonth(new Date(`${today}T12:00:00Z`))).toBe(month);
});

describe("the clock of the crons", () => {
  /** Far more than a pipe holds. */
  const LINES = 4_000;

  test("waits for a cron that logs more than a pipe holds, from the first one on, and says how it ended", async () => {
    const contents = `export default { scheduled({ cron }) {
      for (let n = 0; n < ${LINES}; n += 1) console.log(cron + " ".repeat(200) + n);
      if (cron === "breaks") throw new Error("It broke.");
    } }`;
    const heard = new Set<string>();
    const { miniflare } = await startMiniflare(
      convertV4MiniflareOptions({
        workers: [
          { name: "logs", compatibilityDate: "2026-01-01", modules: [{ type: "ESModule", path: "logs.js", contents }] },
        ],
        ...SHARED,
        unsafeTriggerHandlers: true,
        handleStructuredLogs: ({ message }) => heard.add(message),
      }),
    );
    try {
      await runCron(miniflare, "boot");
      await expect.poll(() => heard.size).toBe(LINES);
      await expect(runCron(miniflare, "breaks")).rejects.toThrow("The scheduled handler ended with");
    } finally {
      await miniflare.dispose();
    }
  });
});
