/** Four sources of a big client for *refresh*: full pages, made once and sent again, so that the upstream costs nothing. */
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import * as v from "valibot";

/** Rows of a full page of the long lists, as Search Console's limit has it. */
const PAGE = 25_000;
/** Full pages of queries of a month, and rows of the next one. */
const QUERY_PAGES = 2;
const REST = 7_000;
const CAMPAIGNS = 300;
const ADS_PAGE = 10_000;
const KEYWORDS = 1_500;

const BodySchema = v.looseObject({
  startDate: v.optional(v.string(), ""),
  endDate: v.optional(v.string(), ""),
  startRow: v.optional(v.number(), 0),
  dimensions: v.optional(v.array(v.unknown()), []),
  metrics: v.optional(v.array(v.object({ name: v.string() })), []),
  dateRanges: v.optional(v.array(v.object({ startDate: v.string(), endDate: v.string() })), []),
  offset: v.optional(v.string(), "0"),
  query: v.optional(v.string(), ""),
  pageToken: v.optional(v.string(), ""),
});
type Body = v.InferOutput<typeof BodySchema>;

function daysOf(from: string, to: string): readonly string[] {
  const days: string[] = [];
  for (let at = Date.parse(from); at <= Date.parse(to); at += 86_400_000)
    days.push(new Date(at).toISOString().slice(0, 10));
  return days;
}

const times = <T>(count: number, of: (at: number) => T) => Array.from({ length: count }, (_, at) => of(at));

const search = (keys: readonly string[], at: number) => ({
  keys,
  clicks: 1 + (at % 40),
  impressions: 200 + (at % 900),
  ctr: 0.0123456789,
  position: 4.287356321839081 + (at % 60),
});

/** A list of Search Console: texts as long as people type and sites have. */
function searchList(kind: string, from: number, count: number) {
  const name =
    kind === "page"
      ? "https://www.plunkett.example/collections/oak-furniture/item-"
      : "where to buy a solid oak table near ";
  return {
    rows: times(count, (at) => search([`${name}${from + at}`], from + at)),
    responseAggregationType: "byProperty",
  };
}

function searchConsole({ dimensions, startDate, endDate, startRow }: Body): unknown {
  const [kind] = dimensions;
  const days = daysOf(startDate, endDate);
  if (kind === undefined) {
    const rows = days.map((_day, at) => search([], at));
    const [clicks, impressions] = [
      rows.reduce((n, row) => n + row.clicks, 0),
      rows.reduce((n, row) => n + row.impressions, 0),
    ];
    return { rows: [{ clicks, impressions, ctr: 0.01, position: 9 }], responseAggregationType: "byProperty" };
  }
  if (kind === "date") return { rows: days.map((day, at) => search([day], at)), responseAggregationType: "byProperty" };
  if (kind === "device" || kind === "country") return searchList(String(kind), 0, 3);
  const full = kind === "query" ? QUERY_PAGES : 1;
  return searchList(String(kind), startRow, startRow < full * PAGE ? PAGE : REST);
}

function ga4({ dimensions, metrics, dateRanges, offset }: Body): unknown {
  const [range] = dateRanges;
  const kind = JSON.stringify(dimensions);
  const days = daysOf(range?.startDate ?? "", range?.endDate ?? "");
  const rowOf = (key: string | null, at: number) => ({
    ...(key === null ? {} : { dimensionValues: [{ value: key }] }),
    metricValues: metrics.map((_metric, n) => ({ value: String(10 + ((at + n) % 90)) })),
  });
  const headers = {
    dimensionHeaders: dimensions.map((one) => one),
    metricHeaders: metrics.map(({ name }) => ({ name, type: "TYPE_FLOAT" })),
    metadata: { currencyCode: "GBP", timeZone: "Europe/London" },
  };
  if (dimensions.length === 0) return { ...headers, rows: [sum(days.map((_day, at) => rowOf(null, at)))], rowCount: 1 };
  if (kind.includes("date"))
    return { ...headers, rows: days.map((day, at) => rowOf(day.replaceAll("-", ""), at)), rowCount: days.length };
  if (kind.includes("Channel"))
    return { ...headers, rows: [rowOf("Organic Search", 1), rowOf("Direct", 2)], rowCount: 2 };
  const from = Number(offset);
  const rowCount = PAGE + REST;
  const rows = times(Math.min(PAGE, rowCount - from), (at) =>
    rowOf(`/collections/oak-furniture/item-${from + at}`, at),
  );
  return { ...headers, rows, rowCount };
}

