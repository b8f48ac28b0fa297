/** Topics that appear only when a reviewer asked for an emphasis. */
import { comparesWith } from "../document/comparison.ts";
import { allMeasured, fact, type Topic } from "./topic.ts";

function emphasis(which: "brand" | "non_brand", base: string, words: string, section: Topic["section"]): Topic {
  return {
    id: `emphasis_${which}_${section}`,
    section,
    meaning: `${words} clicks of listed queries in both periods: the reviewer wants this to stand out.`,
    notice: (desk) => {
      const before = comparesWith(desk.options, "previous") ? [`${base}.previous`] : [];
      const facts = [`${base}.primary`, ...before];
      return desk.options.emphasis === which && allMeasured(desk, facts) ? { facts } : null;
    },
    say: (noticed) =>
      `${words} queries that Google lists brought ${fact(noticed, 0)} clicks${noticed.facts.length > 1 ? `, after ${fact(noticed, 1)} in {{period.previous}}` : ""}.`,
  };
}

export const EMPHASIS_TOPICS: readonly Topic[] = (["answer", "where"] as const).flatMap((section) => [
  emphasis("brand", "gsc.brand_clicks", "Brand", section),
  emphasis("non_brand", "gsc.nonbrand_clicks", "Non-brand", section),
]);
