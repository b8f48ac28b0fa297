/** The small line of a tile. It shows the shape only and is hidden from assistive technology: the tile says it in words. */
import type { Fact } from "../../core/evidence/types.ts";
import { type Html, html, nothing } from "../escape.ts";
import { areaPath, linePath, type Place, runsOf } from "./path.ts";
import { along, axisFor } from "./scale.ts";

const WIDTH = 100;
const HEIGHT = 32;
/** Keeps the stroke and the last dot inside the drawing. */
const PAD = 3;

/** Sparkline of daily facts; nothing when fewer than two days have a number, for then there is no shape. */
export function sparkline(facts: readonly Fact[]): Html {
  const values = facts.flatMap((fact) => (fact.value.value === null ? [] : [fact.value.value]));
  const unit = facts[0]?.unit;
  if (unit === undefined || values.length < 2) return nothing;
  const lowerIsBetter = unit === "position";
  const axis = axisFor(values, unit, !lowerIsBetter);
  const places: readonly Place[] = facts.map((fact, index) => {
    const share = fact.value.value === null ? null : along(axis, fact.value.value);
    const up = share === null ? null : lowerIsBetter ? 1 - share : share;
    return {
      x: PAD + (index / (facts.length - 1)) * (WIDTH - 2 * PAD),
      y: up === null ? null : HEIGHT - PAD - up * (HEIGHT - 2 * PAD),
    };
  });
  const last = runsOf(places).at(-1)?.at(-1);
  return html`<svg class="spark" viewBox="0 0 ${String(WIDTH)} ${String(HEIGHT)}" preserveAspectRatio="none" aria-hidden="true" focusable="false"><path class="area" d="${areaPath(places, HEIGHT)}"/><path class="line" d="${linePath(places)}"/><path class="dot" d="${last === undefined ? "" : linePath([last])}"/></svg>`;
}
