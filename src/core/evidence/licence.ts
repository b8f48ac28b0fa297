/** Which words about movement the facts of a report license: read from the facts alone, so an old report licenses the same. */
import { directionOf, type Movement, movementOf } from "./movement.ts";
import type { ProseLicence } from "./references.ts";
import type { Fact } from "./types.ts";

const CHANGE = /^(.+)\.(delta|yoy)_(abs|pct|pp)$/;
/** Other measures of a tested count: they move only as far as the count itself does. */
const SAME_COUNT = /_(?:weekday|per_day)$/;
/** Money has no test of its own, so no word about its direction is known to hold. */
const NEVER_TESTED: ReadonlySet<string> = new Set(["ga4.revenue"]);

/**
 * Direction of every fact that states a change: by its licence where a significance test exists, by its sign for the
 * parts of a change that was counted out (a page, a query, a part of the bridge). `clear`: those that may be called so.
 */
export function movementLicence(facts: readonly Fact[]): Required<Pick<ProseLicence, "directions" | "clear">> {
  const known = new Map(facts.map((fact) => [fact.id, fact]));
  const directions = new Map<string, 1 | 0 | -1>();
  const clear = new Set<string>();
  for (const { id, metric, value, derivation } of facts) {
    const [, base, side] = CHANGE.exec(id) ?? [];
    if (base === undefined || derivation.op !== "formula" || value.value === null) continue;
    const sign = value.value > 0 ? 1 : value.value < 0 ? -1 : 0;
    const movement = testedMovement(known, base.replace(SAME_COUNT, ""), side ?? "");
    const licensed = movement === null ? sign : directionOf(movement);
    // A shorter period may have more a day and less in total: then the total licenses no word.
    const agrees = licensed === sign && !NEVER_TESTED.has(metric);
    directions.set(id, agrees ? licensed : 0);
    if (agrees && (movement === "up_clear" || movement === "down_clear")) clear.add(id);
  }
  return { directions, clear };
}

/** The movement the test of a metric licenses; null where there is no test. */
function testedMovement(facts: ReadonlyMap<string, Fact>, base: string, side: string): Movement | null {
  const [z, change] = [facts.get(`${base}.${side}_z`), facts.get(`${base}.${side}_pct`)];
  return z === undefined || change === undefined ? null : movementOf(z.value, change.value);
}
