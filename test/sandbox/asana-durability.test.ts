import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { playAsana } from "../../sandbox/asana/play.ts";
import { PATS } from "../../sandbox/asana/seed.ts";

const dir = mkdtempSync(join(tmpdir(), "asana-durable-"));
const children: ChildProcess[] = [];
afterAll(() => {
  for (const child of children) child.kill("SIGKILL");
  rmSync(dir, { recursive: true, force: true });
});

async function run() {
  const child = spawn(process.execPath, ["sandbox/main.ts", "--port", "0", "--state", dir], { stdio: "pipe" });
  children.push(child);
  const [line] = await once(child.stdout, "data");
  const { url, variables } = JSON.parse(String(line));
  return { child, url: String(url), maya: playAsana(String(variables.ASANA_BASE_URL), PATS.maya) };
}

describe("a killed sandbox", () => {
  it("still has every write it answered, files included", async () => {
    const first = await run();
    const { gid } = await first.maya.createTask({ name: "kept", client: "Plunkett" });
    await first.maya.comment(gid, "kept too");
    const form = new FormData();
    form.set("parent", gid);
    form.set("file", new File([new Uint8Array([0, 255, 10, 13])], "a.bin"));
    const uploaded = await fetch(`${first.url}/asana/api/1.0/attachments`, {
      method: "POST",
      headers: { authorization: `Bearer ${PATS.maya}` },
      body: form,
    });
    expect(uploaded.status).toBe(200);
    first.child.kill("SIGKILL");
    await once(first.child, "exit");
    const second = await run();
    expect((await second.maya.comments(gid)).map((comment) => comment.text)).toEqual(["kept too"]);
    const [file] = await second.maya.attachments(gid);
    expect([...(await second.maya.download(file?.gid ?? ""))]).toEqual([0, 255, 10, 13]);
    const next = await second.maya.createTask({ name: "new gid" });
    expect(BigInt(next.gid)).toBeGreaterThan(BigInt(gid));
  });
});
