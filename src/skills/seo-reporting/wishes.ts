/** Wishes of one round: what each chooses, and which of two that exclude each other is met. */
import type { Change } from "./requests.ts";

/** One change that was applied. */
export interface Wish {
  readonly itemId: string;
  readonly change: Change;
  readonly done: string;
  /** What it chooses, of which a report has one; null where wishes stand side by side. */
  readonly choice: string | null;
  /** True when the wish before it already did this; a later version must not do it twice. */
  readonly repeats: boolean;
}

export function isSame(one: Change, other: Change): boolean {
  return one.change === other.change && one.argument === other.argument;
}

/** "Shorter" and "longer", or two page groups in front: of such wishes in one round only the last can be met. */
export function choiceOf({ change, argument }: Change): string | null {
  switch (change) {
    case "more_rows":
    case "fewer_rows":
      return "rows";
    case "drop_section":
    case "add_section":
      return `section ${argument.toLowerCase()}`;
    case "only_year_over_year":
    case "only_previous_period":
    case "both_comparisons":
      return "comparison";
    case "emphasise_brand":
    case "emphasise_non_brand":
      return "emphasis";
    case "shorter_text":
    case "longer_text":
      return "length";
    case "focus_page_group":
    case "focus_segment":
    case "focus_queries":
      return change;
    case "explain_metric":
      return null;
  }
}

/** Those of an item that hold at the end of the round. */
export function metWishes(own: readonly Wish[], round: readonly Wish[]): readonly Wish[] {
  return own.filter(({ choice, done }) => {
    const last = round.findLast((one) => one.choice === choice);
    return choice === null || last === undefined || last.done === done;
  });
}
