/** An AccuRanker in memory. */
import * as v from "valibot";
import { PermanentError } from "../../core/errors.ts";
import { type FaultScript, faultScript } from "../fault-script.ts";
import type { AccurankerPort } from "./port.ts";
import {
  type DayRange,
  DOMAIN_FIELDS,
  DomainSchema,
  domainPath,
  KEYWORD_FIELDS,
  KeywordsSchema,
  pageQuery,
  periodQuery,
  toDomain,
  toKeywords,
} from "./reply.ts";

export interface FakeDomain {
  readonly id: string;
  readonly name: string;
  readonly history: readonly { readonly date: string; readonly shareOfVoicePercent: number | null }[];
  readonly keywords: readonly {
    readonly id: string;
    readonly keyword: string;
    readonly searchVolume: number | null;
    readonly ranks: readonly { readonly date: string; readonly rank: number | null }[];
  }[];
}

export interface FakeAccuranker extends AccurankerPort {
  readonly faults: FaultScript<keyof AccurankerPort>;
}

/** A fake that knows the given domains; any other is not found. */
export function fakeAccuranker(
  script: { readonly domains?: readonly FakeDomain[]; readonly now?: () => Date } = {},
): FakeAccuranker {
  const faults = faultScript<keyof AccurankerPort>();
  const now = script.now ?? (() => new Date("2026-11-05T09:00:00.000Z"));

  function find(domainId: string): FakeDomain {
    const path = domainPath(domainId);
    const found = script.domains?.find((domain) => domain.id === domainId);
    if (found === undefined) throw new PermanentError("accuranker_not_found", `AccuRanker: nothing at ${path}.`);
    return found;
  }

  function rawOf(answer: unknown, path: string, query: Readonly<Record<string, string>>) {
    const request = { method: "GET", path, body: query };
    return { body: JSON.stringify(answer), request, fetchedAt: now().toISOString() };
  }

  return {
    faults,
    domain: (domainId, range) =>
      faults.run("domain", [domainId, range], () => {
        const query = { fields: DOMAIN_FIELDS, ...periodQuery(range) };
        const answer = domainAnswer(find(domainId), range);
        return toDomain(v.parse(DomainSchema, answer), rawOf(answer, domainPath(domainId), query));
      }),
    keywords: (domainId, range, page) =>
      faults.run("keywords", [domainId, range, page], () => {
        const query = { fields: KEYWORD_FIELDS, ...periodQuery(range), ...pageQuery(page) };
        const answer = keywordsAnswer(find(domainId), range).slice(page.offset, page.offset + page.limit);
        const raw = rawOf(answer, `${domainPath(domainId)}keywords/`, query);
        return { keywords: toKeywords(v.parse(KeywordsSchema, answer)), raw };
      }),
  };
}

const within = (range: DayRange) => (entry: { readonly date: string }) =>
  entry.date >= range.from && entry.date <= range.to;

function domainAnswer(domain: FakeDomain, range: DayRange) {
  const history = domain.history
    .filter(within(range))
    .map((day) => ({ date: day.date, share_of_voice_percentage: day.shareOfVoicePercent }));
  return { id: Number(domain.id), domain: domain.name, display_name: domain.name, history };
}

function keywordsAnswer(domain: FakeDomain, range: DayRange) {
  return domain.keywords.map((keyword) => ({
    id: Number(keyword.id),
    keyword: keyword.keyword,
    search_volume: keyword.searchVolume === null ? null : { search_volume: keyword.searchVolume },
    ranks: keyword.ranks
      .filter(within(range))
      .map((rank) => ({ created_at: `${rank.date}T04:00:00Z`, rank: rank.rank })),
  }));
}
