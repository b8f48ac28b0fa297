/** A `fetch` that answers from a list and keeps what it was asked; for what no simulator can be made to say. */
import type { Fetch, Transport } from "../../../src/lib/http.ts";

export interface SentRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Headers;
  readonly body: string;
  readonly redirect: string;
}

type Answer = Response | Error | (() => Response | Promise<Response>);

export interface ScriptedFetch {
  readonly fetch: Fetch;
  readonly sent: readonly SentRequest[];
}

/** Answers in order; the last answer is given again and again. */
export function scriptFetch(...answers: Answer[]): ScriptedFetch {
  const sent: SentRequest[] = [];
  return {
    sent,
    fetch: async (input, init) => {
      const request = new Request(input, init);
      const { method, url, headers, redirect } = request;
      const answer = answers[Math.min(sent.length, answers.length - 1)];
      sent.push({ method, url, headers, redirect, body: await request.text() });
      if (answer === undefined) throw new Error("the script is empty");
      if (answer instanceof Error) throw answer;
      return answer instanceof Response ? answer.clone() : answer();
    },
  };
}

/** A JSON answer. */
export function json(body: unknown, status = 200, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), { status, headers: { "content-type": "application/json", ...headers } });
}

/** A clock that stands still and a sleep that only writes down. */
export function stillTransport(fetch: Fetch, more: Partial<Transport> = {}): Transport & { readonly slept: number[] } {
  const slept: number[] = [];
  return {
    fetch,
    slept,
    sleep: async (ms) => void slept.push(ms),
    now: () => new Date("2026-11-05T09:00:00.000Z"),
    random: () => 0.5,
    ...more,
  };
}
