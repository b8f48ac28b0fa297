/** How a figure moved against another period. */
import type { VNode } from "preact";
import type { MovementView } from "../../../../src/core/wire-dashboard.ts";
import { html } from "../../html.ts";
import { againstWords, figureText, movementTone, movementWords, perDayWords } from "../../state/figures.ts";

export interface MovementProps {
  readonly movement: MovementView | null;
  readonly unit: string;
  /** Which direction is good news; decides the colour. */
  readonly better: "higher" | "lower" | "neither";
  readonly currency?: string | null;
  /** Says against what, after the movement. */
  readonly against?: boolean;
}

const ARROWS = { up: "M6 10V2.5M2.5 6 6 2.5 9.5 6", down: "M6 2v7.5M2.5 6 6 9.5 9.5 6", level: "M2 6h8" } as const;
const SPOKEN = { up: "up ", down: "down ", level: "unchanged, " } as const;

/** Arrow and size of the movement, or why none is stated. */
export function Movement({ movement, unit, better, currency = null, against = false }: MovementProps): VNode {
  if (movement === null) return html`<span class="movement tone-idle">—</span>`;
  const { text, direction, note } = movementWords(movement, unit);
  const than = againstWords(movement);
  if (text === null) return html`<span class="movement movement-none" title=${than}>${note}</span>`;
  const before = figureText({ ...movement.figure, unit, currency });
  const daily = perDayWords(movement.perDay);
  const whole = `${before} ${movement.against === "previous" ? "in the period before" : "a year before"}${daily === null ? "" : `; ${daily}, as the months differ in length`}`;
  return html`<span class=${`movement tone-${movementTone(direction, better)}`} title=${movement.days === null ? whole : than}>
    <svg class="movement-arrow" viewBox="0 0 12 12" aria-hidden="true" focusable="false"><path d=${ARROWS[direction]} /></svg><span class="sr-only">${SPOKEN[direction]}</span>${text}${against ? html` <span class="movement-than">${than}</span>` : html`<span class="sr-only"> ${than}</span>`}
  </span>`;
}
