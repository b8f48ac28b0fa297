/** What AccuRanker is asked and how its answers are read; the same for the live port and the fake. */
import * as v from "valibot";
import { PermanentError } from "../../core/errors.ts";
import { daysIn } from "../dates.ts";
import type { RawReply } from "../raw.ts";
import type { AccurankerDomain, TrackedKeyword } from "./port.ts";

/** Without `fields` objects come back empty. */
export const DOMAIN_FIELDS = "id,domain,display_name,history.date,history.share_of_voice_percentage";
export const KEYWORD_FIELDS = "id,keyword,search_volume.search_volume,ranks.rank,ranks.created_at";

/** AccuRanker's own limit on a period, both days included. */
export const MAX_PERIOD_DAYS = 100;

const Id = v.union([v.pipe(v.number(), v.integer()), v.pipe(v.string(), v.regex(/^\d+$/))]);

export const DomainSchema = v.object({
  id: Id,
  domain: v.optional(v.nullable(v.string()), null),
  display_name: v.optional(v.nullable(v.string()), null),
  history: v.optional(
    v.nullable(
      v.array(v.object({ date: v.string(), share_of_voice_percentage: v.optional(v.nullable(v.number()), null) })),
    ),
    null,
  ),
});

const KeywordSchema = v.object({
  id: Id,
  keyword: v.string(),
  search_volume: v.optional(v.nullable(v.object({ search_volume: v.optional(v.nullable(v.number()), null) })), null),
  ranks: v.optional(
    v.nullable(v.array(v.object({ created_at: v.string(), rank: v.optional(v.nullable(v.number()), null) }))),
    null,
  ),
});

/** Official examples show a bare list, other readers met `{results}`. */
export const KeywordsSchema = v.union([v.array(KeywordSchema), v.object({ results: v.array(KeywordSchema) })]);

export interface DayRange {
  readonly from: string;
  readonly to: string;
}

const refuse = (what: string) => new PermanentError("accuranker_bad_request", `AccuRanker: ${what}.`);

/** A domain id that may go into a path. Errors: PermanentError `accuranker_bad_request`. */
export function domainPath(domainId: string): string {
  if (!/^\d{1,20}$/.test(domainId)) throw refuse("a domain id is digits");
  return `/domains/${domainId}/`;
}

/** The period as query. Errors: PermanentError `accuranker_bad_request` when it is no range or longer than 100 days. */
export function periodQuery(range: DayRange) {
  const days = daysIn(range.from, range.to);
  if (days === 0) throw refuse("the period must be days in order");
  if (days > MAX_PERIOD_DAYS) throw refuse(`a period has at most ${MAX_PERIOD_DAYS} days, this one has ${days}`);
  return { period_from: range.from, period_to: range.to };
}

/** Errors: PermanentError `accuranker_bad_request`. */
export function pageQuery(page: { readonly limit: number; readonly offset: number }) {
  if (!Number.isInteger(page.limit) || page.limit < 1) throw refuse("limit must be 1 or more");
  if (!Number.isInteger(page.offset) || page.offset < 0) throw refuse("offset must be 0 or more");
  return { limit: String(page.limit), offset: String(page.offset) };
}

export function toDomain(answer: v.InferOutput<typeof DomainSchema>, raw: RawReply): AccurankerDomain {
  const id = String(answer.id);
  return {
    id,
    name: answer.display_name || answer.domain || id,
    history: (answer.history ?? [])
      .map((day) => ({ date: day.date.slice(0, 10), shareOfVoicePercent: day.share_of_voice_percentage }))
      .sort((a, b) => a.date.localeCompare(b.date)),
    raw,
  };
}

export function toKeywords(answer: v.InferOutput<typeof KeywordsSchema>): readonly TrackedKeyword[] {
  const list = "results" in answer ? answer.results : answer;
  return list.map((keyword) => ({
    id: String(keyword.id),
    keyword: keyword.keyword,
    searchVolume: keyword.search_volume?.search_volume ?? null,
    ranks: ranksPerDay(keyword.ranks ?? []),
  }));
}

/** A day that was measured more than once keeps its last measurement. Nothing below 1 is a rank: it means "not ranking". */
function ranksPerDay(ranks: readonly { created_at: string; rank: number | null }[]): TrackedKeyword["ranks"] {
  const byDay = new Map<string, number | null>();
  for (const entry of [...ranks].sort((a, b) => a.created_at.localeCompare(b.created_at))) {
    byDay.set(entry.created_at.slice(0, 10), entry.rank !== null && entry.rank >= 1 ? entry.rank : null);
  }
  return [...byDay].map(([date, rank]) => ({ date, rank }));
}
