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
  return systemAt(parsed.output);
}

/** The control plane at `url`, whose token is in the environment; without one, the running system of the state folder. */
export async function systemOf(given: { readonly url?: string; readonly state?: string }): Promise<RunningSystem> {
  const { url, state = ".agency-os" } = given;
  if (url === undefined) return runningSystem(state, ", or name a control plane with --url");
  if (!URL.canParse(url))
    throw new Problem(`--url needs an address such as https://control-plane.example, not ${url}.`);
  const internalToken = process.env.AGENCY_OS_INTERNAL_API_TOKEN?.split(",")[0]?.trim() ?? "";
  if (internalToken === "") throw new Problem("Set AGENCY_OS_INTERNAL_API_TOKEN to the token of that control plane.");
  return systemAt({ controlPlaneUrl: url, internalToken });
}

function systemAt({ controlPlaneUrl, internalToken }: v.InferOutput<typeof LocalSchema>): RunningSystem {
  const ask = async (path: string, init: RequestInit): Promise<Response> => {
    const url = `${controlPlaneUrl.replace(/\/+$/, "")}${path}`;
    const headers = { "X-Agency-OS-Internal-Token": internalToken };
    return fetch(url, { ...init, headers, signal: AbortSignal.timeout(TIMEOUT_MS) }).catch((thrown: unknown) => {
      throw new Problem(`The system does not answer at ${url}: ${messageOf(thrown)}. Is it running?`);
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

/** True for an option that `parseArgs` does not know. */
const isUsage = (thrown: unknown): boolean =>
  thrown instanceof Error && "code" in thrown && String(thrown.code).startsWith("ERR_PARSE_ARGS");

/** Runs a command line; a problem is printed, anything else is a bug and keeps its stack. */
export async function asCommand(main: () => Promise<number>): Promise<void> {
  process.exitCode = await main().catch((thrown: unknown) => {
    if (!(thrown instanceof Problem) && !isUsage(thrown)) throw thrown;
    console.error(messageOf(thrown));
    return 2;
  });
}
