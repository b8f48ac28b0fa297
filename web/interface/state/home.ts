/** What Home says: who is waited for, what each client needs, and how all of them stand. */
import { nameOf } from "../../../src/core/names.ts";
import type { RunSummary } from "../../../src/core/wire.ts";
import type { OverviewView } from "../../../src/core/wire-overview.ts";
import { fieldPath, unitPath } from "./admin-paths.ts";
import { dayRange } from "./time.ts";
import type { Tone } from "./words.ts";

export type Unit = OverviewView["units"][number];

/** What a run waits on when a person moves it on and nothing else does. */
export const WAITING_KINDS = ["person", "budget", "pause"] as const;
const ON_PEOPLE: ReadonlySet<string> = new Set(WAITING_KINDS);

/** True when a run goes on only once somebody does something. */
export function waitsForSomebody(run: RunSummary): boolean {
  return run.waitingOn !== null && !run.copy && ON_PEOPLE.has(run.waitingOn.kind);
}

/** Runs that wait for one person. */
export interface Waiting {
  /** null: for nobody in particular. */
  readonly who: string | null;
  readonly mine: boolean;
  /** Those that wait longest first. */
  readonly runs: readonly RunSummary[];
}

const sinceOf = (run: RunSummary): string => run.waitingOn?.since ?? run.updatedAt;

function oldestFirst(a: RunSummary, b: RunSummary): number {
  if (sinceOf(a) !== sinceOf(b)) return sinceOf(a) < sinceOf(b) ? -1 : 1;
  return a.runId < b.runId ? -1 : 1;
}

/**
 * Who is waited for: the reader first, then who is waited for longest; what waits for nobody in particular comes last.
 * @param me the reader's name as in the staff list; null when it is not known
 */
export function waitingByPerson(runs: Iterable<RunSummary>, me: string | null): readonly Waiting[] {
  const people = new Map<string | null, RunSummary[]>();
  for (const run of [...runs].filter(waitsForSomebody).sort(oldestFirst)) {
    const who = run.waitingOn?.who ?? null;
    people.set(who, [...(people.get(who) ?? []), run]);
  }
  const groups = [...people].map(([who, own]): Waiting => ({ who, mine: who !== null && who === me, runs: own }));
  const rank = (group: Waiting): number => (group.mine ? 0 : group.who === null ? 2 : 1);
  // What is equal keeps its order, and that is by who is waited for longest.
  return groups.sort((a, b) => rank(a) - rank(b));
}

export type NeedKind = "setup" | "waiting" | "data" | "target" | "dashboard" | "unusual";

/** One thing a client needs somebody for. */
export interface Need {
  readonly kind: NeedKind;
  readonly tone: Tone;
  readonly text: string;
  /** Where it is settled or looked at. */
  readonly href: string;
}

/** How pressing each is. */
const WEIGHT: Readonly<Record<NeedKind, number>> = {
  setup: 32,
  waiting: 16,
  data: 8,
  target: 4,
  dashboard: 2,
  unusual: 1,
};

/** The page that is about a client: its dashboard where there is one. */
export function clientPath(unit: Unit): string {
  if (unit.status === "ready") return `/dashboards/${encodeURIComponent(unit.slug)}`;
  return unit.status === "dashboard_needed" ? "/dashboards" : setupPath(unit);
}

/** Where what is missing first is put in; what is no field of a Business Unit is put right elsewhere. */
function setupPath({ businessUnitId, findings }: Unit): string {
  const field = findings.first?.field ?? "sources";
  return fieldPath(businessUnitId, field) ?? unitPath(businessUnitId);
}

function setupNeed(unit: Unit): readonly Need[] {
  if (unit.status === "dashboard_needed")
    return [{ kind: "dashboard", tone: "wait", text: "Its dashboard can be created", href: "/dashboards" }];
  const { first, blocking } = unit.findings;
  if (unit.status !== "setup_needed") return [];
  const more = blocking > 1 ? ` +${blocking - 1} more` : "";
  const text = first === null ? "Its setup is not complete" : `${first.what}${more}`;
  return [{ kind: "setup", tone: "bad", text, href: setupPath(unit) }];
}

const TROUBLE: Readonly<Record<string, string>> = {
  failed: "could not be read",
  held_back: "is held back by a check",
  stale: "is late",
  never: "was never read",
};

/** Sources that are not as fresh as they could be, the worst first. */
export function lateSources(unit: Unit): Unit["freshness"] {
  const order = ["failed", "held_back", "stale", "never"];
  return unit.freshness
    .filter((one) => order.includes(one.status))
    .sort((a, b) => order.indexOf(a.status) - order.indexOf(b.status));
}

function dataNeed(unit: Unit): readonly Need[] {
  const [first, ...more] = lateSources(unit);
  // What was never read belongs to a setup under way; that is said already.
  if (first === undefined || (first.status === "never" && unit.status === "setup_needed")) return [];
  const others = more.length === 0 ? "" : ` +${more.length} more`;
  const tone = first.status === "failed" || first.status === "held_back" ? "bad" : "wait";
  const text = `${nameOf(first.source)} ${TROUBLE[first.status] ?? first.status}${others}`;
  return [{ kind: "data", tone, text, href: clientPath(unit) }];
}

