/** Runs the topics over a report's facts: what was noticed, as findings of the evidence and as sentences by rule. */
import type { CapsuleSection } from "../../../core/evidence/capsule.ts";
import type { Finding } from "../../../core/evidence/types.ts";
import { isWholeMonths, lengthOf } from "../../../core/facts/periods.ts";
import type { Desk } from "../desk.ts";
import { isUnwanted } from "../document/comparison.ts";
import type { Figures } from "../facts/figures.ts";
import { DETAIL_TOPICS } from "./detail-topics.ts";
import { EMPHASIS_TOPICS } from "./emphasis-topics.ts";
import { HEADLINE_TOPICS } from "./headline-topics.ts";
import { NARRATED, type NarratedSection, type Noticed, type Topic } from "./topic.ts";

/** One topic that applies, with what it noticed. */
export interface FoundTopic {
  readonly topic: Topic;
  readonly noticed: Noticed;
}

/** Everything found, per section, most important first. Sections without findings are absent. */
export type Found = ReadonlyMap<NarratedSection, readonly FoundTopic[]>;

const [opening, ...others] = HEADLINE_TOPICS;
/** The headline first, then what the reviewer wants emphasised. */
const TOPICS: readonly Topic[] = [
  ...(opening === undefined ? [] : [opening]),
  ...EMPHASIS_TOPICS,
  ...others,
  ...DETAIL_TOPICS,
];

export const HEADINGS: Readonly<Record<NarratedSection, string>> = {
  answer: "The answer",
  trend: "Trend",
  where: "Where it changed",
  pages: "Pages",
  queries: "Queries",
  opportunities: "Opportunities",
  rankings: "Rankings",
  conversions: "Conversions from organic search",
};

/** Runs all topics; sections the reviewer left out are skipped. */
export function findAll(desk: Desk, figures: Figures): Found {
  const without: ReadonlySet<string> = new Set(desk.options.without);
  const found = new Map<NarratedSection, FoundTopic[]>();
  for (const section of NARRATED) {
    if (without.has(section)) continue;
    const topics = TOPICS.filter((topic) => topic.section === section).flatMap((topic) => {
      const noticed = topic.notice(desk, figures);
      const wanted = noticed !== null && !noticed.facts.some((id) => isUnwanted(desk.options, id));
      return wanted ? [{ topic, noticed }] : [];
    });
    if (topics.length > 0) found.set(section, topics);
  }
  return found;
}

/** Most sentences of a section. */
export function mostSentences(desk: Desk, section: NarratedSection): number {
  const { length } = desk.options;
  if (section === "answer") return length === "shorter" ? 2 : 5;
  if (length === "shorter") return 1;
  return length === "longer" ? 4 : 3;
}

/** The rule-based narrator: one sentence for each finding, up to the section's limit. */
export function sentencesByRule(
  desk: Desk,
  section: NarratedSection,
  topics: readonly FoundTopic[],
): readonly string[] {
  return topics
    .slice(0, mostSentences(desk, section))
    .map(({ topic, noticed }) => withPrepositions(desk, topic.say(noticed)));
}

const IN_PERIOD = /\bin (?=\{\{period\.(primary|previous|year_ago)\}\})/g;

/** Things happen in a month, on a day and over a range of days. */
export function withPrepositions({ brief }: Desk, sentence: string): string {
  return sentence.replace(IN_PERIOD, (_, name: string) => {
    const period = brief.periods[name === "year_ago" ? "yearAgo" : name === "previous" ? "previous" : "primary"];
    if (isWholeMonths(period)) return "in ";
    return lengthOf(period) === 1 ? "on " : "over ";
  });
}

/** Findings as the evidence keeps them; the rule names the topic and the licensed movement. */
export function findingsOf(found: Found): readonly Finding[] {
  return [...found].flatMap(([section, topics]) =>
    topics.map(({ topic, noticed }) => ({
      id: `${section}.${topic.id}`,
      rule: `${topic.id}.${noticed.movement ?? "none"}`,
      section,
      factIds: noticed.facts,
      textIds: noticed.texts ?? [],
    })),
  );
}

/** Sections as the model gets them. */
export function capsuleSections(desk: Desk, found: Found): readonly CapsuleSection[] {
  const texts = new Map(desk.book.texts.map((text) => [text.id, text]));
  return [...found].map(([section, topics]) => ({
    id: section,
    heading: HEADINGS[section],
    most: mostSentences(desk, section),
    findings: topics.map(({ topic, noticed }) => ({
      rule: topic.id,
      meaning: topic.meaning,
      movement: noticed.movement ?? "none",
      facts: noticed.facts.map((id) => desk.book.get(id)),
      texts: (noticed.texts ?? []).flatMap((id) => texts.get(id) ?? []),
    })),
  }));
}
