/** The SEO reporting skill: gather, prove, word, package. */

import prompt from "../../../skills/seo-reporting/SKILL.md";
import { ConfigError, PermanentError } from "../../core/errors.ts";
import { EvidenceBook } from "../../core/evidence/book.ts";
import { SnapshotCache } from "../../core/evidence/snapshots.ts";
import type { Evidence } from "../../core/evidence/types.ts";
import { sha256Hex } from "../../lib/hash.ts";
import type { Skill, SkillContext, SkillOutcome, SkillRefusal } from "../skill.ts";
import { comparedOnce, DEFAULT_OPTIONS, type Desk } from "./desk.ts";
import { discuss } from "./discuss.ts";
import { composeDocument } from "./document/compose.ts";
import { runChecks } from "./facts/checks.ts";
import { declareFigures } from "./facts/figures.ts";
import { findAll } from "./findings/find.ts";
import { gatherAnalytics, gatherRankings } from "./gather-optional.ts";
import { gatherSearch } from "./gather-search.ts";
import type { Inputs } from "./inputs.ts";
import { lookAt } from "./look-at.ts";
import { mapItems } from "./map-items.ts";
import { askForWording, narrativeOf, narratorOf } from "./narrate.ts";
import { evidenceOf, fileNamesOf, filesOf, plainAnswer } from "./package.ts";
import { inputsOf, provenanceOf } from "./provenance.ts";
import { readRequest } from "./requests.ts";
import { type Revision, revise } from "./revision.ts";

const ID = "seo-reporting";
const TITLE = "SEO report";

/** The version the prompt states. */
function promptVersion(): string {
  return /^Version: (\S+)$/m.exec(prompt)?.[1] ?? "unversioned";
}

function sourceOf(ctx: SkillContext, kind: Skill["requiredSources"][number]): string | null {
  return ctx.brief.sources.find((source) => source.kind === kind)?.externalId ?? null;
}

async function gather(ctx: SkillContext): Promise<Inputs | SkillRefusal> {
  const site = sourceOf(ctx, "search_console_site");
  if (site === null) {
    throw new ConfigError(
      "search_console_site_missing",
      `No Search Console property is set for ${ctx.brief.businessUnitName}.`,
    );
  }
  const search = await gatherSearch(ctx, site);
  if ("code" in search) return { kind: "blocked", ...search };
  const analytics = await gatherAnalytics(ctx, sourceOf(ctx, "ga4_property"));
  const rankings = await gatherRankings(ctx, sourceOf(ctx, "accuranker_domain"));
  return { search, analytics, rankings };
}

/** Reads snapshots back by key, as stored. */
function snapshotLoader(ctx: SkillContext, inputs: Inputs): (key: string) => Promise<string> {
  const refs = new Map(inputsOf(inputs).map((ref) => [ref.key, ref]));
  return (key) => {
    const ref = refs.get(key);
    if (ref === undefined)
      throw new PermanentError("snapshot_unknown", `The snapshot ${key} is not part of this report.`);
    return ctx.ports.snapshots.get(ref);
  };
}

/** What the reviewer asked for, as options; the model is asked about items the rules do not understand. */
async function revisionOf(ctx: SkillContext): Promise<Revision> {
  const { brief, revision } = ctx;
  if (revision === null) return { options: DEFAULT_OPTIONS, answers: [] };
  const unclear = revision.items.flatMap(({ id, text }) => {
    const { open } = readRequest(text, brief);
    return open.length === 0 ? [] : [{ id, text: open.join("\n") }];
  });
  const mapped =
    unclear.length === 0
      ? []
      : await ctx.step("compute.revise", "Understanding the requested changes", () =>
          mapItems(unclear, brief, ctx.ports.model),
        );
  return revise(revision.items, revision.earlier ?? [], brief, new Map(mapped));
}

function isDeclined({ answers }: Revision): boolean {
  return answers.length > 0 && answers.every(({ outcome }) => outcome === "declined");
}

async function run(ctx: SkillContext): Promise<SkillOutcome> {
  const revision = await revisionOf(ctx);
  // Before anything is fetched: a version that differs in nothing is no answer to a reviewer.
  if (ctx.revision?.mayStay === true && isDeclined(revision)) return { kind: "unchanged", answers: revision.answers };
  const inputs = await gather(ctx);
  if ("kind" in inputs) return inputs;
  const snapshot = snapshotLoader(ctx, inputs);
  const cache = new SnapshotCache(snapshot);
  const desk: Desk = {
    book: new EvidenceBook(cache),
    cache,
    brief: ctx.brief,
    inputs,
    options: comparedOnce(revision.options, ctx.brief),
  };
  const figures = await declareFigures(desk);
  const checks = await runChecks(desk);
  const found = findAll(desk, figures);
  const wording = await ctx.step("narrate", "Wording the findings", () =>
    askForWording(desk, found, ctx.ports.model, prompt),
  );
  const narrative = narrativeOf(desk, found, wording);
  const skill: Evidence["skill"] = { id: ID, version: promptVersion(), promptSha256: await sha256Hex(prompt) };
  const evidence = evidenceOf(ctx, desk, { found, narrative, wording, checks, skill });
  const names = fileNamesOf(ctx.brief.businessUnitName, ctx.brief.periods.primary, ctx.artifactVersion);
  const provenance = provenanceOf(ctx.brief, inputs);
  const head = {
    artifactId: ctx.artifactId,
    version: ctx.artifactVersion,
    generatedAt: ctx.startedAt,
    skillTitle: TITLE,
    revisionNotes: revisionNotes(ctx, revision),
    provenance,
    csv: names.csv,
  };
  const document = composeDocument(desk, figures, { narrative, wording, checks, head });
  return {
    kind: "package",
    files: await filesOf(document, evidence, names, snapshot),
    answer: plainAnswer(narrative, evidence),
    lookAt: lookAt(desk, figures, checks),
    narrator: narratorOf(narrative),
    provenance,
    answers: revision.answers,
  };
}

function revisionNotes(ctx: SkillContext, { answers }: Revision) {
  return answers.map(({ itemId, outcome, reason }) => ({
    request: ctx.revision?.items.find(({ id }) => id === itemId)?.text ?? "",
    outcome,
    reason,
  }));
}

/** True for the words of an SEO report, in English, Danish or German; audits are another skill. */
function matches(text: string): boolean {
  if (/\baudit\b/i.test(text)) return false;
  const topic = /\b(?:seo|organic(?: search)?|search console|search performance)\b/i.test(text);
  const report =
    /\b(?:report(?:ing|s)?|review|performance|monthly|update|summary|results)\b|(?:rapport|bericht|auswertung)/i;
  return topic && report.test(text);
}

export const seoReporting: Skill = {
  id: ID,
  title: TITLE,
  deliverables: [
    "One HTML report that needs nothing else, with every figure linked to its evidence",
    "evidence.json, from which every figure can be recomputed",
    "CSV files of queries, pages, days and opportunities",
  ],
  requiredSources: ["search_console_site"],
  optionalSources: ["ga4_property", "accuranker_domain"],
  matches,
  run,
  discuss: (evidenceJson, question, model) => discuss(evidenceJson, question, model, prompt),
};
