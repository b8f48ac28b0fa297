/** Limits per token, as Asana's guide on rate limits has them: calls a minute, and reads and writes under way at once. */
import type { SimContext, SimReply, SimRequest } from "../kit/upstream.ts";
import { errorReply } from "./refusals.ts";

const READS = 50;
const WRITES = 15;
const MINUTE_MS = 60_000;

interface Spent {
  reads: number;
  writes: number;
  /** When the calls of the last minute came; refused ones count too. */
  calls: number[];
}

/** The limits of a running Asana. The rate is an option, because tests read as fast as they can. */
export function asanaLimits(context: SimContext) {
  const perMinute = rateOf(context.options["asana-requests-per-minute"]);
  const tokens = new Map<string, Spent>();
  return ({ method, headers }: Pick<SimRequest, "method" | "headers">): SimReply | (() => void) => {
    const token = headers.authorization ?? "";
    const spent = tokens.get(token) ?? { reads: 0, writes: 0, calls: [] };
    tokens.set(token, spent);
    const now = context.now().getTime();
    // Without a limit there is nothing to count, and a long test would count for ever.
    if (Number.isFinite(perMinute)) spent.calls = [...spent.calls.filter((at) => at > now - MINUTE_MS), now];
    const kind = method === "GET" ? "reads" : "writes";
    const oldest = spent.calls[0] ?? now;
    if (spent.calls.length > perMinute)
      return errorReply(429, "", Math.max(1, Math.ceil((oldest + MINUTE_MS - now) / 1_000)));
    if (spent[kind] >= (kind === "reads" ? READS : WRITES)) return errorReply(429, "", 1);
    spent[kind] += 1;
    return () => {
      spent[kind] -= 1;
    };
  };
}

function rateOf(option: string | undefined): number {
  if (option === undefined) return Number.POSITIVE_INFINITY;
  if (!/^[1-9]\d{0,6}$/.test(option)) throw new Error(`--asana-requests-per-minute must be a number, not ${option}`);
  return Number(option);
}
