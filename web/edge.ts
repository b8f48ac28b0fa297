/** The web edge: decides who gets in, serves the interface, and proxies its API calls with the service token. */
import { refusalOf } from "./edge/gate.ts";
import { pagePolicy } from "./edge/headers.ts";
import { isApiPath, proxyApi } from "./edge/proxy.ts";
import { refuse } from "./edge/refusal.ts";
import { type EdgeEnv, isLocal } from "./edge/settings.ts";

const HASHED = "/assets/";
const YEAR = "public, max-age=31536000, immutable";

/** Files carry their content's hash in the name and never change; every other address is the interface's one page. */
async function serveInterface(request: Request, url: URL, env: EdgeEnv): Promise<Response> {
  const hashed = url.pathname.startsWith(HASHED);
  if (request.method !== "GET" && request.method !== "HEAD") {
    const detail = "Pages can only be read.";
    return refuse(request, { status: 405, code: "method_not_allowed", title: "Method not allowed", detail });
  }
  const target = new URL(hashed ? url.pathname : "/index.html", url);
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

async function answer(request: Request, env: EdgeEnv): Promise<Response> {
  const url = new URL(request.url);
  const refusal = refusalOf(request, url, env);
  if (refusal !== null) return refuse(request, refusal);
  const response = isApiPath(url.pathname)
    ? await proxyApi(request, url, env)
    : await serveInterface(request, url, env);
  if (!isLocal(env) && response.status !== 101) response.headers.set("strict-transport-security", "max-age=31536000");
  return response;
}

export default { fetch: answer };
