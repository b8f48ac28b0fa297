/** Words the findings: the model first, once more with the reasons, then rules. A run never fails because of a model. */
import * as v from "valibot";
import { allowedIn, type CapsuleSection, capsuleOf, fenced } from "../../core/evidence/capsule.ts";
import { METRICS } from "../../core/evidence/catalogue.ts";
import { movementLicence } from "../../core/evidence/licence.ts";
import { type ProseLicence, parseProse, refusalOf } from "../../core/evidence/references.ts";
import type { NarrativeSpan } from "../../core/evidence/types.ts";
import type { ModelPort } from "../../ports/model/port.ts";
import type { Desk } from "./desk.ts";
import { capsuleSections, type Found, sentencesByRule, withPrepositions } from "./findings/find.ts";
import type { NarratedSection } from "./findings/topic.ts";

/** What the model contributed, journalled: accepted sentences by section, and why others were refused. */
export interface ModelWording {
  readonly accepted: Readonly<Record<string, readonly string[]>>;
  readonly rejected: readonly { readonly section: string; readonly reason: string }[];
  readonly calls: number;
  /** Null: no answer ever arrived. */
  readonly model: string | null;
}

/** The wording of one section. */
export interface SectionWording {
  readonly by: "model" | "rules";
  readonly sentences: readonly string[];
}

export type Narrative = ReadonlyMap<NarratedSection, SectionWording>;

const AnswerSchema = v.object({ sections: v.array(v.object({ id: v.string(), sentences: v.array(v.string()) })) });

const NARRATIVE_JSON = {
  type: "object",
  additionalProperties: false,
  required: ["sections"],
  properties: {
    sections: {
      type: "array",
      items: {
        type: "object",
        additionalProperties: false,
        required: ["id", "sentences"],
        properties: { id: { type: "string" }, sentences: { type: "array", items: { type: "string" } } },
      },
    },
  },
};

/** The vocabulary of reports, which a quotation may well share. */
const METRIC_WORDS = [...METRICS.values()].flatMap(({ label, definition }) => [label, definition]);

const TRIES = 2;
const MAX_REASON = 200;

/** Asks the model for all sections; what it may not say is asked for once more. Never throws for what the model does. */
export async function askForWording(
  desk: Desk,
  found: Found,
  model: ModelPort,
  instructions: string,
): Promise<ModelWording> {
  const movement = movementLicence(desk.book.facts);
  const accepted: Record<string, readonly string[]> = {};
  const rejected: { section: string; reason: string }[] = [];
  const caveats = desk.book.caveats.map(({ text }) => text);
  let open = capsuleSections(desk, found);
  let refused: ReadonlyMap<string, string> = new Map();
  let [calls, name]: [number, string | null] = [0, null];
  while (calls < TRIES && open.length > 0) {
    calls += 1;
    const reply = await model.ask({
      instructions,
      input: fenced(capsuleOf(open, caveats, refused)),
      schema: { name: "narrative", json: NARRATIVE_JSON },
      maxOutputTokens: 4_000,
      purpose: "narrative",
      runId: desk.brief.runId,
    });
    if (reply.kind === "unavailable" || reply.kind === "refused") {
      rejected.push({ section: "all", reason: reply.reason.slice(0, MAX_REASON) });
      break;
    }
    if (reply.kind === "answer") name = reply.model;
    const value = reply.kind === "answer" ? reply.value : null;
    const outcome = judge(value, open, movement);
    for (const [section, sentences] of outcome.accepted) accepted[section] = sentences;
    for (const [section, reason] of outcome.refused) rejected.push({ section, reason });
    refused = outcome.refused;
    open = open.filter(({ id }) => outcome.refused.has(id));
  }
  return { accepted, rejected, calls, model: name };
}

type MovementLicence = Pick<ProseLicence, "directions" | "clear">;

interface Outcome {
  readonly accepted: ReadonlyMap<string, readonly string[]>;
  readonly refused: ReadonlyMap<string, string>;
}

