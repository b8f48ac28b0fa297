/** One chunk of one source: each page fetched and stored, all folded into facts, checked, published. */
import type { RefreshGrant } from "../core/business-unit/lease.ts";
import type { DayRange, Quota, SourcePlan } from "../core/business-unit/types.ts";
import type { CuratedChunk, Curation, CurationContext, SumCheck } from "../core/curation/types.ts";
import { ownJson } from "../lib/rows.ts";
import type { Connector, ConnectorPage } from "../ports/connector.ts";
import type { Journal } from "../runner/journal.ts";
import { ofFacts, ofNextPage, ofSource, ofStore } from "./failure.ts";
import { minimise } from "./minimise.ts";
import type { Publisher, WritingRefresh } from "./publisher.ts";
import type { RawSnapshots, StoredSnapshot } from "./snapshot-store.ts";

/** What the chunks of a source have in common. */
export interface SourceWork {
  readonly grant: RefreshGrant;
  readonly plan: SourcePlan;
  readonly connector: Connector;
  readonly curation: Curation<unknown>;
  /** The day of the refresh in the source's zone. */
  readonly today: string;
  readonly journal: Journal;
  readonly snapshots: RawSnapshots;
  readonly publisher: Publisher;
  now(): number;
}

/** A page as the journal keeps it. */
interface FetchedPage {
  readonly snapshot: StoredSnapshot;
  readonly capped: boolean;
  readonly next: string | null;
  readonly quota: Quota | null;
}

/** What a chunk came to. */
export interface FinishedChunk {
  readonly rows: number;
  readonly facts: number;
  readonly changed: number;
  readonly checks: readonly SumCheck[];
  /** What the replies said last. */
  readonly quota: Quota | null;
}

/** An upstream that names a next page for ever is stopped here. */
const MAX_PAGES = 2_000;

/** The key of the step that ends a chunk. */
export function chunkKey({ source }: SourcePlan, range: DayRange): string {
  return `publish.${source}.${range.start}`;
}

/** Reads and publishes a chunk; what the journal has of it is not done again. */
export function finishChunk(work: SourceWork, range: DayRange): Promise<FinishedChunk> {
  const { plan, journal } = work;
  const label = `${plan.source}: ${range.start.slice(0, 7)}`;
  return journal.step(chunkKey(plan, range), label, async () => {
    const pages = await fetchAll(work, range);
    const chunk = await curate(work, range, pages);
    const held = chunk.checks.some(({ ok, stops }) => stops && !ok);
    const { changed } = held ? { changed: 0 } : await publish(work, range, chunk);
    return {
      rows: chunk.rows,
      facts: held ? 0 : chunk.facts.length,
      changed,
      checks: chunk.checks,
      quota: pages.findLast(({ quota }) => quota !== null)?.quota ?? null,
    };
  });
}

async function fetchAll(work: SourceWork, range: DayRange): Promise<readonly FetchedPage[]> {
  const pages: FetchedPage[] = [];
  for (const query of work.connector.queries(range)) {
    let next: string | null = null;
    for (let page = 0; page === 0 || next !== null; page += 1) {
      if (page >= MAX_PAGES) throw new RangeError(`${work.plan.source} ${query} has more than ${MAX_PAGES} pages.`);
      const fetched: FetchedPage = await fetchPage(work, range, query, page, next);
      pages.push(fetched);
      next = fetched.next;
    }
  }
  return pages;
}

function fetchPage(work: SourceWork, range: DayRange, query: string, page: number, next: string | null) {
  const { plan, journal, connector } = work;
  const key = `fetch.${plan.source}.${range.start}.${query}.${page}`;
  const label = `${plan.source}: ${range.start.slice(0, 7)}, ${query}${page === 0 ? "" : `, page ${page + 1}`}`;
  const fetch = async (): Promise<FetchedPage> => {
    const answered = next === null ? ofSource : ofNextPage;
    const reply = await answered(() => connector.fetch(plan.externalId, query, range, next));
    const snapshot = await store(work, range, query, page, reply);
    const quota = reply.quota === null ? null : { ...reply.quota, at: work.now() };
    return { snapshot, capped: reply.capped, next: reply.next, quota };
  };
  // Content-addressed and written only under the lease: fetching it twice changes nothing.
  return journal.step(key, label, fetch, { repeatable: true });
}

async function store(
  { grant, plan, connector, snapshots, publisher }: SourceWork,
  range: DayRange,
  query: string,
  page: number,
  { raw, rowCount, capped }: ConnectorPage,
): Promise<StoredSnapshot> {
  const { source, externalId } = plan;
  const place = { source, externalId, query, page, range };
  const body = minimise(ownJson<unknown>(raw.body, "reply"), connector.keep[query] ?? []);
  const document = { businessUnitId: grant.businessUnitId, ...place, request: raw.request, body };
  const stored = await snapshots.put(document);
  await publisher.noteSnapshot(writing(grant), { ...stored, ...place, rowCount, capped, fetchedAt: raw.fetchedAt });
  return stored;
}

/** One page in memory at a time. */
async function curate(work: SourceWork, range: DayRange, pages: readonly FetchedPage[]): Promise<CuratedChunk> {
  const { curation, snapshots } = work;
  let carried = await ofSource(() => curation.start(contextOf(work, range)));
  for (const { snapshot, capped } of pages) {
    const document = await ofStore(() => snapshots.get(snapshot));
    carried = await ofSource(() => curation.take(carried, { key: snapshot.key, document, capped }));
  }
  return ofSource(() => curation.finish(carried));
}

function contextOf({ grant, plan, today }: SourceWork, range: DayRange): CurationContext {
  const { currency, timeZone, brandTerms, pageGroups } = grant.context;
  const { businessUnitId } = grant;
  return { businessUnitId, externalId: plan.externalId, range, today, currency, timeZone, brandTerms, pageGroups };
}

function publish({ grant, plan, curation, publisher }: SourceWork, range: DayRange, chunk: CuratedChunk) {
  const { source, externalId } = plan;
  const { transform } = curation;
  return ofFacts(() => publisher.publish(writing(grant), { source, externalId, range, transform, chunk }));
}

function writing({ businessUnitId, ingestionRunId, epoch, requestedAt }: RefreshGrant): WritingRefresh {
  return { businessUnitId, ingestionRunId, epoch, recordedAt: requestedAt };
}
