/**
 * Publication: what a chunk of a source came to, into the fact store. Every statement is guarded by the epoch of the
 * refresh's lease, each part of the chunk is one transaction, and a repeated part changes nothing: a publication that died
 * half way is simply published again, and ends in the rows an undisturbed one ends in.
 */
import type { DayRange, SourceName } from "../core/business-unit/types.ts";
import type { CuratedChunk, FactDraft } from "../core/curation/types.ts";
import { factIdOf } from "../core/facts/fact-id.ts";
import { type FactPart, type FactRow, type PublicationHead, partQueries, storedMetric } from "./fact-queries.ts";
import { changedQuery, goneFacts } from "./fact-scope.ts";
import { fenced } from "./fenced.ts";
import { jsonParts, PART_BYTES } from "./limits.ts";
import { type Index, openIndex } from "./schema.ts";
import { taskQueries } from "./visible-tasks.ts";

/** A chunk to be published. */
export interface Publication {
  readonly businessUnitId: string;
  /** Of the lease the refresh holds. */
  readonly epoch: number;
  readonly ingestionRunId: string;
  /** When the refresh was asked for, ISO 8601: not when this happens, so that a repeated publication gives equal rows. */
  readonly recordedAt: string;
  readonly source: SourceName;
  readonly externalId: string;
  /** Of the curation. */
  readonly transform: string;
  readonly range: DayRange;
  readonly chunk: CuratedChunk;
}

/** `fenced`: somebody else holds the lease by now; the caller stops at once, nothing more is written. */
export type Published =
  | {
      readonly outcome: "published";
      readonly facts: number;
      /** Facts of the chunk that this refresh gave a new version, however often it was published. */
      readonly changed: number;
    }
  | { readonly outcome: "fenced" };

/**
 * Publishes a chunk: facts with their versions, restatements and marks; facts of its scope that are no longer produced
 * become `missing`; the visible tasks, if it says any, replace those that are there.
 * @param partBytes bytes of facts that are written in one transaction
 */
export async function publishFacts(
  database: D1Database,
  publication: Publication,
  partBytes: number = PART_BYTES,
): Promise<Published> {
  const index = openIndex(database);
  const rows = publication.chunk.facts.map((draft) => rowOf(publication.businessUnitId, draft));
  const seen = rows.map(({ factId }) => factId);
  for (const part of jsonParts(rows, partBytes)) {
    if (!(await writePart(database, index, publication, part))) return { outcome: "fenced" };
  }
  const gone = await goneFacts(index, publication, seen, maturityByPeriod(publication.chunk.facts));
  for (const part of jsonParts(gone, partBytes)) {
    if (!(await writePart(database, index, publication, part))) return { outcome: "fenced" };
  }
  const last = [...taskQueries(index, publication, publication.chunk.tasks), changedQuery(index, publication)];
  const answers = await fenced(database, index, publication, last);
  if (answers === null) return { outcome: "fenced" };
  const [counted] = answers.at(-1)?.results ?? [];
  return { outcome: "published", facts: rows.length, changed: Number(counted?.changed ?? 0) };
}

function rowOf(businessUnitId: string, draft: FactDraft): FactRow {
  const { period, timeZone, origins, ...rest } = draft;
  return {
    ...rest,
    factId: factIdOf(businessUnitId, draft),
    start: period.start,
    end: period.end,
    zone: timeZone,
    definition: storedMetric(draft.metric).definition,
    lineage: origins,
  };
}

/** A period is final when everything that was produced of it is. */
function maturityByPeriod(facts: readonly FactDraft[]): ReadonlyMap<string, FactDraft["maturity"]> {
  const byPeriod = new Map<string, FactDraft["maturity"]>();
  for (const { grain, period, maturity } of facts) {
    const key = `${grain} ${period.start}`;
    if (maturity === "filling" || !byPeriod.has(key)) byPeriod.set(key, maturity);
  }
  return byPeriod;
}

async function writePart(database: D1Database, index: Index, head: PublicationHead, part: FactPart): Promise<boolean> {
  return (await fenced(database, index, head, partQueries(index, head, part))) !== null;
}
