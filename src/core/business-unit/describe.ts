/** The log in plain words. What people typed may be inside; it is shown as text. */
import { actionName } from "../names.ts";
import type { EventOf, UnitEvent } from "./events.ts";
import { assetKindOf, grantOf, settingOf, userOf } from "./fields.ts";
import type { FieldChange, Refresh, SourceName, SourceProgress } from "./types.ts";

const SOURCE_WORDS: Readonly<Record<SourceName, string>> = {
  search_console: "Search Console",
  ga4: "GA4",
  accuranker: "AccuRanker",
  google_ads: "Google Ads",
  meta: "Meta",
  hubspot: "HubSpot",
  harvest: "Harvest",
  asana: "Asana",
};

const ENDINGS: Readonly<Record<SourceProgress["status"], string>> = {
  waiting: "waits",
  running: "is read",
  done: "is done",
  failed: "failed",
  postponed: "was put off",
  held_back: "was held back",
};

const REFRESH_ENDINGS: Readonly<Record<Refresh["status"], string>> = {
  queued: "waits",
  running: "is at work",
  done: "is done",
  partial: "is done in part",
  failed: "failed",
  cancelled: "was stopped",
};

/** What a field is called in a sentence. */
export function fieldWords(path: string): string {
  if (assetKindOf(path) !== null) return `the source ${path.slice("sources.".length)}`;
  const setting = settingOf(path);
  if (setting !== null) return `${setting.kind} from ${setting.from} on`;
  const grant = grantOf(path);
  if (grant !== null) return `what ${grant.agent} may read for "${grant.purpose}"`;
  return userOf(path) === null ? path : `the role of ${path.slice("users.".length)}`;
}

const changed = (changes: readonly FieldChange[]): string => changes.map(({ field }) => fieldWords(field)).join(", ");
const because = (reason: string): string => (reason === "" ? "." : `: ${reason}`);

/** One line about an event. */
export function describe(event: UnitEvent): string {
  switch (event.type) {
    case "unit.created":
      return `${event.by} created the Business Unit${because(event.reason)}`;
    case "unit.adopted":
      return "Taken over from the registry.";
    case "unit.edited":
      return event.restores === null
        ? `${event.by} changed ${changed(event.changes)}${because(event.reason)}`
        : `${event.by} set ${changed(event.changes)} back${because(event.reason)}`;
    case "source.tested":
      return `Tested ${event.kind}: ${event.test.detail}`;
    case "surface.created":
      return `${event.by} created the dashboard.`;
    case "quality.opened":
      return `A check of ${SOURCE_WORDS[event.source]} fails (${event.check}): ${event.detail}`;
    case "quality.closed":
      return `A check that failed passes again (${event.roundId}).`;
    case "effect.parked":
      return `Could not do “${event.key}”, tried every hour: ${event.error}`;
    case "effect.unparked":
      return `“${event.key}” is done after all.`;
    case "effect.dropped":
      return `Gave up on “${event.key}”: ${event.error}`;
    case "ops.acted":
      return `${event.by} asked for “${actionName(event.action)}”${because(event.reason)}`;
    default:
      return describeRefresh(event);
  }
}

type RefreshEvent = Exclude<
  UnitEvent,
  EventOf<
    | "unit.created"
    | "unit.adopted"
    | "unit.edited"
    | "source.tested"
    | "surface.created"
    | "quality.opened"
    | "quality.closed"
    | "effect.parked"
    | "effect.unparked"
    | "effect.dropped"
    | "ops.acted"
  >
>;

function describeRefresh(event: RefreshEvent): string {
  switch (event.type) {
    case "refresh.requested":
      return `${event.by} asked for data of ${event.range.start} to ${event.range.end}${because(event.reason)}`;
    case "refresh.promised":
      return `Attempt ${event.attempt} is promised${because(event.cause?.detail ?? "")}`;
    case "refresh.put_off":
      return `The refresh waits${because(event.cause.detail)}`;
    case "refresh.resent":
      return `Nobody took attempt ${event.attempt}; its message was sent again.`;
    case "lease.granted":
      return `Attempt ${event.attempt} is at work.`;
    case "lease.renewed":
      return "The worker gave a sign of life.";
    case "lease.lapsed":
      return "The worker's lease is over.";
    case "step.begun":
      return `${event.label} began.`;
    case "step.done":
      return "A step is done.";
    case "source.progressed": {
      const { chunksDone, chunksTotal } = event.counts;
      return `${SOURCE_WORDS[event.source]}: ${chunksDone} of ${chunksTotal}.`;
    }
    case "quota.noted":
      return `${SOURCE_WORDS[event.source]} allows ${event.quota.remaining} more.`;
    case "source.finished":
      return finishedWords(event);
    case "refresh.ended":
      return `The refresh ${REFRESH_ENDINGS[event.status]}${because(event.cause?.detail ?? "")}`;
    case "schedule.put_off":
      return "The daily refresh waits for the one at work.";
  }
}

function finishedWords({ source, status, cause, counts }: EventOf<"source.finished">): string {
  const what = `${SOURCE_WORDS[source]} ${ENDINGS[status]}`;
  if (cause !== null) return `${what}: ${cause.detail}`;
  return `${what}: ${counts.rows} rows, ${counts.facts} facts, ${counts.changed} of them changed.`;
}
