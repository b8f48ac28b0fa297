/**
 * A kind of failure, and the words of its error task in Asana: there is one per fingerprint, however many runs fail so
 * and however often. The text is rewritten whole each time, so it never grows.
 */
import { sha256Now } from "../../lib/digest.ts";
import { nameOf } from "../names.ts";
import { describe } from "./describe.ts";
import type { RunEvent } from "./events.ts";
import { cleaned } from "./rich-text.ts";
import type { Cause, Instant, RunState } from "./types.ts";

/** One failure of one run, as its error task tells it. */
export interface Incident {
  readonly fingerprint: string;
  readonly runId: string;
  /** The entry of the run's log that says the run failed: a failure is told twice only under the same number. */
  readonly seq: number;
  readonly at: Instant;
  readonly cause: Cause;
  readonly skill: string;
  readonly upstream: string;
  /** The run's last events up to the failure, oldest first. */
  readonly lines: readonly string[];
}

/** What is known of all failures of one kind since somebody last completed their task. */
export interface Seen {
  readonly count: number;
  readonly firstAt: string;
  readonly lastAt: string;
  /** Newest first. */
  readonly runs: readonly { readonly runId: string; readonly at: string }[];
}

/** Events of the failed run an error task shows. */
export const INCIDENT_EVENTS = 50;
/** Affected runs an error task names. */
export const INCIDENT_RUNS = 10;
const MAX_LINE = 220;
const MAX_DETAIL = 600;
const MAX_WORD = 40;

/** Whose code a failure carries; what belongs to nobody of them is our own. */
const UPSTREAMS = ["asana", "search_console", "google_oauth", "ga4", "accuranker", "model"] as const;
export const OWN = "agency_os";
/** In place of a skill, when the run failed before it was known. */
const NO_SKILL = "none";

function upstreamOf(code: string): string {
  return UPSTREAMS.find((name) => code === name || code.startsWith(`${name}_`)) ?? OWN;
}

/** A code as one plain word: it becomes part of a task's name and of the mark by which the task is found. */
function word(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "_")
    .slice(0, MAX_WORD);
}

/** The name of a kind of failure: readable, and one for each cause, skill and upstream. */
export function incidentFingerprint(code: string, skill: string, upstream: string): string {
  return `${word(code)}-${sha256Now(JSON.stringify([code, skill, upstream])).slice(0, 8)}`;
}

/** True for a failure that a person has to look into, not the requester alone. */
export function isIncident(event: RunEvent): event is Extract<RunEvent, { type: "run.failed" | "run.blocked" }> {
  return event.type === "run.failed" || (event.type === "run.blocked" && event.cause.code === "ping_pong");
}

interface Entry {
  readonly seq: number;
  readonly at: Instant;
  readonly event: RunEvent;
}

/** The failure that entry `seq` of the log tells; null when it tells none. `log` ends with that entry. */
export function incidentOf(state: RunState, seq: number, log: readonly Entry[]): Incident | null {
  const entry = log.at(-1);
  if (entry === undefined || entry.seq !== seq || !isIncident(entry.event)) return null;
  const { cause } = entry.event;
  const skill = state.brief?.skill ?? NO_SKILL;
  const upstream = upstreamOf(cause.code);
  return {
    fingerprint: incidentFingerprint(cause.code, skill, upstream),
    runId: state.runId,
    seq,
    at: entry.at,
    cause,
    skill,
    upstream,
    lines: log.slice(-INCIDENT_EVENTS).map(({ at, event }) => `${clock(iso(at))} ${describe(event, at)}`),
  };
}

/** The mark at the end of an error task's name: by it the task is found when the answer to its creation was lost. */
export function incidentMark(fingerprint: string): string {
  return `[incident:${fingerprint}]`;
}

/** Holds nothing anybody else wrote. */
export function incidentName({ cause, skill, fingerprint }: Incident): string {
  return `Agency OS: ${word(cause.code)} in ${word(skill)} ${incidentMark(fingerprint)}`;
}

/** The description: plain text, because it quotes errors and people; far below Asana's limit. */
export function incidentNotes(incident: Incident, seen: Seen, webOrigin: string): string {
  const { runId, cause, skill, upstream, lines } = incident;
  const origin = webOrigin.replace(/\/+$/, "");
  const times = seen.count === 1 ? "once" : `${seen.count} times`;
  return [
    quoted(cause.detail, MAX_DETAIL),
    "",
    `Cause: ${word(cause.code)}. Skill: ${skill === NO_SKILL ? "not known yet" : nameOf(word(skill))}. Where: ${nameOf(upstream)}.`,
    `Seen ${times}. First ${clock(seen.firstAt)}, last ${clock(seen.lastAt)}.`,
    "",
    "To try again: open the run and press Retry. One click puts it back into work.",
    ...seen.runs.slice(0, INCIDENT_RUNS).map((run) => `- ${origin}/runs/${run.runId} (${clock(run.at)})`),
    "",
    "Complete this task once the cause is mended. If it happens again after that, a new task is opened.",
    "",
    `The last events of ${runId}:`,
    ...lines.map((line) => `- ${quoted(line, MAX_LINE)}`),
  ].join("\n");
}

/** Text of errors and people as one line that is no link: Asana turns addresses in plain text into links. */
function quoted(text: string, limit: number): string {
  return cleaned(text.replace(/\s+/g, " ").replaceAll("://", ": //"), limit).trim();
}

function iso(at: Instant): string {
  return new Date(at).toISOString();
}

function clock(text: string): string {
  return `${text.slice(0, 10)} ${text.slice(11, 19)} UTC`;
}
