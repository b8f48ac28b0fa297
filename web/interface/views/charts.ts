/** Two small charts, drawn as SVG: how many of each, and how many per day. Each says the same in words or a table. */
import type { VNode } from "preact";
import { html } from "../html.ts";
import type { Tone } from "../state/words.ts";

export interface Bar {
  readonly key: string;
  readonly label: string;
  readonly tone: Tone;
  readonly count: number;
  readonly more: boolean;
  readonly href: string;
}

/** A figure that was counted up to a bound. */
export function countWords(count: number, more: boolean): string {
  return `${count.toLocaleString("en")}${more ? "+" : ""}`;
}

/** Horizontal bars, each a link to what it counts. */
export function Bars({ bars, none }: { bars: readonly Bar[]; none: string }): VNode {
  if (bars.length === 0) return html`<p class="none">${none}</p>`;
  const most = Math.max(...bars.map((bar) => bar.count));
  return html`<ul class="bars">
    ${bars.map(
      (bar) => html`<li key=${bar.key} class=${`tone-${bar.tone}`}>
        <a href=${bar.href}>
          <span class="bars-label">${bar.label}</span>
          <svg class="bars-bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true"><rect width=${Math.max(1, (100 * bar.count) / most)} height="8" rx="1" /></svg>
          <span class="bars-count">${countWords(bar.count, bar.more)}</span>
        </a>
      </li>`,
    )}
  </ul>`;
}

export interface DayCount {
  readonly day: string;
  readonly code: string;
  readonly count: number;
}

const WIDTH = 560;
const HEIGHT = 150;
const LEFT = 28;
const BASE = HEIGHT - 22;
const TOP = 8;
/** More causes than this would be colours nobody can tell apart. */
const NAMED_CODES = 4;
const OTHER = "other causes";

/** Every day from the first to the last, both included. */
export function daysBetween(first: string, last: string): readonly string[] {
  const days: string[] = [];
  const end = Date.parse(last.slice(0, 10));
  for (let at = Date.parse(first.slice(0, 10)); at <= end && days.length < 62; at += 86_400_000)
    days.push(new Date(at).toISOString().slice(0, 10));
  return days;
}

/** The most frequent causes first; the rest together. */
export function seriesOf(counts: readonly DayCount[]): readonly { readonly code: string; readonly total: number }[] {
  const totals = new Map<string, number>();
  for (const { code, count } of counts) totals.set(code, (totals.get(code) ?? 0) + count);
  const sorted = [...totals].map(([code, total]) => ({ code, total })).sort((a, b) => b.total - a.total);
  const rest = sorted.slice(NAMED_CODES);
  if (rest.length < 2) return sorted;
  return [...sorted.slice(0, NAMED_CODES), { code: OTHER, total: rest.reduce((sum, one) => sum + one.total, 0) }];
}

/** A round number at or above the largest, so that the axis reads well. */
export function ceilingOf(most: number): number {
  if (most <= 4) return 4;
  const step = 10 ** Math.floor(Math.log10(most));
  return [1, 2, 4, 6, 8, 10].map((n) => n * step).find((n) => n >= most) ?? most;
}

const DAY = new Intl.DateTimeFormat("en-GB", { timeZone: "UTC", day: "numeric", month: "short" });

interface Stack {
  readonly day: string;
  readonly parts: readonly { readonly series: number; readonly count: number; readonly below: number }[];
}

function stacksOf(days: readonly string[], codes: readonly string[], counts: readonly DayCount[]): readonly Stack[] {
  return days.map((day) => {
    let below = 0;
    const parts = codes.map((code, series) => {
      const named = (one: DayCount): boolean => one.code === code || (code === OTHER && !codes.includes(one.code));
      const count = counts.filter((one) => one.day === day && named(one)).reduce((sum, one) => sum + one.count, 0);
      const part = { series, count, below };
      below += count;
      return part;
    });
    return { day, parts: parts.filter((part) => part.count > 0) };
  });
}

/** Stacked columns: failures per day, by cause. The table behind it holds every figure. */
export function FailuresByDay({
  counts,
  first,
  last,
}: {
  counts: readonly DayCount[];
  first: string;
  last: string;
}): VNode {
  const days = daysBetween(first, last);
  const series = seriesOf(counts);
  const stacks = stacksOf(
    days,
    series.map((one) => one.code),
    counts,
  );
  const sums = stacks.map((stack) => stack.parts.reduce((sum, part) => sum + part.count, 0));
  const most = ceilingOf(Math.max(0, ...sums));
  const y = (count: number): number => BASE - ((BASE - TOP) * count) / most;
  const slot = (WIDTH - LEFT) / Math.max(1, days.length);
  const x = (index: number): number => LEFT + slot * index + slot * 0.16;
  return html`<figure class="days">
    <svg viewBox=${`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label=${`Failed runs per day since ${DAY.format(Date.parse(first))}, by cause. The table below has the figures.`}>
      ${[0, most / 2, most].map((n) => html`<g key=${n}><line class="axis" x1=${LEFT} x2=${WIDTH} y1=${y(n)} y2=${y(n)} /><text class="axis-text" x=${LEFT - 6} y=${y(n) + 4} text-anchor="end">${n}</text></g>`)}
      ${stacks.map((stack, index) =>
        stack.parts.map(
          (part) =>
            html`<rect key=${`${stack.day} ${part.series}`} class=${`series series-${part.series}`} x=${x(index)} width=${slot * 0.68} y=${y(part.below + part.count)} height=${Math.max(0, y(part.below) - y(part.below + part.count) - 1)} rx="1.5" />`,
        ),
      )}
      ${days.map((day, index) => (days.length - 1 - index) % 3 === 0 && html`<text key=${day} class="axis-text" x=${x(index) + slot * 0.34} y=${HEIGHT - 6} text-anchor="middle">${DAY.format(Date.parse(day))}</text>`)}
    </svg>
    <figcaption><ul class="legend">${series.map((one, index) => html`<li key=${one.code}><span class=${`swatch series-${index}`}></span><code>${one.code}</code> <span class="muted">${one.total.toLocaleString("en")}</span></li>`)}</ul></figcaption>
    <details class="figures"><summary>Figures</summary>
      <table><thead><tr><th scope="col">Day</th><th scope="col">Cause</th><th scope="col">Runs</th></tr></thead>
        <tbody>${counts.map((one) => html`<tr key=${`${one.day} ${one.code}`}><td>${one.day}</td><td><code>${one.code}</code></td><td>${one.count}</td></tr>`)}</tbody>
      </table>
    </details>
  </figure>`;
}
