/** The system that `npm start` describes in `.agency-os/local.json`, asked with its service token. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import * as v from "valibot";

const TIMEOUT_MS = 60_000;

/** A problem to be printed without a stack. */
export class Problem extends Error {}

/** What was thrown, in words. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

const LocalSchema = v.object({
  controlPlaneUrl: v.pipe(v.string(), v.url()),
  internalToken: v.pipe(v.string(), v.minLength(1)),
});

export interface RunningSystem {
  /** The body of a route; null when there is no such thing. */
  get(path: string): Promise<string | null>;
  post(path: string, body: string): Promise<{ readonly status: number; readonly text: string }>;
}

/** The running system of a state folder; `otherwise` says what else can be done when there is none. */
export async function runningSystem(stateDir: string, otherwise = ""): Promise<RunningSystem> {
  const file = join(stateDir, "local.json");
  const text = await readFile(file, "utf8").catch(() => null);
  if (text === null)
    throw new Problem(`No running system: ${file} does not exist. Start it with "npm start"${otherwise}.`);
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), LocalSchema), text);
  if (!parsed.success) throw new Problem(`${file} is not what "npm start" writes; is the system starting up?`);
  const { controlPlaneUrl, internalToken } = parsed.output;
  const ask = async (path: string, init: RequestInit): Promise<Response> => {
    const url = `${controlPlaneUrl.replace(/\/+$/, "")}${path}`;
    const headers = { "X-Agency-OS-Internal-Token": internalToken };
    return fetch(url, { ...init, headers, signal: AbortSignal.timeout(TIMEOUT_MS) }).catch((thrown: unknown) => {
      throw new Problem(`The system does not answer at ${url}: ${messageOf(thrown)}. Is "npm start" running?`);
    });
  };
  return {
    get: async (path) => {
      const reply = await ask(path, {});
      if (reply.status === 404) return null;
      if (!reply.ok) throw new Problem(`The system answered ${reply.status} to GET ${path}.`);
      return reply.text();
    },
    post: async (path, body) => {
      const reply = await ask(path, { method: "POST", body });
      return { status: reply.status, text: await reply.text() };
    },
  };
}

/** Runs a command line; a problem is printed, anything else is a bug and keeps its stack. */
export async function asCommand(main: () => Promise<number>): Promise<void> {
  process.exitCode = await main().catch((thrown: unknown) => {
    if (!(thrown instanceof Problem)) throw thrown;
    console.error(thrown.message);
    return 2;
  });
}
