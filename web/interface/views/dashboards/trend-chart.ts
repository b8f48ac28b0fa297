/** The chart of one trend: drawn when it is seen, read with the arrow keys, every day a way to its lineage. */
import type { ComponentChildren, RefObject, VNode } from "preact";
import { useContext, useEffect, useRef, useState } from "preact/hooks";
import type { TrendView } from "../../../../src/core/wire-dashboard.ts";
import { html } from "../../html.ts";
import { amountText } from "../../state/figures.ts";
import { type Comparison, linesOf, newestDay, spokenDay, stepped } from "../../state/trend.ts";
import { OpenLineage } from "./figure-button.ts";
import type { Inks, Plot, PlotOptions } from "./trend-plot.ts";
import { TrendReadout } from "./trend-readout.ts";

type InkName = Exclude<keyof Inks, "font">;
const INKS: readonly InkName[] = ["line", "wash", "other", "grid", "text", "band", "surface"];

/** Tokens are colours of either theme; only an element that is shown in one knows which. */
function inksOf(probe: HTMLElement): Inks {
  const colour = (name: InkName): string => {
    const found = probe.querySelector(`.ink-${name}`);
    return found === null ? "currentColor" : getComputedStyle(found).color;
  };
  const [line, wash, other, grid, text, band, surface] = INKS.map(colour);
  const font = getComputedStyle(probe).fontFamily;
  return {
    line: line ?? "",
    wash: wash ?? "",
    other: other ?? "",
    grid: grid ?? "",
    text: text ?? "",
    band: band ?? "",
    surface: surface ?? "",
    font,
  };
}

/** Calls `changed` when the system or the reader changes the theme, and when the font has arrived. */
function onNewLook(changed: () => void): () => void {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const chosen = new MutationObserver(changed);
  dark.addEventListener("change", changed);
  chosen.observe(document.documentElement, { attributes: true });
  void document.fonts.ready.then(changed);
  return () => {
    dark.removeEventListener("change", changed);
    chosen.disconnect();
  };
}

interface Drawing {
  readonly plot: RefObject<Plot | null>;
  readonly failed: boolean;
}

/** Keeps a drawing in `host` for as long as what it shows is the same. */
function useDrawing(
  key: string,
  host: RefObject<HTMLDivElement | null>,
  probe: RefObject<HTMLSpanElement | null>,
  optionsOf: (inks: () => Inks) => PlotOptions,
): Drawing {
  const plot = useRef<Plot>(null);
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    const [place, inked] = [host.current, probe.current];
    if (place === null || inked === null) return;
    const tidy: (() => void)[] = [];
    let left = false;
    import("./trend-plot.ts").then(
      ({ drawPlot }) => {
        if (left) return;
        const drawn = drawPlot(
          place,
          optionsOf(() => inksOf(inked)),
        );
        plot.current = drawn;
        tidy.push(
          onNewLook(() => drawn.redraw()),
          () => drawn.remove(),
        );
      },
      () => setFailed(true),
    );
    return () => {
      left = true;
      plot.current = null;
      for (const task of tidy) task();
    };
  }, [key]);
  return { plot, failed };
}

export interface TrendChartProps {
  readonly trend: TrendView;
  readonly comparison: Comparison;
  /** Stands beside the figures of the day. */
  readonly children?: ComponentChildren;
}

/** One line over the days of the month, with what it is held against. */
export function TrendChart({ trend, comparison, children }: TrendChartProps): VNode {
  const open = useContext(OpenLineage);
  const [at, setAt] = useState(newestDay(trend));
  const host = useRef<HTMLDivElement>(null);
  const probe = useRef<HTMLSpanElement>(null);
  const lineage = (day: number): void => {
    const factId = trend.points[day]?.factId ?? null;
    if (factId !== null) open(factId);
  };
  const latest = useRef(lineage);
  latest.current = lineage;
  const { unit, currency, label, points } = trend;
  const { plot, failed } = useDrawing(`${comparison} ${JSON.stringify(points)}`, host, probe, (inks) => ({
    lines: linesOf(trend, comparison),
    inks,
    amount: (value) => amountText(value, unit, currency, { compact: true }),
    pointed: setAt,
    chosen: (day) => latest.current(day),
  }));
  const pressed = (event: KeyboardEvent): void => {
    const next = stepped(event.key, at, points.length);
    if (next !== null) {
      setAt(next);
      plot.current?.show(next);
    } else if (event.key === "Enter" || event.key === " ") lineage(at);
    else return;
    event.preventDefault();
  };
  return html`<div class="trend">
    <div class="trend-head"><${TrendReadout} trend=${trend} comparison=${comparison} at=${at} />${children}</div>
    <div class="trend-plot" role="slider" tabindex="0" aria-label=${`${label} by day. Enter shows where a day's figure comes from.`} aria-valuemin="0" aria-valuemax=${points.length - 1} aria-valuenow=${at} aria-valuetext=${spokenDay(trend, comparison, at)} onKeyDown=${pressed}>
      <div ref=${host} class="trend-canvas"></div>
    </div>
    ${failed && html`<p class="trend-failed" role="alert">The chart could not be loaded. Its figures are in the table below.</p>`}
    <span ref=${probe} class="inks" aria-hidden="true">${INKS.map((name) => html`<i key=${name} class=${`ink-${name}`}></i>`)}</span>
  </div>`;
}
