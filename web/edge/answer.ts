/** The web edge: decides who gets in, serves the interface, and proxies its API calls with the service token. */
import { refusalOf } from "./gate.ts";
import { pagePolicy } from "./headers.ts";
import { type KeyFetch, staffDoor } from "./identity.ts";
import { isApiPath, proxyApi } from "./proxy.ts";
import { refuse } from "./refusal.ts";
import { type EdgeEnv, isLocal } from "./settings.ts";

const HASHED = "/assets/";
const YEAR = "public, max-age=31536000, immutable";

/** Files carry their content's hash in the name and never change; every other address is the interface's one page. */
async function serveInterface(request: Request, url: URL, env: EdgeEnv): Promise<Response> {
  const hashed = url.pathname.startsWith(HASHED);
  if (request.method !== "GET" && request.method !== "HEAD") {
    const detail = "Pages can only be read.";
    return refuse(request, { status: 405, code: "method_not_allowed", title: "Method not allowed", detail });
  }
  const target = new URL(hashed ? url.pathname : "/", url);
  const found = await env.ASSETS.fetch(new Request(target, { method: request.method, headers: conditional(request) }));
  if (found.status >= 400) {
    const detail = "There is nothing at this address.";
    return refuse(request, { status: 404, code: "not_found", title: "Not found", detail });
  }
  const response = new Response(found.body, found);
  for (const [name, value] of pagePolicy(url.host)) response.headers.set(name, value);
  // A page kept by the browser would ask for files of an older build; a hashed file can be kept for good.
  response.headers.set("cache-control", hashed ? YEAR : "no-cache");
  return response;
}

function conditional(request: Request): Headers {
  const headers = new Headers();
  const known = request.headers.get("if-none-match");
  if (known !== null) headers.set("if-none-match", known);
  return headers;
}

/** What the edge needs of the world beside its bindings. */
export interface EdgeWorld {
  readonly fetchKeys: KeyFetch;
  /** Milliseconds since 1970. */
  now(): number;
}

/** The edge as the platform calls it. What it keeps between requests, it keeps in here. */
export function webEdge(world: EdgeWorld): { fetch(request: Request, env: EdgeEnv): Promise<Response> } {
  const identify = staffDoor(world.fetchKeys);

  async function answer(request: Request, env: EdgeEnv): Promise<Response> {
    const url = new URL(request.url);
    const refusal = refusalOf(request, url, env);
    if (refusal !== null) return refuse(request, refusal);
    const now = world.now();
    const staff = await identify(request, env, now);
    if ("refusal" in staff) return refuse(request, staff.refusal);
    return isApiPath(url.pathname) ? proxyApi(request, url, env, staff.email, now) : serveInterface(request, url, env);
  }

  return {
    async fetch(request, env) {
      const response = await answer(request, env);
      if (!isLocal(env) && response.status !== 101)
        response.headers.set("strict-transport-security", "max-age=31536000");
      return response;
    },
  };
}
