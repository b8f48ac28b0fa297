/** The sandbox: every upstream simulator behind one HTTP server on loopback. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { upstreams as allUpstreams } from "../upstreams.ts";
import { CONTROL_PREFIX, control, problem } from "./control.ts";
import { faultBook } from "./faults.ts";
import { heldBook } from "./held.ts";
import { MAX_BODY, readBody, refuseStranger, send, simRequest } from "./http.ts";
import { requestLog } from "./journal.ts";
import { findTarget, type Mounted, mount } from "./mount.ts";
import { serve } from "./serve.ts";
import { openState } from "./state.ts";
import type { Upstream } from "./upstream.ts";

export interface SandboxOptions {
  /** 0 takes any free port. */
  readonly port: number;
  /** Folder of the durable state; null keeps it in memory. */
  readonly stateDir: string | null;
  /** Default: all of `sandbox/upstreams.ts`. */
  readonly upstreams?: readonly Upstream[];
  /** Options of the upstreams, e.g. `webhook-secret` of Asana. */
  readonly options?: Readonly<Record<string, string>>;
  readonly now?: () => Date;
}

export interface Sandbox {
  readonly url: string;
  readonly port: number;
  /** Settings of the control plane that point at this sandbox, e.g. `ASANA_BASE_URL`. */
  readonly variables: Readonly<Record<string, string>>;
  /** Ends every connection and all background work, then closes the state. */
  stop(): Promise<void>;
}

/** Starts the sandbox on 127.0.0.1. Rejects with a clear message when the port is in use. */
export async function startSandbox(given: SandboxOptions): Promise<Sandbox> {
  const upstreams = given.upstreams ?? allUpstreams;
  const now = given.now ?? (() => new Date());
  const state = openState(given.stateDir);
  const parts = { state, faults: faultBook(), now, options: given.options ?? {} };
  const log = requestLog();
  const stopping = new AbortController();
  const held = heldBook(stopping.signal);
  let mounts: readonly Mounted[] = [];
  const unmount = async () => void (await Promise.all(mounts.map((mounted) => mounted.stop())));
  const controls = {
    faults: parts.faults,
    held,
    log,
    upstreams: upstreams.map(({ name }) => name),
    reset: async () => {
      await unmount();
      state.clear();
      parts.faults.clear();
      log.clear();
      mounts = upstreams.map((upstream) => mount(upstream, parts));
    },
  };
  const dispatch = async (incoming: IncomingMessage, outgoing: ServerResponse) => {
    const refused = refuseStranger(incoming);
    if (refused !== null) return send(outgoing, problem(403, refused));
    const url = new URL(incoming.url ?? "/", "http://sandbox");
    const path = url.pathname;
    const body = await readBody(incoming);
    if (body === null) return send(outgoing, problem(413, `the sandbox takes at most ${MAX_BODY} bytes`));
    if (path.startsWith(`${CONTROL_PREFIX}/`)) {
      const request = simRequest(incoming, url, path.slice(CONTROL_PREFIX.length), body);
      return send(outgoing, await control(controls, request));
    }
    const target = findTarget(mounts, path);
    if (target === null) return send(outgoing, problem(404, `nothing at ${path}`));
    const request = simRequest(incoming, url, target.path, body);
    return serve({ faults: parts.faults, held, log, now, stopping: stopping.signal }, target, request, outgoing);
  };
  const server = createServer((incoming, outgoing) => {
    // A client that goes away while its body is read is its own business; anything else is a bug worth seeing.
    dispatch(incoming, outgoing).catch((error: unknown) => {
      if (!incoming.destroyed) console.error("sandbox: request failed", error);
      outgoing.socket?.destroy();
    });
  });
  const port = await listen(server, given.port).catch((error: unknown) => {
    state.close();
    throw error;
  });
  const close = async () => {
    await new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
    state.close();
  };
  try {
    mounts = upstreams.map((upstream) => mount(upstream, parts));
  } catch (error) {
    // An option an upstream refuses must not leave a server behind that answers nothing.
    await close();
    throw error;
  }
  const url = `http://127.0.0.1:${port}`;
  return {
    url,
    port,
    variables: variablesOf(upstreams, url),
    stop: async () => {
      stopping.abort();
      await unmount();
      await close();
    },
  };
}

function variablesOf(upstreams: readonly Upstream[], url: string): Record<string, string> {
  return Object.fromEntries(
    upstreams.flatMap(({ prefix, baseUrlVariables }) =>
      Object.entries(baseUrlVariables).map(([name, suffix]) => [name, `${url}${prefix}${suffix}`]),
    ),
  );
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", (error) => {
      const inUse = "code" in error && error.code === "EADDRINUSE";
      reject(inUse ? new Error(`port ${port} is in use; choose another one with --port`) : error);
    });
    server.listen(port, "127.0.0.1", () => {
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : port);
    });
  });
}
