/** From composed parts to the files of the package, proved by the verifier before anybody sees them. */
import { PermanentError } from "../../core/errors.ts";
import { plainText } from "../../core/evidence/plain.ts";
import type { DataCheck, Evidence } from "../../core/evidence/types.ts";
import { verifyEvidence } from "../../core/evidence/verify.ts";
import { ledgerTouching } from "../../core/facts/ledger.ts";
import { isWholeMonths, type Period } from "../../core/facts/periods.ts";
import { sha256Hex } from "../../lib/hash.ts";
import { renderCsvs } from "../../reporting/csv.ts";
import type { ReportDocument } from "../../reporting/document.ts";
import { renderHtml } from "../../reporting/html.ts";
import type { ReportFile, SkillContext } from "../skill.ts";
import type { Desk } from "./desk.ts";
import type { CsvNames } from "./document/detail-sections.ts";
import { queryRecords } from "./facts/checks.ts";
import { type Found, findingsOf } from "./findings/find.ts";
import { type ModelWording, type Narrative, spansOf } from "./narrate.ts";
import { inputsOf } from "./provenance.ts";

const MAX_SLUG = 40;

/** Names of all files: `<client>-seo-<what>-<period>-v<version>.<type>`. */
export interface FileNames {
  readonly report: string;
  readonly evidence: string;
  readonly csv: CsvNames;
}

/** File names from the client's name, the period and the version; ASCII, so that every system takes them. */
export function fileNamesOf(businessUnitName: string, period: Period, version: number): FileNames {
  const slug = businessUnitName
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, MAX_SLUG);
  const oneMonth = isWholeMonths(period) && period.start.slice(0, 7) === period.end.slice(0, 7);
  const days = oneMonth ? period.start.slice(0, 7) : `${period.start}_${period.end}`;
  const name = (what: string, type: string) =>
    `${slug === "" ? "client" : slug}-seo-${what}-${days}-v${version}.${type}`;
  return {
    report: name("report", "html"),
    evidence: name("evidence", "json"),
    csv: {
      queries: name("queries", "csv"),
      pages: name("pages", "csv"),
      daily: name("daily", "csv"),
      opportunities: name("opportunities", "csv"),
      rankings: name("rankings", "csv"),
    },
  };
}

/** Everything the evidence states but the documents. */
export function evidenceOf(
  ctx: SkillContext,
  desk: Desk,
  parts: {
    readonly found: Found;
    readonly narrative: Narrative;
    readonly wording: ModelWording;
    readonly checks: readonly DataCheck[];
    readonly skill: Evidence["skill"];
  },
): Omit<Evidence, "documents"> {
  const { brief } = ctx;
  const { primary, previous, yearAgo } = brief.periods;
  const { wording } = parts;
  return {
    schemaVersion: 1,
    run: {
      runId: brief.runId,
      taskGid: brief.taskGid,
      artifactId: ctx.artifactId,
      artifactVersion: ctx.artifactVersion,
      generatedAt: ctx.startedAt,
    },
    skill: parts.skill,
    model: wording.model === null ? null : { name: wording.model, calls: wording.calls, rejected: wording.rejected },
    client: { businessUnitId: brief.businessUnitId, name: brief.businessUnitName, currency: brief.currency },
    periods: brief.periods,
    inputs: inputsOf(desk.inputs),
    texts: desk.book.texts,
    facts: desk.book.facts,
    findings: findingsOf(parts.found),
    narrative: spansOf(parts.narrative),
    caveats: desk.book.caveats,
    checks: parts.checks,
    ledger: ledgerTouching([primary, previous, yearAgo], { source: "search_console" }).map(
      ({ id, effect, handling }) => ({ id, effect, handling }),
    ),
    rows: queryRecords(desk).map(({ source, name, period, query }) => ({
      source,
      query: `${name} (${period})`,
      rowCount: query.rowCount,
      capped: query.capped,
    })),
  };
}

/**
 * Renders and proves the package.
 * Errors: PermanentError `report_verification_failed` naming the first figures that do not agree.
 */
export async function filesOf(
  document: ReportDocument,
  evidence: Omit<Evidence, "documents">,
  names: FileNames,
  snapshot: (key: string) => Promise<string>,
): Promise<readonly ReportFile[]> {
  const report = { name: names.report, body: renderHtml(document, evidence) };
  const documents = [report, ...renderCsvs(document, evidence)];
  const digests = await Promise.all(documents.map(async ({ name, body }) => ({ name, sha256: await sha256Hex(body) })));
  const complete: Evidence = { ...evidence, documents: digests };
  const { mismatches } = await verifyEvidence({ evidence: complete, snapshot, documents, sha256: sha256Hex });
  const [first] = mismatches;
  if (first !== undefined) {
    const rest = mismatches.length === 1 ? "" : ` and ${mismatches.length - 1} more`;
    const detail = `${first.where}: expected ${first.expected}, found ${first.found}${rest}`;
    throw new PermanentError("report_verification_failed", `The report contradicts its evidence. ${detail}`);
  }
  return [
    { ...report, mediaType: "text/html; charset=utf-8", role: "report" },
    {
      name: names.evidence,
      mediaType: "application/json",
      role: "evidence",
      body: `${JSON.stringify(complete, null, 1)}\n`,
    },
    ...documents.slice(1).map((file) => ({ ...file, mediaType: "text/csv; charset=utf-8", role: "table" as const })),
  ];
}

/** The answer as plain sentences with the figures put in. */
export function plainAnswer(narrative: Narrative, evidence: Omit<Evidence, "documents">): readonly string[] {
  return (narrative.get("answer")?.sentences ?? []).slice(0, 5).map((sentence) => plainText(sentence, evidence));
}
