/** `local.json`: addresses and secrets of the running system, for scripts. True while it runs, absent otherwise. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import * as v from "valibot";
import { readJson, writePrivateJson } from "./secrets.ts";
import type { LocalSystem } from "./system.ts";

const LocalFileSchema = v.object({
  /** Process that runs the system; a signal to it stops all of it. */
  pid: v.number(),
  workerPid: v.number(),
  sandboxPid: v.nullable(v.number()),
  controlPlaneUrl: v.string(),
  webUrl: v.string(),
  sandboxUrl: v.nullable(v.string()),
  internalToken: v.string(),
  webhookSecret: v.string(),
  upstreams: v.record(v.string(), v.string()),
  demoTaskGid: v.nullable(v.string()),
});

/** Content of `local.json`. */
export type LocalFile = v.InferOutput<typeof LocalFileSchema>;

/** Writes the file for `system`, readable by its owner only. */
export async function writeLocalFile(file: string, system: LocalSystem, demoTaskGid: string | null): Promise<void> {
  const content: LocalFile = {
    pid: process.pid,
    workerPid: system.workerPid,
    sandboxPid: system.sandboxPid,
    controlPlaneUrl: system.controlPlaneUrl,
    webUrl: system.webUrl,
    sandboxUrl: system.sandboxUrl,
    ...system.secrets,
    upstreams: system.upstreams,
    demoTaskGid,
  };
  await writePrivateJson(file, content);
}

/** Removes the file: nothing runs any more. */
export async function removeLocalFile(file: string): Promise<void> {
  await rm(file, { force: true });
}

/** Command line of a running process; null when there is none. */
function commandOf(pid: number): string | null {
  try {
    if (process.platform === "linux") return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
    return execFileSync("ps", ["-o", "command=", "-p", String(pid)], { encoding: "utf8" });
  } catch {
    return null;
  }
}

/**
 * True until the process has let go of its files and ports. A killed process loses its command line first and its ports
 * a moment later; one that is gone but was never collected (state Z) holds nothing any more.
 */
function holdsOn(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return process.platform !== "linux" || !readFileSync(`/proc/${pid}/stat`, "utf8").includes(") Z ");
  } catch {
    return false;
  }
}

/**
 * Ends the process if it still runs `program`, and waits until it has let go: only then can this start take its place.
 * One without a command line is dying by itself, because its parent did, and may still hold its ports.
 */
async function endOrphan(pid: number, program: string): Promise<void> {
  const command = commandOf(pid)?.trim();
  if (command === undefined || (command !== "" && !command.includes(program))) return;
  if (command !== "") process.kill(pid, "SIGKILL");
  for (let waited = 0; holdsOn(pid) && waited < 10_000; waited += 25) await pause(25);
}

/**
 * Looks at what an earlier start left. Rejects when that system still runs. When it was killed, its parts that are
 * still there are ended: they hold the ports and the state this start needs. A process id that meanwhile belongs to
 * another program is left alone. Answers whether there was an earlier start that did not end by itself: what it held may be
 * let go a moment after its processes are gone, for the threads of one end one by one.
 */
export async function clearTheWay(file: string): Promise<boolean> {
  const left = v.safeParse(v.nullable(LocalFileSchema), await readJson(file).catch(() => null));
  if (!left.success || left.output === null) {
    await removeLocalFile(file);
    return false;
  }
  const { pid, workerPid, sandboxPid } = left.output;
  if (commandOf(pid)?.includes("start.ts") === true) {
    throw new Error(
      `Agency OS already runs on this state folder (process ${pid}): ${left.output.webUrl}. Stop it first.`,
    );
  }
  await endOrphan(workerPid, "workerd");
  if (sandboxPid !== null) await endOrphan(sandboxPid, "sandbox/main.ts");
  await removeLocalFile(file);
  return true;
}
