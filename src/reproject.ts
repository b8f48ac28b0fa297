/**
 * The index anew, from the actors. Actors cannot be listed, so their names come from wherever a task leaves a trace: the
 * roster of the board, the archive and the report files in R2, and the open tasks of the intake project. A run may come up
 * more than once; writing its rows again changes nothing.
 */
import { failureRecord } from "./core/errors.ts";
import { taskGidOf } from "./core/ids.ts";

export interface ReprojectDeps {
  readonly intakeProjectGid: string;
  /** Task gids the board ever heard of, in order, after the given one. */
  roster(after: string, limit: number): Promise<readonly string[]>;
  /** The folders under a prefix of the bucket, a page at a time. */
  folders(prefix: string, cursor: string | null): Promise<{ names: readonly string[]; cursor: string | null }>;
  openTasks(projectGid: string): Promise<readonly { readonly gid: string }[]>;
  /** Writes a run's rows anew; false: there is no run of that task. */
  reproject(taskGid: string): Promise<boolean>;
}

export interface ReprojectPage {
  readonly source: Source;
  readonly projected: number;
  /** Traces that lead to no run. */
  readonly unknown: number;
  readonly failed: readonly { readonly taskGid: string; readonly error: string }[];
  /** null: that was all. */
  readonly nextCursor: string | null;
}

const SOURCES = ["roster", "archive", "artifacts", "asana"] as const;
type Source = (typeof SOURCES)[number];

/** Runs of one page of the roster. Each is a call to an actor, and an invocation may make a bounded number of them. */
const PAGE = 50;
/** Actors that write at the same time. */
const SIDE_BY_SIDE = 8;

interface Names {
  readonly gids: readonly string[];
  /** Where this source goes on; null: it is at its end. */
  readonly next: string | null;
}

/** Carries out one page. `cursor` as the page before named it; null at the beginning, undefined: not one of ours. */
export async function reprojectPage(deps: ReprojectDeps, cursor: string | null): Promise<ReprojectPage | undefined> {
  const [name = "roster", ...rest] = (cursor ?? "").split(":");
  const source = cursor === null ? "roster" : SOURCES.find((one) => one === name);
  if (source === undefined) return undefined;
  const { gids, next } = await namesFrom(deps, source, rest.join(":"));
  const counts = await reprojectAll(deps, [...new Set(gids)]);
  const following = SOURCES[SOURCES.indexOf(source) + 1];
  const after = following === undefined ? null : `${following}:`;
  return { source, ...counts, nextCursor: next === null ? after : `${source}:${next}` };
}

async function namesFrom(deps: ReprojectDeps, source: Source, position: string): Promise<Names> {
  switch (source) {
    case "roster": {
      const gids = await deps.roster(position, PAGE);
      return { gids, next: gids.length < PAGE ? null : (gids.at(-1) ?? null) };
    }
    case "archive":
      return fromFolders(deps, "archive/runs/", position, (folder) => taskGidOf(folder));
    case "artifacts":
      return fromFolders(deps, "artifacts/", position, (folder) => /^art_(\d{1,32})_v\d+$/.exec(folder)?.[1] ?? null);
    case "asana": {
      const open = deps.intakeProjectGid === "" ? [] : await deps.openTasks(deps.intakeProjectGid);
      return { gids: open.map(({ gid }) => gid), next: null };
    }
  }
}

async function fromFolders(
  deps: ReprojectDeps,
  prefix: string,
  position: string,
  gidOf: (folder: string) => string | null,
): Promise<Names> {
  const { names, cursor } = await deps.folders(prefix, position === "" ? null : position);
  const gids = names.flatMap((name) => gidOf(name.slice(prefix.length).replace(/\/$/, "")) ?? []);
  return { gids, next: cursor };
}

async function reprojectAll(
  deps: ReprojectDeps,
  gids: readonly string[],
): Promise<Pick<ReprojectPage, "projected" | "unknown" | "failed">> {
  const failed: { taskGid: string; error: string }[] = [];
  const counts = { projected: 0, unknown: 0 };
  const left = [...gids];
  const worker = async (): Promise<void> => {
    for (let taskGid = left.shift(); taskGid !== undefined; taskGid = left.shift()) {
      try {
        counts[(await deps.reproject(taskGid)) ? "projected" : "unknown"] += 1;
      } catch (thrown) {
        failed.push({ taskGid, error: failureRecord(thrown).message });
      }
    }
  };
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, worker));
  return { ...counts, failed };
}
