/** What `npm run asana` asks of a control plane. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ROOT } from "../../scripts/runtime/paths.ts";

let outcome: string;
let heard: unknown[];
let url: string;

const server = createServer(async (request, response) => {
  let body = "";
  for await (const piece of request) body += String(piece);
  heard.push([`${request.method} ${request.url}`, request.headers["x-agency-os-internal-token"], JSON.parse(body)]);
  response.end(JSON.stringify({ items: [{ projectGid: "100", outcome, detail: "Said." }] }));
});

beforeEach(async () => {
  [outcome, heard] = ["created", []];
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  url = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
});
afterEach(() => new Promise((closed) => void server.close(closed)));

async function asana(...args: string[]): Promise<{ code: unknown; text: string }> {
  const command = [path.join(ROOT, "scripts/asana.ts"), "webhooks", "--url", url, ...args];
  const env = { ...process.env, AGENCY_OS_INTERNAL_API_TOKEN: "new, old" };
  const child = spawn(process.execPath, command, { env });
  let text = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (piece) => (text += String(piece)));
  const [code] = await once(child, "close");
  return { code, text };
}

describe("npm run asana -- webhooks", () => {
  it("repairs under the address it speaks to, or the one that is named", async () => {
    expect(await asana()).toEqual({ code: 0, text: "100  created  Said.\n" });
    await asana("--origin", "https://control.example");
    expect(heard).toEqual([
      ["POST /internal/webhooks/check", "new", { repair: true, origin: url, rotate: [] }],
      ["POST /internal/webhooks/check", "new", { repair: true, origin: "https://control.example", rotate: [] }],
    ]);
  });

  it("rotates the projects that are named, and those alone", async () => {
    await asana("--rotate", "100", "--rotate", "200");
    expect(heard).toMatchObject([["POST /internal/webhooks/check", "new", { repair: true, rotate: ["100", "200"] }]]);
  });

  it("only looks with --check, and ends with 1 when something is amiss", async () => {
    outcome = "missing";
    expect((await asana("--check")).code).toBe(1);
    expect(heard).toMatchObject([["POST /internal/webhooks/check", "new", { repair: false, rotate: [] }]]);
  });

  it("does one thing at a time", async () => {
    const { code, text } = await asana("--check", "--rotate", "100");
    expect([code, heard]).toEqual([1, []]);
    expect(text).toContain("--rotate PROJECT");
  });
});
