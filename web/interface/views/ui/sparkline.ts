/** Two small drawings beside a figure: where it came from, and how far it is. */
import type { VNode } from "preact";
import { html } from "../../html.ts";
import { SPARK_HEIGHT, SPARK_WIDTH, sparkShape } from "../../state/sparkline.ts";
import type { Tone } from "../../state/words.ts";

export interface SparklineProps {
  readonly values: readonly (number | null)[];
  /** What the line shows, for those who do not see it. */
  readonly label: string;
}

/** A line without axes, as wide as its place. Days without a value are gaps. */
export function Sparkline({ values, label }: SparklineProps): VNode {
  const { line, end } = sparkShape(values);
  return html`<svg class="sparkline" viewBox=${`0 0 ${SPARK_WIDTH} ${SPARK_HEIGHT}`} preserveAspectRatio="none" role="img" aria-label=${label}>
    <path class="sparkline-line" d=${line} vector-effect="non-scaling-stroke" />
    <path class="sparkline-end" d=${end} vector-effect="non-scaling-stroke" />
  </svg>`;
}

export interface MeterProps {
  readonly value: number;
  readonly max: number;
  /** Where it should stand by now, in the same unit; a mark on the bar. */
  readonly expected?: number | null;
  /** What is measured, for those who do not see it. */
  readonly label: string;
  /** The value in words, e.g. `$1,200 of $4,000`; a percentage when left out. */
  readonly text?: string;
  readonly tone: Tone;
}

/** How far along. More than all fills the bar; the words beside it say how much more. */
export function Meter({ value, max, expected = null, label, text, tone }: MeterProps): VNode {
  const share = (part: number): number => (max > 0 ? Math.min(100, Math.max(0, (100 * part) / max)) : 0);
  const at = share(value);
  return html`<div class=${`meter tone-${tone}`} role="meter" aria-label=${label} aria-valuemin="0" aria-valuemax=${max} aria-valuenow=${Math.min(max, Math.max(0, value))} aria-valuetext=${text ?? `${Math.round(at)}%`}>
    <svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
      <rect class="meter-track" width="100" height="8" />
      <rect class="meter-fill" width=${at} height="8" />
      ${expected !== null && html`<line class="meter-mark" x1=${share(expected)} x2=${share(expected)} y1="0" y2="8" vector-effect="non-scaling-stroke" />`}
    </svg>
  </div>`;
}