function sum(rows: readonly { readonly metricValues: readonly { readonly value: string }[] }[]) {
  const [first] = rows;
  const columns = first?.metricValues.length ?? 0;
  return {
    metricValues: times(columns, (n) => ({
      value: String(rows.reduce((all, row) => all + Number(row.metricValues[n]?.value ?? 0), 0)),
    })),
  };
}

function ads({ query, pageToken }: Body): unknown {
  const place = { currencyCode: "GBP", timeZone: "Europe/London" };
  const [, from = "", to = ""] = /BETWEEN '(.*?)' AND '(.*?)'/.exec(query) ?? [];
  if (from === "")
    return { results: [{ customer: { ...place, id: "2010000002", descriptiveName: "Big", status: "ENABLED" } }] };
  const days = daysOf(from, to);
  const metrics = (count: number) => ({
    impressions: String(900 * count),
    clicks: String(30 * count),
    costMicros: String(4_000_000 * count),
    conversions: 2 * count,
    conversionsValue: 80 * count,
  });
  const customer = { resourceName: "customers/2010000002", ...place };
  if (!query.includes("FROM campaign"))
    return { results: days.map((date) => ({ customer, segments: { date }, metrics: metrics(CAMPAIGNS) })) };
  const all = days.length * CAMPAIGNS;
  const start = Number(pageToken || 0);
  const results = times(Math.min(ADS_PAGE, all - start), (at) => {
    const n = start + at;
    const campaign = {
      id: String(1 + (n % CAMPAIGNS)),
      name: `Campaign ${n % CAMPAIGNS}`,
      status: "ENABLED",
      advertisingChannelType: "SEARCH",
    };
    return { customer, segments: { date: days[Math.floor(n / CAMPAIGNS)] }, campaign, metrics: metrics(1) };
  });
  return {
    results,
    ...(start + ADS_PAGE < all ? { nextPageToken: String(start + ADS_PAGE) } : {}),
    totalResultsCount: String(all),
  };
}

function accuranker(url: URL): unknown {
  const days = daysOf(url.searchParams.get("period_from") ?? "", url.searchParams.get("period_to") ?? "");
  if (!url.pathname.includes("keywords"))
    return { id: 41002, display_name: "Big", history: days.map((date) => ({ date, share_of_voice_percentage: 7.5 })) };
  const [limit, offset] = [Number(url.searchParams.get("limit")), Number(url.searchParams.get("offset"))];
  return times(Math.max(0, Math.min(limit, KEYWORDS - offset)), (at) => ({
    id: offset + at + 1,
    keyword: `solid oak table ${offset + at}`,
    search_volume: { search_volume: 90 },
    ranks: days.map((day) => ({ rank: 1 + ((at + 3) % 70), created_at: `${day}T06:00:00Z` })),
  }));
}

function answer(url: URL, body: Body): unknown {
  const [, upstream] = url.pathname.split("/");
  if (upstream === "search-console") return searchConsole(body);
  if (upstream === "ga4") return ga4(body);
  return upstream === "google-ads" ? ads(body) : accuranker(url);
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const part of request) text += String(part);
  return text;
}

export interface RefreshUpstream {
  /** Base URLs by the variable of the control plane. */
  readonly variables: Readonly<Record<string, string>>;
  stop(): void;
}

/** Serves the four sources on a free port of this machine. */
export async function startUpstream(): Promise<RefreshUpstream> {
  const made = new Map<string, Buffer>();
  const server = createServer(async (request, response) => {
    const asked = await textOf(request);
    const key = `${request.url ?? ""} ${asked}`;
    const reply =
      made.get(key) ??
      Buffer.from(
        JSON.stringify(
          answer(new URL(request.url ?? "", "http://bench"), v.parse(BodySchema, JSON.parse(asked || "{}"))),
        ),
      );
    if (made.size < 40) made.set(key, reply);
    response.writeHead(200, { "content-type": "application/json", "content-length": reply.byteLength });
    response.end(reply);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port }: AddressInfo = v.parse(
    v.looseObject({ port: v.number(), address: v.string(), family: v.string() }),
    server.address(),
  );
  const at = (path: string) => `http://127.0.0.1:${port}/${path}`;
  return {
    variables: {
      SEARCH_CONSOLE_BASE_URL: at("search-console"),
      GA4_BASE_URL: at("ga4/v1beta"),
      GOOGLE_ADS_BASE_URL: at("google-ads/v25"),
      ACCURANKER_BASE_URL: at("accuranker/api/v4"),
    },
    stop: () => server.close(),
  };
}
