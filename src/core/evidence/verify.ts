/**
 * The verifier: recomputes every fact from the raw snapshots and compares what the documents show. It knows nothing of
 * the skill that made the report; everything it needs is in `evidence.json` and the snapshots.
 */
import { evaluate } from "./evaluate.ts";
import { formatFact, formerText, rawFact } from "./format.ts";
import { pick } from "./pointer.ts";
import { boundText } from "./quotes.ts";
import { parseProse } from "./references.ts";
import { scanCsv } from "./scan-csv.ts";
import { scanHtml } from "./scan-html.ts";
import { SnapshotCache } from "./snapshots.ts";
import type { Derivation, Evidence, Fact, FactValue } from "./types.ts";

/** One thing that does not agree. `factId` is null where no single fact is concerned. */
export interface Mismatch {
  readonly where: string;
  readonly factId: string | null;
  readonly expected: string;
  readonly found: string;
}

/** What was checked. `checked` counts facts recomputed and figures read in documents. */
export interface Verification {
  readonly checked: number;
  readonly facts: number;
  readonly figures: number;
  readonly mismatches: readonly Mismatch[];
}

/** What the verifier reads. A snapshot that is not there is null. */
export interface VerifySources {
  readonly evidence: Evidence;
  snapshot(key: string): Promise<string | null>;
  readonly documents: readonly { readonly name: string; readonly body: string }[];
  /** SHA-256 of a text as UTF-8, lower-case hex. */
  sha256(text: string): Promise<string>;
}

/** Verifies a report. Never throws for what the evidence, snapshots or documents hold; errors of the sources pass through. */
export async function verifyEvidence(sources: VerifySources): Promise<Verification> {
  const { evidence } = sources;
  const mismatches: Mismatch[] = [];
  const facts = new Map(evidence.facts.map((fact) => [fact.id, fact]));
  await checkSnapshots(sources, mismatches);
  const cache = new SnapshotCache(async (key) => (await sources.snapshot(key)) ?? "null");
  await checkFacts(evidence, cache, mismatches);
  await checkTexts(evidence, cache, mismatches);
  checkNarrative(evidence, facts, mismatches);
  const figures = await checkDocuments(sources, facts, mismatches);
  return { checked: evidence.facts.length + figures, facts: evidence.facts.length, figures, mismatches };
}

async function checkSnapshots({ evidence, snapshot, sha256 }: VerifySources, mismatches: Mismatch[]): Promise<void> {
  for (const input of new Map(evidence.inputs.map((one) => [one.key, one])).values()) {
    const body = await snapshot(input.key);
    const found = body === null ? "no such snapshot" : await sha256(body);
    // The stored name holds the digest, so evidence cannot give another body the name of the original.
    if (!input.key.endsWith(`/${input.sha256}.json`))
      mismatches.push({
        where: `snapshot ${input.key}`,
        factId: null,
        expected: "a key that ends in its digest",
        found: input.sha256,
      });
    if (found !== input.sha256)
      mismatches.push({ where: `snapshot ${input.key}`, factId: null, expected: input.sha256, found });
  }
}

/** Snapshot keys a derivation reads. */
export function snapshotsOf(derivation: Derivation): readonly string[] {
  switch (derivation.op) {
    case "absent":
    case "formula":
      return [];
    case "pick":
      return [derivation.snapshot];
    case "set_difference_count":
      return [...derivation.of.snapshots, ...derivation.minus.snapshots];
    case "count_moved":
      return [...derivation.from.snapshots, ...derivation.to.snapshots];
    default:
      return derivation.snapshots;
  }
}

async function checkFacts(evidence: Evidence, cache: SnapshotCache, mismatches: Mismatch[]): Promise<void> {
  const inputs = new Set(evidence.inputs.map(({ key }) => key));
  const values = new Map<string, FactValue>();
  for (const fact of evidence.facts) {
    const where = `fact ${fact.id}`;
    if (values.has(fact.id)) mismatches.push({ where, factId: fact.id, expected: "one fact of this id", found: "two" });
    const unlisted = snapshotsOf(fact.derivation).find((key) => !inputs.has(key));
    if (unlisted !== undefined)
      mismatches.push({ where, factId: fact.id, expected: "snapshots among the inputs", found: unlisted });
    const value = await recompute(fact, cache, values);
    values.set(fact.id, typeof value === "string" ? fact.value : value);
    const expected = typeof value === "string" ? value : wordsOf(value);
    if (expected !== wordsOf(fact.value))
      mismatches.push({ where, factId: fact.id, expected, found: wordsOf(fact.value) });
  }
}

async function recompute(
  fact: Fact,
  cache: SnapshotCache,
  values: ReadonlyMap<string, FactValue>,
): Promise<FactValue | string> {
  try {
    await cache.need(snapshotsOf(fact.derivation));
    return evaluate(fact.derivation, cache, (id) => {
      const value = values.get(id);
      if (value === undefined) throw new RangeError(`input ${id} does not stand before it`);
      return value;
    });
  } catch (thrown) {
    return `cannot be recomputed: ${thrown instanceof Error ? thrown.message : "unknown reason"}`;
  }
}

