/** Where a fact comes from: its definition, its versions, and the bytes of the stored snapshots it was read from. */

import * as v from "valibot";
import { caveatText } from "../core/curation/caveats.ts";
import { METRICS } from "../core/evidence/catalogue.ts";
import { byteRanges } from "../core/facts/byte-range.ts";
import type { FactView, LineageView } from "../core/wire-data.ts";
import {
  findFact,
  findSnapshots,
  type RegisteredSnapshot,
  type StoredLineage,
  storedLineage,
} from "../d1/facts-read.ts";
import { bytesUpTo, gunzipped } from "../lib/gunzip.ts";
import { sha256Hex } from "../lib/hash.ts";
import { parseJson } from "../lib/json.ts";
import type { HttpDeps, RouteRequest } from "./context.ts";
import { json, problem } from "./problem.ts";
import { noteRead, readerOf, seesFixtures } from "./reader.ts";

type OriginView = LineageView["origins"][number];

/** Uncompressed bytes of a snapshot that are read; one page of the biggest query has some six million. */
const MOST_BYTES = 24_000_000;
/** Snapshots that are opened for one answer, one after the other. */
const MOST_SNAPSHOTS = 12;
const TOO_MANY = `Only the first ${MOST_SNAPSHOTS} snapshots of a fact are opened here.`;
/** Characters of a cell that are shown. */
const MOST_TEXT = 500;
/** Bytes before and after a cell that are shown, so that a reader sees what the value stands beside. */
const AROUND = 80;

const RequestSchema = v.object({ method: v.string(), path: v.string(), body: v.unknown() });

export async function getLineageRoute(request: RouteRequest, deps: HttpDeps): Promise<Response> {
  const fact = await findFact(deps.index, request.params.factId ?? "");
  if (fact === null) return noSuchFact();
  const reading = {
    businessUnitId: fact.businessUnitId,
    what: "lineage",
    metric: fact.metric,
    periodStart: fact.period.start,
    periodEnd: fact.period.end,
  };
  const reader = await readerOf(request, deps, reading);
  if (!reader.ok) return reader.response;
  if (fact.fixture && !seesFixtures(reader.value)) return noSuchFact();
  const stored = await storedLineage(deps.index, fact.factId);
  if (stored === null) return noSuchFact();
  await noteRead(deps, reader.value, reading, 1);
  return json(await lineageOf(deps, fact, stored));
}

const noSuchFact = (): Response => problem(404, "no_such_fact", "There is no such fact.");

async function lineageOf(deps: HttpDeps, fact: FactView, stored: StoredLineage): Promise<LineageView> {
  const metric = METRICS.get(fact.metric);
  const known = await findSnapshots(
    deps.index,
    stored.origins.map(({ snapshotKey }) => snapshotKey),
  );
  const record = await deps.unit(fact.businessUnitId).record();
  const origins: OriginView[] = [];
  for (const origin of stored.origins) {
    const registered = known.get(origin.snapshotKey);
    const bytes = origins.length < MOST_SNAPSHOTS ? await snapshotBytes(deps, origin.snapshotKey) : TOO_MANY;
    origins.push(originView(origin, registered, bytes));
  }
  return {
    fact,
    unit: record === null ? null : { slug: record.slug, name: record.name },
    definition: {
      metric: fact.metric,
      label: metric?.label ?? fact.metric,
      definition: metric?.definition ?? "",
      formula: metric?.formula ?? null,
      maturityDays: metric?.maturityDays ?? null,
    },
    notes: fact.caveats.map((id) => ({ id, text: caveatText(id) ?? id })),
    asset: { source: fact.source, externalId: stored.externalId },
    transform: stored.transform,
    versions: [...stored.versions],
    origins,
  };
}

/** The uncompressed bytes of a snapshot, or why there are none. They are what their name says: the digest is in it. */
async function snapshotBytes(deps: HttpDeps, key: string): Promise<Uint8Array | string> {
  const body = await deps.blob(key);
  if (body === null) return "The snapshot is not in the store any more.";
  try {
    const bytes = await bytesUpTo(key.endsWith(".gz") ? gunzipped(body) : body, MOST_BYTES);
    if (bytes === null) return "The snapshot is too big to be opened here.";
    return key.includes(`/${await sha256Hex(bytes)}.json`)
      ? bytes
      : "The snapshot holds other bytes than its digest says.";
  } catch {
    return "The snapshot cannot be unpacked.";
  }
}

function originView(
  origin: StoredLineage["origins"][number],
  registered: RegisteredSnapshot | undefined,
  bytes: Uint8Array | string,
): OriginView {
  const head = {
    snapshotKey: origin.snapshotKey,
    sha256: registered?.sha256 ?? "",
    fetchedAt: registered?.fetched_at ?? "",
    query: registered?.query ?? "",
  };
  const nothing = { ...head, request: { method: "", path: "", body: null }, cells: [] };
  const all = origin.pointers.length + origin.more;
  if (typeof bytes === "string") return { ...nothing, more: all, problem: bytes };
  const decoder = new TextDecoder("utf-8", { fatal: false, ignoreBOM: true });
  const textOf = ([start, end]: readonly [number, number]) => decoder.decode(bytes.subarray(start, end));
  try {
    const ranges = byteRanges(bytes, ["/request", "/body", ...origin.pointers]);
    const asked = ranges.get("/request") ?? null;
    const read = asked === null ? null : parseJson(textOf(asked));
    const request = v.safeParse(RequestSchema, read?.ok === true ? read.value : null);
    const cells = origin.pointers.flatMap((pointer) => {
      const range = ranges.get(pointer) ?? null;
      if (range === null) return [];
      const byteRange: [number, number] = [...range];
      const [start, end] = byteRange;
      // What stands outside the reply is ours and says nothing about the cell.
      const [first, last] = ranges.get(pointer.startsWith("/body") ? "/body" : pointer) ?? byteRange;
      const before = textOf(wholeCharacters(bytes, Math.max(first, start - AROUND), start));
      const after = textOf(wholeCharacters(bytes, end, Math.min(last, end + AROUND)));
      return [{ pointer, byteRange, text: textOf(range).slice(0, MOST_TEXT), before, after }];
    });
    const lost = origin.pointers.length - cells.length;
    const problem = lost === 0 ? null : `${lost} of the cells are not in the snapshot.`;
    return { ...head, request: request.success ? request.output : nothing.request, cells, more: origin.more, problem };
  } catch {
    return { ...nothing, more: all, problem: "The snapshot is no JSON." };
  }
}

/** A range that begins and ends with a whole character of UTF-8: a cut one would be shown as damage that is not there. */
function wholeCharacters(bytes: Uint8Array, start: number, end: number): readonly [number, number] {
  const goesOn = (at: number): boolean => ((bytes[at] ?? 0) & 0xc0) === 0x80;
  let [from, to] = [start, end];
  while (from < to && goesOn(from)) from += 1;
  while (to > from && goesOn(to)) to -= 1;
  return [from, to];
}
