/** How bad the weather of one seed is, and what it does to each call. */
import { RetryableError } from "../../src/core/errors.ts";
import type { Random } from "./random.ts";

/** Probabilities of one seed; 0 leaves a kind of trouble out. */
export interface Weather {
  /** A call is refused before anything happened. */
  refused: number;
  /** A call happens, and its answer never arrives. */
  answerLost: number;
  /** A call takes long, up to half a minute. */
  slow: number;
  /** A message is lost for good. */
  messageLost: number;
  /** A message arrives twice. */
  messageTwice: number;
  /** The platform forgets an alarm. */
  alarmLost: number;
  /** Per step: the actor's memory goes, with what it had under way. */
  killActor: number;
  /** Per step: an actor that does nothing is dropped from memory. */
  evict: number;
  /** Per step: one invocation dies: of the runner, of a queue's consumer, of the reconciler, of the sweep. */
  killInvocation: number;
  /** Per step: one invocation stands still, a runner's for longer than its lease. */
  freeze: number;
  /** Per step: everything in memory goes at once. */
  deploy: number;
  /** Per write of a turn: the storage takes none, and the turn with it; now and then the platform starts the actor anew. */
  storageFails: number;
  /** Per call to an object store by an attempt: it is never answered. */
  hangs: number;
  /** Per step: the socket of somebody who watches breaks. */
  socketBroken: number;
  /** Upstreams that answer nothing but errors for a while: mean minutes between outages; 0 for none. */
  outageEvery: number;
}

const CALM: Weather = {
  refused: 0,
  answerLost: 0,
  slow: 0,
  messageLost: 0,
  messageTwice: 0,
  alarmLost: 0,
  killActor: 0,
  evict: 0,
  killInvocation: 0,
  freeze: 0,
  deploy: 0,
  storageFails: 0,
  hangs: 0,
  socketBroken: 0,
  outageEvery: 0,
};

const WORST: Weather = {
  refused: 0.12,
  answerLost: 0.12,
  slow: 0.1,
  messageLost: 0.2,
  messageTwice: 0.3,
  alarmLost: 0.05,
  killActor: 0.02,
  evict: 0.05,
  killInvocation: 0.02,
  freeze: 0.015,
  deploy: 0.01,
  storageFails: 0.01,
  hangs: 0.05,
  socketBroken: 0.03,
  outageEvery: 60,
};

/** A few kinds of trouble, each between mild and bad; now and then none at all. */
export function drawWeather(random: Random): Weather {
  const weather: Weather = { ...CALM };
  if (random.chance(0.04)) return weather;
  const share = random.pick([0.25, 0.5, 0.9]);
  const kinds: readonly (keyof Weather)[] = [
    "refused",
    "answerLost",
    "slow",
    "messageLost",
    "messageTwice",
    "alarmLost",
    "killActor",
    "evict",
    "killInvocation",
    "freeze",
    "deploy",
    "storageFails",
    "hangs",
    "socketBroken",
    "outageEvery",
  ];
  for (const kind of kinds) {
    const strength = random.unit();
    if (random.chance(share)) weather[kind] = WORST[kind] * (0.1 + 0.9 * strength);
  }
  return weather;
}

/** No more trouble: what is still under way may end. */
export function calmDown(weather: Weather): void {
  Object.assign(weather, CALM);
}

/** What becomes of one call. */
export type Fate =
  | { readonly kind: "done" }
  | { readonly kind: "refused"; readonly error: RetryableError }
  /** `soon`: an error comes back at once, although it happened. */
  | { readonly kind: "answer lost"; readonly error: RetryableError; readonly soon: boolean };

export function drawFate(weather: Weather, random: Random, verb: string): Fate {
  if (random.chance(weather.refused)) return { kind: "refused", error: refusal(random, verb) };
  if (random.chance(weather.answerLost)) {
    const soon = random.chance(0.4);
    const error = soon
      ? new RetryableError("upstream_down", `${verb} answered 502.`)
      : new RetryableError("timed_out", `${verb} gave no answer.`);
    return { kind: "answer lost", error, soon };
  }
  return { kind: "done" };
}

function refusal(random: Random, verb: string): RetryableError {
  const wait = random.pick([null, null, 1_000, 20_000, 90_000]);
  return wait === null
    ? new RetryableError("upstream_down", `${verb} answered 503.`)
    : new RetryableError("rate_limited", `${verb} answered 429.`, wait);
}

/** Milliseconds on the way. */
export function drawLatency(weather: Weather, random: Random): number {
  return random.chance(weather.slow) ? random.between(500, 28_000) : random.between(1, 120);
}
