/** What a fact is called: the same words give the same id in every refresh, whatever the value. */
import { sha256Now } from "../../lib/digest.ts";
import type { FactDraft } from "../curation/types.ts";

/** What a fact is, whatever its value. */
export type FactIdentity = Pick<FactDraft, "metric" | "grain" | "period" | "dimension" | "member">;

/** The id of a fact of a Business Unit. The member is last and alone may hold the separator. */
export function factIdOf(businessUnitId: string, fact: FactIdentity): string {
  const { metric, grain, period, dimension, member } = fact;
  const words = [businessUnitId, metric, grain, period.start, period.end, dimension, member];
  return `f_${sha256Now(words.join("|")).slice(0, 32)}`;
}
