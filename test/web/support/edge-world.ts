/** The web edge with scripted neighbours: assets, control plane, clock, and a Cloudflare Access that signs. */
import { exportJWK, generateKeyPair, importJWK, type JWTPayload, SignJWT } from "jose";
import * as v from "valibot";
import { expect } from "vitest";
import { ProblemSchema } from "../../../src/core/wire.ts";
import { TicketSchema, WRITE_PASS_HEADER } from "../../../src/core/wire-tickets.ts";
import { webEdge } from "../../../web/edge/answer.ts";
import type { EdgeEnv } from "../../../web/edge/settings.ts";

export const TOKEN = "the-service-token";
export const LOCAL = "http://127.0.0.1:8788";
export const REMOTE = "https://panel.agency.example";
export const TEAM = "agency.cloudflareaccess.com";
export const AUDIENCE = "aud-of-the-panel";
export const OFFICE = "192.0.2.9";

/** A cloud environment as it is deployed: an office, an Access application. */
export const CLOUD: Partial<EdgeEnv> = {
  ENVIRONMENT: "production",
  OFFICE_IP_RANGES: "192.0.2.0/24, 2001:db8::/32",
  ACCESS_TEAM_DOMAIN: TEAM,
  ACCESS_AUD: AUDIENCE,
};

const PAGES: Readonly<Record<string, string>> = {
  "/": "<!doctype html>page",
  "/assets/main-AB12.js": "code",
};

/** One key of Access, with its private half. */
export interface SigningKey {
  readonly kid: string;
  readonly sign: (claims: JWTPayload, algorithm?: string) => Promise<string>;
  readonly published: () => Promise<object>;
}

/** A fresh RSA key, as Access signs with. */
export async function signingKey(kid: string): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair("RS256", { extractable: true });
  return {
    kid,
    async sign(claims, algorithm = "RS256") {
      const key = await importJWK(await exportJWK(privateKey), algorithm);
      return new SignJWT(claims).setProtectedHeader({ alg: algorithm, kid }).sign(key);
    },
    // Without its algorithm, so that only the edge can insist on one.
    published: async () => ({ ...(await exportJWK(publicKey)), kid, use: "sig" }),
  };
}

export interface World {
  readonly env: EdgeEnv;
  /** Requests that reached the control plane. */
  readonly seen: Request[];
  /** Addresses of key sets that were fetched. */
  readonly fetched: string[];
  /** What Access publishes; null while it cannot be reached. */
  keys: readonly SigningKey[] | null;
  /** Milliseconds since 1970. */
  now: number;
  fetch(request: Request): Promise<Response>;
}

/** An edge on its own, local unless `changes` say otherwise. */
export function world(
  changes: Partial<EdgeEnv> = {},
  answer: (request: Request) => Response = () => Response.json({ ok: true }),
): World {
  const seen: Request[] = [];
  const fetched: string[] = [];
  const env: EdgeEnv = {
    ENVIRONMENT: "local",
    OFFICE_IP_RANGES: "",
    AGENCY_OS_INTERNAL_API_TOKEN: TOKEN,
    ASSETS: {
      fetch: async (request) => {
        const body = PAGES[new URL(request.url).pathname];
        return body === undefined
          ? new Response(null, { status: 404 })
          : new Response(body, { headers: { etag: '"1"' } });
      },
    },
    CONTROL_PLANE: {
      fetch: async (request) => {
        seen.push(request);
        return answer(request);
      },
    },
    ...changes,
  };
  const edge = webEdge({
    now: () => made.now,
    fetchKeys: async (url) => {
      fetched.push(url);
      if (made.keys === null) throw new TypeError("fetch failed");
      return Response.json({ keys: await Promise.all(made.keys.map((key) => key.published())) });
    },
  });
  const made: World = { env, seen, fetched, keys: null, now: Date.now(), fetch: (request) => edge.fetch(request, env) };
  return made;
}

/** Claims of a sign-in that is good now. */
export function claimsOf(email: string, now: number): JWTPayload {
  const seconds = Math.floor(now / 1000);
  return {
    iss: `https://${TEAM}`,
    aud: [AUDIENCE],
    email,
    type: "app",
    iat: seconds,
    nbf: seconds,
    exp: seconds + 600,
  };
}

/** The problem an answer carries. */
export async function problemOf(response: Response): Promise<v.InferOutput<typeof ProblemSchema>> {
  expect(response.headers.get("content-type")).toBe("application/problem+json");
  return v.parse(ProblemSchema, await response.json());
}

/** The write pass that `GET /api/me` hands out; `headers` say who asks. */
export async function passOf(edge: World, origin: string, headers: Record<string, string> = {}): Promise<string> {
  const response = await edge.fetch(new Request(`${origin}/api/me`, { headers }));
  return response.headers.get(WRITE_PASS_HEADER) ?? "";
}

/** A ticket for a socket's path; `headers` say who asks. Fails when there is none. */
export async function ticketOf(
  edge: World,
  origin: string,
  path: string,
  headers: Record<string, string> = {},
): Promise<string> {
  const sent = { ...headers, origin, [WRITE_PASS_HEADER]: await passOf(edge, origin, headers) };
  const body = JSON.stringify({ path });
  const response = await edge.fetch(new Request(`${origin}/api/tickets`, { method: "POST", headers: sent, body }));
  return v.parse(TicketSchema, await response.json()).ticket;
}
