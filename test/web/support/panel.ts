/** The built panel behind the real web edge, with a scripted control plane, for tests in a browser. */
import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import path from "node:path";
import type { Browser, BrowserContextOptions, Page, WebSocketRoute } from "playwright-core";
import { ACTIONS } from "../../../src/core/access/matrix.ts";
import type { Problem } from "../../../src/core/wire.ts";
import type { Me } from "../../../src/core/wire-me.ts";
import edge from "../../../web/edge.ts";
import { NOW } from "./runs.ts";

/** Answers one request of the control plane; the path is without `/api`. */
export type Answer = (request: Request, path: string) => Response | Promise<Response | null> | null;

/** The server's end of one live socket. Frames are sent as JSON; pings are answered until muted. */
export interface LiveSocket {
  /** As the control plane sees it: without the ticket. */
  readonly url: URL;
  send(frame: unknown): void;
  muteAnswers(): void;
  close(code: number): void;
}

export interface Panel {
  readonly url: string;
  stop(): Promise<void>;
}

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
  ".woff2": "font/woff2",
};

/** JSON as the control plane sends it. */
export function json(body: unknown, status = 200): Response {
  return Response.json(body, { status });
}

/** A problem as the control plane sends it. */
export function problem(status: number, code: string, title: string, detail: string): Response {
  const body: Problem = { type: "about:blank", status, code, title, detail };
  return new Response(JSON.stringify(body), { status, headers: { "content-type": "application/problem+json" } });
}

async function assetFrom(folder: string, request: Request): Promise<Response> {
  const { pathname } = new URL(request.url);
  try {
    const name = pathname === "/" ? "/index.html" : path.normalize(pathname);
    const body = await readFile(path.join(folder, name));
    return new Response(new Uint8Array(body), {
      headers: { "content-type": TYPES[path.extname(name)] ?? "application/octet-stream" },
    });
  } catch {
    return new Response(null, { status: 404 });
  }
}

async function bodyOf(incoming: IncomingMessage): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of incoming) if (chunk instanceof Uint8Array) chunks.push(chunk);
  return new Uint8Array(Buffer.concat(chunks));
}

async function toRequest(incoming: IncomingMessage): Promise<Request> {
  const headers = new Headers();
  for (const [name, value] of Object.entries(incoming.headers)) if (typeof value === "string") headers.set(name, value);
  const method = incoming.method ?? "GET";
  const body = method === "GET" || method === "HEAD" ? null : await bodyOf(incoming);
  return new Request(`http://${incoming.headers.host ?? "127.0.0.1"}${incoming.url ?? "/"}`, { method, headers, body });
}

async function send(response: Response, outgoing: ServerResponse): Promise<void> {
  outgoing.writeHead(response.status, Object.fromEntries(response.headers));
  outgoing.end(new Uint8Array(await response.arrayBuffer()));
}

/** What the scripted control plane says. */
export interface Script {
  current: Answer;
  /** Who looks; absent: somebody who may do everything. */
  me?: Me;
}

/** Somebody who may do everything; a test that needs less sets `answer.me`. */
export const EVERYTHING = {
  email: "dev@localhost",
  name: "Dev",
  userId: null,
  agencyRole: "admin",
  ops: true,
  anywhere: Object.keys(ACTIONS),
  units: {},
} satisfies Me;

/** Serves the panel that was built into `folder` through the edge; `answer` is asked for every API call. */
export async function servePanel(folder: string, answer: Script): Promise<Panel> {
  const env = {
    ENVIRONMENT: "local",
    AGENCY_OS_INTERNAL_API_TOKEN: "a-token-no-browser-sees",
    ASSETS: { fetch: (request: Request) => assetFrom(folder, request) },
    CONTROL_PLANE: {
      fetch: async (request: Request) => {
        const { pathname } = new URL(request.url);
        // The edge asks whether this person may watch: they may.
        if (pathname.endsWith("/live")) return problem(426, "websocket_only", "WebSocket only", "Upgrade.");
        // Asked by every page at its start, so no test's script is bothered with it.
        if (pathname === "/me") return json(answer.me ?? EVERYTHING);
        return (await answer.current(request, pathname)) ?? problem(404, "not_found", "Not found", "Nothing here.");
      },
    },
  };
  const server = createServer((incoming, outgoing) => {
    const reply = toRequest(incoming).then((request) => edge.fetch(request, env));
    reply
      .then((response) => send(response, outgoing))
      .catch((thrown: unknown) => outgoing.destroy(thrown instanceof Error ? thrown : undefined));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The test server has no port.");
  return {
    url: `http://127.0.0.1:${address.port}`,
    async stop() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** A page whose clock stands at NOW and which fails the test on any error or policy violation. */
export interface TestPage {
  readonly page: Page;
  /** What went wrong in the page so far. */
  readonly faults: string[];
  close(): Promise<void>;
}

/** Collects what goes wrong in a page from now on: uncaught errors, console errors, violations of the content policy. */
export function watchFaults(page: Page): string[] {
  const faults: string[] = [];
  page.on("pageerror", (error) => faults.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error" && !message.text().startsWith("Failed to load resource"))
      faults.push(message.text());
  });
  return faults;
}

/** Opens an empty page. Fetches that a test makes fail on purpose are not counted as faults. */
export async function openPage(browser: Browser, options: BrowserContextOptions = {}): Promise<TestPage> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const faults = watchFaults(page);
  await page.clock.install({ time: NOW });
  return { page, faults, close: () => context.close() };
}

/** Plays the server's side of every live socket whose path ends in `/live`. */
export async function routeLive(page: Page, connected: (socket: LiveSocket) => void): Promise<void> {
  await page.routeWebSocket(/\/live(\?|$)/, (route: WebSocketRoute) => {
    let muted = false;
    route.onMessage((message) => {
      if (message === "ping" && !muted) route.send("pong");
    });
    const url = new URL(route.url());
    if (!url.searchParams.has("ticket")) {
      void route.close({ code: 1008, reason: "A socket without a ticket does not pass the edge." });
      return;
    }
    url.searchParams.delete("ticket");
    connected({
      url,
      send: (frame) => route.send(JSON.stringify(frame)),
      muteAnswers() {
        muted = true;
      },
      close: (code) => void route.close({ code }),
    });
  });
}
