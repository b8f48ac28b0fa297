/** The sandbox as a child process of the local system. */
import { type ChildProcess, spawn } from "node:child_process";
import path from "node:path";
import { createInterface } from "node:readline";
import * as v from "valibot";
import type { LogFile } from "./log-file.ts";
import { ROOT } from "./paths.ts";

const ReadySchema = v.object({
  ready: v.literal(true),
  url: v.string(),
  variables: v.record(v.string(), v.string()),
});

/** What the sandbox needs to start. */
export interface SandboxOptions {
  readonly port: number;
  readonly state: string;
  readonly webhookSecret: string;
  /** Further options of the simulators, by their flag without dashes. */
  readonly options?: Readonly<Record<string, string>>;
  readonly log: LogFile;
}

/** The running sandbox. */
export interface RunningSandbox {
  readonly url: string;
  readonly pid: number;
  /** Base URLs of its upstreams, by the variable that names them. */
  readonly variables: Readonly<Record<string, string>>;
  /** Settles when it is gone, with words for a person; also after `stop`. */
  readonly gone: Promise<string>;
  stop(): Promise<void>;
}

function flagsOf({ port, state, webhookSecret, options = {} }: SandboxOptions): readonly string[] {
  const all = { port: String(port), state, "webhook-secret": webhookSecret, ...options };
  return Object.entries(all).flatMap(([name, value]) => [`--${name}`, value]);
}

/** The first line that says it is ready; every other line goes to the log. Rejects when the process ends before. */
function readyLine(
  child: ChildProcess,
  log: LogFile,
  gone: Promise<string>,
): Promise<v.InferOutput<typeof ReadySchema>> {
  return new Promise((resolve, reject) => {
    void gone.then((words) => reject(new Error([words, ...log.tail()].join("\n  "))));
    for (const stream of [child.stdout, child.stderr]) {
      if (stream === null) continue;
      createInterface({ input: stream }).on("line", (line) => {
        const ready = v.safeParse(v.pipe(v.string(), v.parseJson(), ReadySchema), line);
        if (ready.success) resolve(ready.output);
        else log.line(line);
      });
    }
  });
}

/** Starts the sandbox and answers when it listens. Rejects with its own words when it cannot. */
export async function startSandboxProcess(options: SandboxOptions): Promise<RunningSandbox> {
  const preload = path.join(ROOT, "scripts", "runtime", "exit-with-parent.ts");
  const child = spawn(
    process.execPath,
    [
      "--disable-warning=ExperimentalWarning",
      "--import",
      preload,
      path.join(ROOT, "sandbox", "main.ts"),
      ...flagsOf(options),
    ],
    // A group of its own: Ctrl-C must reach it through us, in order, or its end would look like a failure.
    { cwd: ROOT, stdio: ["ignore", "pipe", "pipe", "ipc"], detached: true },
  );
  const gone = new Promise<string>((resolve) => {
    child.once("error", (error) => resolve(`The sandbox could not be started: ${error.message}`));
    child.once("exit", (code, signal) =>
      resolve(`The sandbox (process ${child.pid}) ended: ${signal ?? `exit code ${code}`}.`),
    );
  });
  const ready = await readyLine(child, options.log, gone);
  return {
    url: ready.url,
    pid: child.pid ?? 0,
    variables: ready.variables,
    gone,
    async stop() {
      child.kill("SIGTERM");
      const late = setTimeout(() => child.kill("SIGKILL"), 5_000);
      await gone;
      clearTimeout(late);
    },
  };
}
