/** Page groups: clicks by page, summed by the path rules of the Business Unit. */
import type { Condition } from "../../../core/evidence/types.ts";
import type { Desk } from "../desk.ts";
import { keysOf, overRowsOf } from "../inputs.ts";
import { changeId, declareChange, valueId } from "./compare.ts";

/** One page group; `label` comes from the registry. */
export interface GroupFacts {
  readonly label: string;
  readonly base: string;
}

/** Declares clicks of each page group and of all pages; the groups and "Other" add up to all pages. */
export async function declareGroups(desk: Desk): Promise<readonly GroupFacts[]> {
  const { book, brief, cache, inputs } = desk;
  const { page } = inputs.search;
  await cache.need(keysOf(page.primary, page.previous));
  const prefixes = brief.pageGroups.map(({ prefix }) => prefix);
  const declare = (base: string, metric: string, where: readonly Condition[]) => {
    for (const period of ["primary", "previous"] as const) {
      const derivation = overRowsOf(page[period], where, (rows) => ({ op: "sum", field: "/clicks", ...rows }));
      book.declare({ id: valueId(base, period), metric, derivation, period });
    }
    declareChange(book, brief.periods, base, "previous", "abs");
  };
  declare("gsc.all_pages", "gsc.page_total", []);
  if (prefixes.length === 0) return [];
  const groups = [...brief.pageGroups.map(({ label }, group) => ({ label, group })), { label: "Other", group: -1 }];
  return groups.map(({ label, group }, index) => {
    const base = `gsc.group.${index + 1}`;
    declare(base, "gsc.group_clicks", [{ at: "/keys/0", op: "in_group", prefixes, group }]);
    book.formula(
      `${base}.contribution`,
      "contribution",
      [changeId(base, "previous", "abs"), changeId("gsc.all_pages", "previous", "abs")],
      {
        metric: "gsc.group_clicks",
        unit: "ratio",
        period: "primary",
        aspect: "share of the change",
      },
    );
    return { label, base };
  });
}
