/** Answers of the edge itself when it does not let a request through. */
import type { Problem } from "../../src/core/wire.ts";
import { pagePolicy } from "./headers.ts";

/** What is refused and what the reader can do about it. All text is ours: nothing of the request is echoed. */
export interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly detail: string;
}

function wantsPage(request: Request): boolean {
  return request.method === "GET" && (request.headers.get("accept") ?? "").includes("text/html");
}

function page(refusal: Refusal): string {
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark"><title>${refusal.title} · Agency OS</title></head>
<body><main><h1>${refusal.title}</h1><p>${refusal.detail}</p></main></body>
</html>
`;
}

/** A refusal as a page for a person who opened an address, as problem+json (RFC 9457) for everything else. */
export function refuse(request: Request, refusal: Refusal): Response {
  const headers = new Headers({ "cache-control": "no-store" });
  for (const [name, value] of pagePolicy(null)) headers.set(name, value);
  if (wantsPage(request)) {
    headers.set("content-type", "text/html; charset=utf-8");
    return new Response(page(refusal), { status: refusal.status, headers });
  }
  headers.set("content-type", "application/problem+json");
  const problem: Problem = { type: "about:blank", ...refusal, instance: new URL(request.url).pathname };
  return new Response(JSON.stringify(problem), { status: refusal.status, headers });
}
