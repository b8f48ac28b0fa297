/** Whether a report may be used again as it is, and why: the rules, and where somebody's word outweighs them. */
import type { Report, Reuse } from "./wire-reports.ts";

/** What the answer hangs on. */
type Standing = Pick<Report, "lifecycle" | "appraisal" | "restatedAt" | "fixture">;

const no = (code: Reuse["code"], reason: string): Reuse => ({ reusable: false, code, reason });

/** The state of a report's reuse. `REUSABLE` of `d1/artifact-filter.ts` is the same as a condition. */
export function reuseOf({ lifecycle, appraisal, restatedAt, fixture }: Standing): Reuse {
  const dismissed = appraisal?.dismissed ?? null;
  const word = appraisal?.reuse ?? null;
  if (dismissed !== null) return no("dismissed", `${dismissed.by} dismissed it: ${dismissed.reason}`);
  if (lifecycle === "superseded") return no("superseded", "A newer version took its place.");
  if (lifecycle !== "accepted") return no("in_review", "Nobody has accepted it yet.");
  if (word?.reusable === false) return no("marked_not_reusable", `${word.by} marked it so: ${word.reason}`);
  if (fixture) return no("fixture", "Some of the client's data of its period is invented.");
  // Whoever marked it knew of what had been restated by then.
  if (restatedAt !== null && restatedAt > (word?.at ?? ""))
    return no("restated", "Data of its period was restated after it was made.");
  return word === null
    ? { reusable: true, code: "accepted", reason: "Accepted, and its data stands as reported." }
    : { reusable: true, code: "marked_reusable", reason: `${word.by} marked it so: ${word.reason}` };
}
