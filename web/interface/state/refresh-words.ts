/** Plain words about a refresh: how far it is, what became of each source, what is still to come. */
import { nameOf } from "../../../src/core/names.ts";
import type { IngestionRunView } from "../../../src/core/wire-registry.ts";
import type { Words } from "./words.ts";

type Source = IngestionRunView["sources"][number];

const STATUS: Readonly<Record<IngestionRunView["status"], Words>> = {
  queued: { label: "Queued", tone: "idle" },
  running: { label: "Refreshing", tone: "run" },
  done: { label: "Done", tone: "good" },
  partial: { label: "Partly done", tone: "wait" },
  failed: { label: "Failed", tone: "bad" },
  cancelled: { label: "Stopped", tone: "idle" },
};

const SOURCE: Readonly<Record<Source["status"], Words>> = {
  waiting: { label: "Waiting", tone: "idle" },
  running: { label: "Reading", tone: "run" },
  done: { label: "Done", tone: "good" },
  failed: { label: "Failed", tone: "bad" },
  postponed: { label: "Postponed", tone: "wait" },
  held_back: { label: "Held back", tone: "wait" },
};

const KIND: Readonly<Record<IngestionRunView["kind"], string>> = {
  manual: "Asked for",
  scheduled: "Daily",
  catch_up: "Catch-up",
  backfill: "Back-fill",
};

/** How a refresh stands. */
export function refreshWords(status: IngestionRunView["status"]): Words {
  return STATUS[status];
}

/** How one source of it stands. */
export function sourceProgressWords(status: Source["status"]): Words {
  return SOURCE[status];
}

/** Why it was begun. */
export function kindWords(kind: IngestionRunView["kind"]): string {
  return KIND[kind];
}

/** Months read of all months, over all sources. */
export function monthsDone(sources: readonly Source[]): { readonly done: number; readonly total: number } {
  return {
    done: sources.reduce((sum, { chunksDone }) => sum + chunksDone, 0),
    total: sources.reduce((sum, { chunksTotal }) => sum + chunksTotal, 0),
  };
}

const OVER: ReadonlySet<Source["status"]> = new Set<Source["status"]>(["done", "failed", "postponed", "held_back"]);

/** `Meta`, `Meta and HubSpot`, `Meta, HubSpot and Harvest`. */
function listed(names: readonly string[]): string {
  const last = names.at(-1) ?? "";
  return names.length < 2 ? last : `${names.slice(0, -1).join(", ")} and ${last}`;
}

/** The sources that did not come through. */
export function troubled(refresh: IngestionRunView): readonly Source[] {
  return refresh.sources.filter(
    ({ status }) => status === "failed" || status === "postponed" || status === "held_back",
  );
}

/** When it is tried again by itself, soonest first; null when it is not. */
export function nextTryAt(refresh: IngestionRunView): string | null {
  return troubled(refresh).reduce<string | null>(
    (soonest, { nextTryAt: at }) => (at !== null && (soonest === null || at < soonest) ? at : soonest),
    null,
  );
}

/** What is read out when a refresh gets on: its beginning, each source that ends, its end. Not each month: that never ends. */
export function spoken(refresh: IngestionRunView | null): string {
  if (refresh === null) return "";
  const over = refresh.sources.filter(({ status }) => OVER.has(status)).length;
  if (refresh.status === "queued") return "The refresh is queued.";
  if (refresh.status === "running") return `Refreshing: ${over} of ${refresh.sources.length} sources are read.`;
  return ending(refresh);
}

/** One sentence on how a refresh ended. */
export function ending(refresh: IngestionRunView): string {
  const bad = listed(troubled(refresh).map(({ source }) => nameOf(source)));
  switch (refresh.status) {
    case "done":
      return `All ${refresh.sources.length} sources were read.`;
    case "partial":
      return `Everything was read but ${bad}.`;
    case "failed":
      return refresh.cause === null ? "Nothing could be read." : `Nothing could be read: ${refresh.cause.detail}`;
    case "cancelled":
      return `${refresh.cause?.detail ?? "It was stopped."} What was read before stays.`;
    default:
      return "";
  }
}

/** What changed, in numbers: `18,786 figures, 214 of them changed`. */
export function yieldWords({ facts, changed }: Pick<Source, "facts" | "changed">): string {
  const figures = `${facts.toLocaleString("en")} ${facts === 1 ? "figure" : "figures"}`;
  return changed === 0 ? `${figures}, none changed` : `${figures}, ${changed.toLocaleString("en")} new or changed`;
}

/** Everything its sources brought. */
export function yieldOf(refresh: IngestionRunView): Pick<Source, "facts" | "changed"> {
  return refresh.sources.reduce(
    (sum, { facts, changed }) => ({ facts: sum.facts + facts, changed: sum.changed + changed }),
    { facts: 0, changed: 0 },
  );
}

/**
 * What is being done now: the source that is read, else what is waited for. A source counts as running from its first
 * finished month on; before that the step at work names it.
 */
export function workWords({ sources, waitingOn }: IngestionRunView): string {
  const detail = waitingOn?.detail ?? "";
  const read = sources.filter(({ source, status }) => status === "running" || detail.includes(`: ${source}: `));
  return read.length > 0 ? `Reading ${listed(read.map(({ source }) => nameOf(source)))}` : detail;
}
