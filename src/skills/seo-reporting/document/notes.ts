/** Data notes in plain words: what a reader has to know before relying on a figure. */
import type { DataCheck } from "../../../core/evidence/types.ts";
import { ledgerTouching } from "../../../core/facts/ledger.ts";
import { lengthOf } from "../../../core/facts/periods.ts";
import type { Prose } from "../../../reporting/document.ts";
import type { Desk } from "../desk.ts";
import { queryRecords } from "../facts/checks.ts";
import type { ModelWording, Narrative } from "../narrate.ts";

/** The notes that apply to a report. */
export function notesOf(
  desk: Desk,
  checks: readonly DataCheck[],
  narrative: Narrative,
  wording: ModelWording,
): readonly Prose[] {
  return [
    ...standing(desk),
    ...ledgerNotes(desk),
    ...sourceNotes(desk),
    ...capNotes(desk),
    ...checks
      .filter(({ passed }) => !passed)
      .map(
        ({ detail, factIds: [sum = "", total = ""] }): Prose => [
          { text: `${detail} Sum: ` },
          { fact: sum },
          { text: ", total: " },
          { fact: total },
          { text: "." },
        ],
      ),
    narratorNote(narrative, wording),
  ];
}

function standing({ brief, inputs }: Desk): readonly Prose[] {
  const notes: Prose[] = [
    [
      {
        text: "Search Console counts days in Pacific time, and its totals come from the totals query alone; lists of queries and pages are never summed into a total.",
      },
    ],
    [
      {
        text: "Google does not list rare queries, so lists of queries cover a part of all clicks. Lists by page count differently from the property and may exceed it.",
      },
    ],
    [
      {
        text: "A change is called one only where it is larger than the usual day-to-day variation; percentages are printed only on a sufficient base.",
      },
    ],
    [
      { text: "Time zone of the Business Unit: " },
      { code: brief.timeZone },
      { text: ". Brand terms: " },
      { code: brief.brandTerms.length === 0 ? "none" : brief.brandTerms.join(", ") },
      { text: "." },
    ],
  ];
  for (const period of ["previous", "yearAgo"] as const) {
    if (inputs.search.totals[period] !== null) continue;
    notes.push([
      { text: "Search Console no longer keeps all of " },
      { period },
      { text: ", so its figures are not compared with it." },
    ]);
  }
  const { primary, previous } = brief.periods;
  if (lengthOf(primary) !== lengthOf(previous)) {
    notes.push([
      { period: "primary" },
      { text: " and " },
      { period: "previous" },
      {
        text: " differ in length, so percentages between them are of counts a day. Differences of counts include the days more or less.",
      },
    ]);
  }
  const { analytics } = inputs;
  if (analytics.status === "used") {
    notes.push([
      { text: "Google Analytics counts days in the property's zone: " },
      { code: analytics.timeZone ?? "not stated" },
      { text: "." },
    ]);
  }
  return notes;
}

function ledgerNotes({ brief }: Desk): readonly Prose[] {
  const { primary, previous, yearAgo } = brief.periods;
  return ledgerTouching([primary, previous, yearAgo], { source: "search_console" }).map(
    (entry): Prose => [
      { text: `${entry.effect} Days affected: ` },
      { day: entry.from },
      { text: " to " },
      { day: entry.to },
      { text: `. ${entry.handling}` },
    ],
  );
}

function sourceNotes({ inputs }: Desk): readonly Prose[] {
  const named = [
    ["Google Analytics", inputs.analytics],
    ["AccuRanker", inputs.rankings],
  ] as const;
  return named.flatMap(([name, source]): readonly Prose[] =>
    source.status === "used" ? [] : [[{ text: `${name} is not part of this report: ` }, { code: source.reason }]],
  );
}

function capNotes(desk: Desk): readonly Prose[] {
  return queryRecords(desk)
    .filter(({ query }) => query.capped)
    .map(
      (record): Prose => [
        { text: `${record.source}, ${record.name.toLowerCase()}: the row limit was reached after ` },
        { fact: record.fact },
        { text: " rows; counts from this list are lower bounds." },
      ],
    );
}

function narratorNote(narrative: Narrative, wording: ModelWording): Prose {
  const byRules = [...narrative].filter(([, { by }]) => by === "rules").map(([section]) => section);
  if (byRules.length === 0)
    return [{ text: "The sentences were worded by a model from checked facts; it saw no figures and wrote none." }];
  const refused = wording.rejected.length > 0 ? " What the model offered for them was refused or did not arrive." : "";
  if (byRules.length === narrative.size)
    return [{ text: `All sentences were worded by rules from checked facts.${refused}` }];
  return [{ text: `These sections were worded by rules, the others by a model: ${byRules.join(", ")}.${refused}` }];
}
