/** What changed between two versions of a report, as `GET /report-artifacts/:id/changes` tells it. */
import * as v from "valibot";

/** A figure as its readers saw it in either version; null: that version has none. */
const FigureSchema = v.object({
  id: v.string(),
  label: v.string(),
  /** The period it is about, e.g. “October 2026”; null for one about none in particular. */
  period: v.nullable(v.string()),
  before: v.nullable(v.string()),
  after: v.nullable(v.string()),
});

/** Sentences of a section. One that was reworded is among those that went and those that came. */
const SectionSchema = v.object({
  section: v.string(),
  gone: v.array(v.string()),
  come: v.array(v.string()),
  kept: v.number(),
});

const VersionSchema = v.object({ artifactId: v.string(), version: v.number(), generatedAt: v.string() });

export const VersionChangesSchema = v.object({
  from: VersionSchema,
  to: VersionSchema,
  /** Settings that differ, in plain words: the period, the words' author, the version of the skill. */
  settings: v.array(v.object({ what: v.string(), before: v.string(), after: v.string() })),
  /** Figures that differ, in the order of the report, and how many of them are left out here. */
  figures: v.array(FigureSchema),
  moreFigures: v.number(),
  sameFigures: v.number(),
  /** Sections whose sentences differ. */
  sections: v.array(SectionSchema),
  /** Notes on the data that went and came. */
  notes: v.object({ gone: v.array(v.string()), come: v.array(v.string()) }),
});
export type VersionChanges = v.InferOutput<typeof VersionChangesSchema>;
