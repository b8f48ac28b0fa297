/**
 * The index anew, from the actors. Actors cannot be listed, so their names come from wherever a task leaves a trace: the
 * roster of the board, the archive and the report files in R2, and the open tasks of the intake project. A run may come up
 * more than once; writing its rows again changes nothing. Business Units are known by the board, by their rows and by their
 * snapshots in R2. Their clients are in D1 alone: without its client's row a unit's cannot be written, and it is named as failed.
 */

import { isUnitId } from "./core/business-unit/ids.ts";
import { failureRecord } from "./core/errors.ts";
import { taskGidOf } from "./core/ids.ts";

export interface ReprojectDeps {
  readonly intakeProjectGid: string;
  /** Task gids of runs that are not in the archive, as the board heard of them, in order, after the given one. */
  roster(after: string, limit: number): Promise<readonly string[]>;
  /** The folders under a prefix of the bucket, a page at a time. */
  folders(prefix: string, cursor: string | null): Promise<{ names: readonly string[]; cursor: string | null }>;
  openTasks(projectGid: string): Promise<readonly { readonly gid: string }[]>;
  /** Writes a run's rows anew; false: there is no run of that task. */
  reproject(taskGid: string): Promise<boolean>;
  /** Ids of Business Units that have a row, in order, after the given one. */
  units(after: string, limit: number): Promise<readonly string[]>;
  /** The same as the board heard of them. */
  unitRoster(after: string, limit: number): Promise<readonly string[]>;
  reprojectUnit(businessUnitId: string): Promise<boolean>;
}

export interface ReprojectPage {
  readonly source: Source;
  readonly projected: number;
  /** Traces that lead to no actor. */
  readonly unknown: number;
  readonly failed: readonly { readonly name: string; readonly error: string }[];
  /** null: that was all. */
  readonly nextCursor: string | null;
}

const SOURCES = ["roster", "archive", "artifacts", "asana", "units", "unit_roster", "snapshots"] as const;
/** Of which the names are those of Business Units. */
const OF_UNITS: ReadonlySet<Source> = new Set(["units", "unit_roster", "snapshots"]);
type Source = (typeof SOURCES)[number];

/** Runs of one page of the roster. Each is a call to an actor, and an invocation may make a bounded number of them. */
const PAGE = 50;
/** Actors that write at the same time. */
const SIDE_BY_SIDE = 8;

interface Names {
  readonly names: readonly string[];
  /** Where this source goes on; null: it is at its end. */
  readonly next: string | null;
}

/** Carries out one page. `cursor` as the page before named it; null at the beginning, undefined: not one of ours. */
export async function reprojectPage(deps: ReprojectDeps, cursor: string | null): Promise<ReprojectPage | undefined> {
  const [name = "roster", ...rest] = (cursor ?? "").split(":");
  const source = cursor === null ? "roster" : SOURCES.find((one) => one === name);
  if (source === undefined) return undefined;
  const { names, next, failed } = await namesOrFailure(deps, source, rest.join(":"));
  const one = OF_UNITS.has(source) ? deps.reprojectUnit : deps.reproject;
  const done = await reprojectAll(one, [...new Set(names)]);
  const counts = { ...done, failed: [...failed, ...done.failed] };
  const following = SOURCES[SOURCES.indexOf(source) + 1];
  const after = following === undefined ? null : `${following}:`;
  return { source, ...counts, nextCursor: next === null ? after : `${source}:${next}` };
}

/**
 * A source that cannot be read is named, and the next one is gone through: the index of the actors does not depend on whether
 * Asana answers. Whoever asks does it again, as for any that failed.
 */
async function namesOrFailure(
  deps: ReprojectDeps,
  source: Source,
  position: string,
): Promise<Names & Pick<ReprojectPage, "failed">> {
  try {
    return { ...(await namesFrom(deps, source, position)), failed: [] };
  } catch (thrown) {
    return { names: [], next: null, failed: [{ name: source, error: failureRecord(thrown).message }] };
  }
}

async function namesFrom(deps: ReprojectDeps, source: Source, position: string): Promise<Names> {
  switch (source) {
    case "roster": {
      return pageOf(await deps.roster(position, PAGE));
    }
    case "archive":
      return fromFolders(deps, "archive/runs/", position, (folder) => taskGidOf(folder));
    case "artifacts":
      return fromFolders(deps, "artifacts/", position, (folder) => /^art_(\d{1,32})_v\d+$/.exec(folder)?.[1] ?? null);
    case "asana": {
      const open = deps.intakeProjectGid === "" ? [] : await deps.openTasks(deps.intakeProjectGid);
      return { names: open.map(({ gid }) => gid), next: null };
    }
    case "units":
      return pageOf(await deps.units(position, PAGE));
    case "unit_roster":
      return pageOf(await deps.unitRoster(position, PAGE));
    case "snapshots":
      return fromFolders(deps, "snapshots/", position, (folder) => (isUnitId(folder) ? folder : null));
  }
}

function pageOf(names: readonly string[]): Names {
  return { names, next: names.length < PAGE ? null : (names.at(-1) ?? null) };
}

async function fromFolders(
  deps: ReprojectDeps,
  prefix: string,
  position: string,
  nameOf: (folder: string) => string | null,
): Promise<Names> {
  const { names, cursor } = await deps.folders(prefix, position === "" ? null : position);
  const found = names.flatMap((name) => nameOf(name.slice(prefix.length).replace(/\/$/, "")) ?? []);
  return { names: found, next: cursor };
}

async function reprojectAll(
  reproject: (name: string) => Promise<boolean>,
  names: readonly string[],
): Promise<Pick<ReprojectPage, "projected" | "unknown" | "failed">> {
  const failed: { name: string; error: string }[] = [];
  const counts = { projected: 0, unknown: 0 };
  const left = [...names];
  const worker = async (): Promise<void> => {
    for (let name = left.shift(); name !== undefined; name = left.shift()) {
      try {
        counts[(await reproject(name)) ? "projected" : "unknown"] += 1;
      } catch (thrown) {
        failed.push({ name, error: failureRecord(thrown).message });
      }
    }
  };
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, worker));
  return { ...counts, failed };
}