function judge(value: unknown, sections: readonly CapsuleSection[], movement: MovementLicence): Outcome {
  const accepted = new Map<string, readonly string[]>();
  const refused = new Map<string, string>();
  const parsed = v.safeParse(AnswerSchema, value);
  for (const section of sections) {
    const answer = parsed.success ? parsed.output.sections.find(({ id }) => id === section.id) : undefined;
    const reason = parsed.success
      ? reasonAgainst(answer?.sentences ?? [], section, movement)
      : "the answer was no valid JSON of the schema";
    if (reason === null && answer !== undefined)
      accepted.set(
        section.id,
        answer.sentences.map((text) => text.trim()),
      );
    else refused.set(section.id, reason ?? "no sentence came back");
  }
  return { accepted, refused };
}

function reasonAgainst(
  sentences: readonly string[],
  section: CapsuleSection,
  movement: MovementLicence,
): string | null {
  if (sentences.length === 0) return "no sentence came back";
  if (sentences.length > section.most) return "there are too many sentences";
  const licence = { allowed: new Set(allowedIn(section)), ...movement };
  const quoted = wordsOfQuotations(section);
  const anchored = section.findings.some(({ facts }) => facts.length > 0);
  for (const sentence of sentences) {
    const reason = refusalOf(sentence, licence) ?? refusalOfEcho(sentence, quoted, anchored);
    if (reason !== null) return reason;
  }
  return null;
}

const words = (text: string): readonly string[] => text.toLowerCase().match(/\p{L}{4,}/gu) ?? [];

/** Words that only strangers brought in: those of the section's quotations that our own words about it do not use. */
function wordsOfQuotations(section: CapsuleSection): ReadonlySet<string> {
  const ours = [section.heading, ...METRIC_WORDS, ...section.findings.map(({ meaning }) => meaning)];
  const known = new Set(ours.flatMap(words));
  const theirs = section.findings.flatMap(({ texts }) => texts.flatMap(({ value }) => words(value)));
  return new Set(theirs.filter((word) => !known.has(word)));
}

/** A sentence that repeats a quotation, or says something without pointing at any evidence, may be a stranger's. */
function refusalOfEcho(sentence: string, quoted: ReadonlySet<string>, anchored: boolean): string | null {
  const pieces = parseProse(sentence);
  if (anchored && !pieces.some(({ kind }) => kind === "fact" || kind === "quote"))
    return "a sentence refers to no evidence";
  const own = pieces.flatMap((piece) => (piece.kind === "text" ? words(piece.text) : []));
  return own.some((word) => quoted.has(word)) ? "it repeats a quotation in its own words" : null;
}

/** The narrative of all sections: the model's where it was accepted, the rules' elsewhere. */
export function narrativeOf(desk: Desk, found: Found, wording: ModelWording): Narrative {
  const narrative = new Map<NarratedSection, SectionWording>();
  for (const [section, topics] of found) {
    const byModel = wording.accepted[section];
    const byRules = () => ({ by: "rules" as const, sentences: sentencesByRule(desk, section, topics) });
    narrative.set(
      section,
      byModel === undefined
        ? byRules()
        : { by: "model", sentences: byModel.map((text) => withPrepositions(desk, text)) },
    );
  }
  return narrative;
}

/** The narrative as the evidence keeps it. */
export function spansOf(narrative: Narrative): readonly NarrativeSpan[] {
  return [...narrative].flatMap(([section, { by, sentences }]) =>
    sentences.map((text) => ({
      section,
      by,
      text,
      factIds: parseProse(text).flatMap((piece) => (piece.kind === "fact" ? [piece.id] : [])),
    })),
  );
}

/** Who wrote the narrative, for the artifact. */
export function narratorOf(narrative: Narrative): "model" | "mixed" | "rules" {
  const authors = new Set([...narrative.values()].map(({ by }) => by));
  if (authors.size === 2) return "mixed";
  return authors.has("model") ? "model" : "rules";
}