/** State, value and reason in one text, so that each of them counts. */
function wordsOf(value: FactValue): string {
  return value.value === null ? `${value.state} (${value.reason})` : `${value.state} ${value.value}`;
}

async function checkTexts(evidence: Evidence, cache: SnapshotCache, mismatches: Mismatch[]): Promise<void> {
  for (const text of evidence.texts) {
    const raw = await pickText(cache, text.snapshot, text.pointer);
    const expected = typeof raw === "string" ? boundText(raw, text.part) : "a text in the snapshot";
    if (expected !== text.value)
      mismatches.push({ where: `text ${text.id}`, factId: null, expected, found: text.value });
  }
}

async function pickText(cache: SnapshotCache, key: string, pointer: string): Promise<unknown> {
  try {
    await cache.need([key]);
    return pick(cache.json(key), pointer);
  } catch {
    return undefined;
  }
}

function checkNarrative(evidence: Evidence, facts: ReadonlyMap<string, Fact>, mismatches: Mismatch[]): void {
  const texts = new Set(evidence.texts.map(({ id }) => id));
  evidence.narrative.forEach((span, index) => {
    const where = `narrative ${span.section} ${index + 1}`;
    const named: string[] = [];
    for (const piece of parseProse(span.text)) {
      if (piece.kind === "fact") {
        named.push(piece.id);
        if (!facts.has(piece.id))
          mismatches.push({ where, factId: piece.id, expected: "a fact of this evidence", found: "unknown reference" });
      }
      if (piece.kind === "quote" && !texts.has(piece.id)) {
        mismatches.push({ where, factId: null, expected: "a quoted text of this evidence", found: piece.id });
      }
      if (piece.kind === "text" && /[\p{Nd}{}]/u.test(piece.text)) {
        mismatches.push({
          where,
          factId: null,
          expected: "no digit outside references",
          found: piece.text.slice(0, 120),
        });
      }
    }
    if (named.join(" ") !== span.factIds.join(" ")) {
      mismatches.push({ where, factId: null, expected: named.join(" "), found: span.factIds.join(" ") });
    }
  });
}

async function checkDocuments(
  sources: VerifySources,
  facts: ReadonlyMap<string, Fact>,
  mismatches: Mismatch[],
): Promise<number> {
  const { evidence, documents, sha256 } = sources;
  let figures = 0;
  // Without a report among them nothing that people read would have been compared.
  if (!evidence.documents.some(({ name }) => name.endsWith(".html")))
    mismatches.push({ where: "documents", factId: null, expected: "an HTML report", found: "none is listed" });
  for (const listed of evidence.documents) {
    const document = documents.find(({ name }) => name === listed.name);
    const found = document === undefined ? "no such document" : await sha256(document.body);
    if (found !== listed.sha256)
      mismatches.push({ where: `document ${listed.name}`, factId: null, expected: listed.sha256, found });
    if (document === undefined) continue;
    if (listed.name.endsWith(".html")) figures += checkHtml(document, facts, mismatches);
    else if (listed.name.endsWith(".csv")) figures += checkCsv(document, evidence, facts, mismatches);
    else
      mismatches.push({
        where: `document ${listed.name}`,
        factId: null,
        expected: "HTML or CSV, which can be read back",
        found: "another kind of file",
      });
  }
  return figures;
}

interface NamedDocument {
  readonly name: string;
  readonly body: string;
}

function checkHtml({ name, body }: NamedDocument, facts: ReadonlyMap<string, Fact>, mismatches: Mismatch[]): number {
  const scan = scanHtml(body);
  for (const { factId, value, text } of scan.figures) {
    const fact = factId === null ? undefined : facts.get(factId);
    const where = `${name}, figure ${factId ?? "without a fact"}`;
    if (fact === undefined) {
      mismatches.push({ where, factId, expected: "a fact of this evidence", found: text });
      continue;
    }
    if (value !== rawFact(fact)) mismatches.push({ where, factId, expected: rawFact(fact), found: value });
    if (text !== formatFact(fact) && text !== formerText(fact))
      mismatches.push({ where, factId, expected: formatFact(fact), found: text });
  }
  for (const text of scan.strayDigits)
    mismatches.push({ where: name, factId: null, expected: "no digit without a fact", found: text });
  for (const element of scan.forbidden)
    mismatches.push({ where: name, factId: null, expected: "no active content", found: element });
  return scan.figures.length;
}

function checkCsv(
  document: NamedDocument,
  evidence: Evidence,
  facts: ReadonlyMap<string, Fact>,
  mismatches: Mismatch[],
): number {
  const scan = scanCsv(document.body);
  for (const { factId, value, text } of scan.figures) {
    const fact = facts.get(factId ?? "");
    const where = `${document.name}, column ${text}`;
    const expected = fact === undefined ? "a fact of this evidence" : rawFact(fact);
    if (fact === undefined || value !== expected) mismatches.push({ where, factId, expected, found: value });
  }
  // A query may well be a number; the renderer puts an apostrophe before text that a spreadsheet would compute.
  const quoted = new Set(evidence.texts.flatMap(({ value }) => [value, `'${value}`]));
  for (const text of scan.loose) {
    if (!quoted.has(text))
      mismatches.push({ where: document.name, factId: null, expected: "no figure without a fact", found: text });
  }
  return scan.figures.length;
}
