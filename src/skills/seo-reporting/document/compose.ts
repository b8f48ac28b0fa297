/** Puts the report together: sections, scorecard, actions, notes, appendix. References only; the renderer has the figures. */
import { metricOf } from "../../../core/evidence/catalogue.ts";
import type { DataCheck } from "../../../core/evidence/types.ts";
import type { ChannelProvenance } from "../../../core/run/brief.ts";
import type { Block, Prose, ReportDocument, Section } from "../../../reporting/document.ts";
import type { Desk } from "../desk.ts";
import type { Figures } from "../facts/figures.ts";
import { HEADINGS } from "../findings/find.ts";
import { NARRATED, type NarratedSection } from "../findings/topic.ts";
import type { ModelWording, Narrative } from "../narrate.ts";
import { actionsOf } from "./actions.ts";
import { appendixOf } from "./appendix.ts";
import { onlyWanted } from "./comparison.ts";
import {
  type CsvNames,
  conversionBlocks,
  opportunityBlocks,
  pageBlocks,
  queryBlocks,
  rankingBlocks,
} from "./detail-sections.ts";
import { trendBlocks, whereBlocks } from "./headline-sections.ts";
import { notesOf } from "./notes.ts";
import { proseOf } from "./prose.ts";
import { scorecardOf } from "./scorecard.ts";

/** What identifies the report and what was asked of it. */
export interface ReportHead {
  readonly artifactId: string;
  readonly version: number;
  readonly generatedAt: string;
  readonly skillTitle: string;
  readonly revisionNotes: ReportDocument["revisionNotes"];
  readonly provenance: readonly ChannelProvenance[];
  readonly csv: CsvNames;
}

const SOURCE_NAMES = { search_console: "Search Console", ga4: "Google Analytics", accuranker: "AccuRanker" } as const;
const STATUS_WORDS = {
  used: "used",
  empty: "empty",
  unavailable: "not available",
  not_configured: "not configured",
} as const;

/** The report as a document. */
export function composeDocument(
  desk: Desk,
  figures: Figures,
  parts: {
    readonly narrative: Narrative;
    readonly wording: ModelWording;
    readonly checks: readonly DataCheck[];
    readonly head: ReportHead;
  },
): ReportDocument {
  const { narrative, wording, checks, head } = parts;
  const { brief } = desk;
  const answer = narrative.get("answer")?.sentences ?? [];
  return onlyWanted(desk.options, {
    title: `${head.skillTitle}: ${brief.businessUnitName}, ${brief.periods.primary.label}`,
    clientName: brief.businessUnitName,
    skillTitle: head.skillTitle,
    runId: brief.runId,
    artifactId: head.artifactId,
    version: head.version,
    revisionNotes: head.revisionNotes,
    generatedAt: head.generatedAt,
    sources: head.provenance.map(({ channel, status, detail, fetchedAt }) => ({
      name: SOURCE_NAMES[channel],
      status: STATUS_WORDS[status],
      detail,
      fetchedAt,
    })),
    answer: answer.map(proseOf),
    scorecard: scorecardOf(desk, figures),
    sections: NARRATED.filter((id) => id !== "answer").flatMap(
      (id) => sectionOf(desk, figures, narrative, head.csv, id) ?? [],
    ),
    nextActions: actionsOf(desk, figures),
    notes: notesOf(desk, checks, narrative, wording),
    appendix: appendixOf(desk, checks, wording, head.csv),
  });
}

function blocksOf(desk: Desk, figures: Figures, csv: CsvNames, id: NarratedSection): readonly Block[] {
  switch (id) {
    case "answer":
      return [];
    case "trend":
      return trendBlocks(desk);
    case "where":
      return whereBlocks(desk);
    case "pages":
      return pageBlocks(desk, figures, csv);
    case "queries":
      return queryBlocks(desk, figures, csv);
    case "opportunities":
      return opportunityBlocks(figures, csv);
    case "rankings":
      return rankingBlocks(figures, csv);
    case "conversions":
      return conversionBlocks(figures);
  }
}

const NOTHING_TO_SAY: Prose = [{ text: "The figures of this section stand for themselves." }];

/** A section; null when its source has nothing, or when the reviewer left it out. */
function sectionOf(
  desk: Desk,
  figures: Figures,
  narrative: Narrative,
  csv: CsvNames,
  id: NarratedSection,
): Section | null {
  const without: ReadonlySet<string> = new Set(desk.options.without);
  const blocks = without.has(id) ? [] : blocksOf(desk, figures, csv, id);
  if (blocks.length === 0) return null;
  const [claim, ...soWhat] = (narrative.get(id)?.sentences ?? []).map(proseOf);
  return {
    id,
    heading: HEADINGS[id],
    claim: claim ?? NOTHING_TO_SAY,
    narratedBy: narrative.get(id)?.by ?? "rules",
    blocks: [...explanations(desk, id), ...blocks],
    soWhat,
  };
}

const SECTION_OF_METRIC: readonly (readonly [prefix: string, section: NarratedSection])[] = [
  ["ga4.", "conversions"],
  ["rank.", "rankings"],
  ["gsc.unlisted", "where"],
  ["gsc.brand", "where"],
  ["gsc.nonbrand", "where"],
  ["gsc.query", "queries"],
  ["gsc.page", "pages"],
  ["gsc.bucket", "opportunities"],
  ["gsc.", "trend"],
];

/** Definitions a reviewer asked for, next to the figures. */
function explanations(desk: Desk, id: NarratedSection): readonly Block[] {
  const here = desk.options.explain.filter(
    (metric) => SECTION_OF_METRIC.find(([prefix]) => metric.startsWith(prefix))?.[1] === id,
  );
  return here.map((metric) => {
    const { label, definition } = metricOf(metric);
    return { kind: "paragraph", prose: [{ text: `${label}: ${definition}` }] };
  });
}