function waitingNeed(waiting: readonly RunSummary[]): readonly Need[] {
  const [oldest] = [...waiting].sort(oldestFirst);
  if (oldest === undefined) return [];
  const who = oldest.waitingOn?.who ?? null;
  const more = waiting.length === 1 ? "" : ` +${waiting.length - 1} more`;
  const text = who === null ? `A run waits for somebody${more}` : `A run waits for ${who}${more}`;
  return [{ kind: "waiting", tone: "review", text, href: `/runs/${encodeURIComponent(oldest.runId)}` }];
}

/** Targets that were not reached. */
export function missedTargets(unit: Unit): Unit["targets"] {
  return unit.targets.filter(({ target }) => target.rating === "behind");
}

function targetNeed(unit: Unit): readonly Need[] {
  const missed = missedTargets(unit);
  const [first] = missed;
  if (first === undefined) return [];
  const more = missed.length === 1 ? "" : ` +${missed.length - 1} more`;
  return [{ kind: "target", tone: "wait", text: `${first.label} missed its target${more}`, href: clientPath(unit) }];
}

function unusualNeed(unit: Unit): readonly Need[] {
  const [first] = unit.anomalies;
  if (first === undefined) return [];
  const direction = first.value > first.usual ? "High" : "Low";
  const text = `${direction} ${first.label.toLowerCase()} on ${dayRange(first.day, first.day)}`;
  return [{ kind: "unusual", tone: "run", text, href: `/facts/${encodeURIComponent(first.factId)}` }];
}

/** What a client needs, the most pressing first. @param waiting its runs that wait for somebody */
export function needsOf(unit: Unit, waiting: readonly RunSummary[]): readonly Need[] {
  const needs = [setupNeed, dataNeed, targetNeed, unusualNeed].flatMap((of) => of(unit));
  return [...needs, ...waitingNeed(waiting)].sort((a, b) => WEIGHT[b.kind] - WEIGHT[a.kind]);
}

/** A client as a row of Home. */
export interface Row {
  readonly unit: Unit;
  readonly needs: readonly Need[];
  readonly openRuns: number;
}

/** Runs as the board knows them. */
export interface KnownRuns {
  readonly runs: Iterable<RunSummary>;
  /** True when these are all there are; otherwise the feed's counts hold. */
  readonly whole: boolean;
}

const ENDED: ReadonlySet<RunSummary["status"]> = new Set(["accepted", "cancelled", "failed", "ignored"]);

function openByUnit(runs: Iterable<RunSummary>): ReadonlyMap<string, readonly RunSummary[]> {
  const units = new Map<string, RunSummary[]>();
  for (const run of runs) {
    if (run.businessUnitId === null || ENDED.has(run.status)) continue;
    const own = units.get(run.businessUnitId);
    if (own === undefined) units.set(run.businessUnitId, [run]);
    else own.push(run);
  }
  return units;
}

/** Clients as rows. @param known null while no run is known */
export function rowsOf(units: readonly Unit[], known: KnownRuns | null): readonly Row[] {
  const open = openByUnit(known?.runs ?? []);
  return units.map((unit) => {
    const own = open.get(unit.businessUnitId) ?? [];
    const openRuns = known?.whole === true ? own.length : unit.openRuns;
    return { unit, needs: needsOf(unit, own.filter(waitsForSomebody)), openRuns };
  });
}

export type Show = "all" | "setup" | "waiting" | "data" | "target";
export type Sort = "need" | "name";

/** Reads what the address asks for; what it does not know shows all. */
export function showOf(text: string | undefined): Show {
  return text === "setup" || text === "waiting" || text === "data" || text === "target" ? text : "all";
}

const pressing = ({ needs }: Row): number => needs.reduce((sum, need) => sum + WEIGHT[need.kind], 0);

function byName(a: Row, b: Row): number {
  return a.unit.clientName.localeCompare(b.unit.clientName, "en") || a.unit.name.localeCompare(b.unit.name, "en");
}

/** The rows that are asked for, in order: the most pressing first, or by name. */
export function arranged(rows: readonly Row[], show: Show, words: string, sort: Sort): readonly Row[] {
  const wanted = words.trim().toLocaleLowerCase("en");
  const fits = ({ unit, needs }: Row): boolean =>
    (show === "all" || needs.some((need) => need.kind === show)) &&
    `${unit.clientName}\n${unit.name}`.toLocaleLowerCase("en").includes(wanted);
  return rows.filter(fits).sort((a, b) => (sort === "need" ? pressing(b) - pressing(a) : 0) || byName(a, b));
}

/** All clients in a few numbers. */
export interface Glance {
  readonly units: number;
  readonly setup: number;
  /** Of those with a source, how many have everything they could have. */
  readonly fresh: { readonly of: number; readonly count: number };
  readonly targets: { readonly of: number; readonly met: number; readonly behind: number };
  readonly openRuns: number;
}

/** How all of them stand. */
export function glanceOf(rows: readonly Row[]): Glance {
  const units = rows.map((row) => row.unit);
  const sourced = units.filter((unit) => unit.freshness.length > 0);
  const ratings = units.flatMap((unit) => unit.targets.map(({ target }) => target.rating));
  const known = ratings.filter((rating) => rating !== "unknown");
  const behind = known.filter((rating) => rating === "behind").length;
  return {
    units: units.length,
    setup: units.filter((unit) => unit.status === "setup_needed").length,
    fresh: { of: sourced.length, count: sourced.filter((unit) => lateSources(unit).length === 0).length },
    targets: { of: known.length, met: known.length - behind, behind },
    openRuns: rows.reduce((sum, row) => sum + row.openRuns, 0),
  };
}
