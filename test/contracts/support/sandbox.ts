/** The live side of a contract: simulators on loopback, and everything the adapters send kept for the spec check. */
import { startSandbox } from "../../../sandbox/kit/server.ts";
import type { Fault, Upstream } from "../../../sandbox/kit/upstream.ts";
import type { Fetch, Transport } from "../../../src/lib/http.ts";

export interface Recorded {
  readonly method: string;
  readonly url: string;
  readonly contentType: string;
  readonly headers: Headers;
  /** Text of a JSON or form body; the field names of a multipart one. */
  readonly body: string;
}

export interface LiveTransport extends Transport {
  /** Waits asked for, in milliseconds; none of them is really waited. */
  readonly slept: number[];
}

export interface ContractSandbox {
  readonly variables: Readonly<Record<string, string>>;
  readonly url: string;
  /** Everything sent through `transport`, oldest first. */
  readonly recorded: readonly Recorded[];
  /** Replaces all faults by these. */
  faults(...faults: readonly Fault[]): Promise<void>;
  reset(): Promise<void>;
  transport(more?: Partial<Transport>): LiveTransport;
  stop(): Promise<void>;
}

/** Starts the given upstreams in memory on any free port. */
export async function openSandbox(upstreams: readonly Upstream[], now?: () => Date): Promise<ContractSandbox> {
  const options = { port: 0, stateDir: null, upstreams };
  const sandbox = await startSandbox(now === undefined ? options : { ...options, now });
  const recorded: Recorded[] = [];
  const control = async (path: string, body: unknown) => {
    const headers = { "content-type": "application/json" };
    const reply = await fetch(`${sandbox.url}/_sandbox/${path}`, {
      method: "POST",
      headers,
      body: JSON.stringify(body),
    });
    if (!reply.ok) throw new Error(`sandbox ${path}: ${reply.status} ${await reply.text()}`);
  };
  const recording: Fetch = async (input, init) => {
    recorded.push(await recordOf(input, init));
    return fetch(input, init);
  };
  return {
    variables: sandbox.variables,
    url: sandbox.url,
    recorded,
    faults: async (...faults) => {
      await control("faults", { clear: true });
      if (faults.length > 0) await control("faults", { faults });
    },
    reset: () => control("reset", {}),
    transport: (more = {}) => {
      const slept: number[] = [];
      const sleep = async (ms: number) => void slept.push(ms);
      return { fetch: recording, slept, sleep, now: now ?? (() => new Date()), random: () => 0.5, ...more };
    },
    stop: () => sandbox.stop(),
  };
}

async function recordOf(url: string, init: RequestInit | undefined): Promise<Recorded> {
  const headers = new Headers(init?.headers);
  const method = init?.method ?? "GET";
  if (init?.body instanceof FormData) {
    return { method, url, headers, contentType: "multipart/form-data", body: [...init.body.keys()].join(",") };
  }
  const body = typeof init?.body === "string" ? init.body : "";
  return { method, url, headers, contentType: headers.get("content-type") ?? "", body };
}

/** A setting the sandbox must offer. */
export function variable(sandbox: ContractSandbox, name: string): string {
  const value = sandbox.variables[name];
  if (value === undefined) throw new Error(`the sandbox offers no ${name}`);
  return value;
}
