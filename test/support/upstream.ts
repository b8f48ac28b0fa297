/** The far side of the gateway tests. Tests and actors run in one isolate, so both see the same one. */

export interface Upstream {
  perMinute: number;
  patienceMs: { readonly read: number; readonly write: number };
  now(): number;
  answer(request: Request): Promise<Response>;
}

const silent: Upstream = {
  perMinute: 1_500,
  patienceMs: { read: 20_000, write: 60_000 },
  now: () => Date.now(),
  answer: async () => new Response("{}", { status: 200 }),
};

let current: Upstream = silent;

/** What the gateways of this file talk to. */
export function theUpstream(): Upstream {
  return current;
}

/** Replaces it; a test begins with this. */
export function playUpstream(change: Partial<Upstream>): Upstream {
  current = { ...silent, ...change };
  return current;
}
