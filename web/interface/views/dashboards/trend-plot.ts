/** Draws a trend on a canvas. uPlot and its stylesheet arrive with this file, when a chart is first shown. */
import uPlot from "uplot";
import styles from "uplot/dist/uPlot.min.css" with { type: "text" };
import { shortDay } from "../../state/dashboard-words.ts";
import type { TrendLines } from "../../state/trend.ts";

/** Colours as the theme has them now; a canvas knows no stylesheet. */
export interface Inks {
  readonly line: string;
  readonly wash: string;
  readonly other: string;
  readonly grid: string;
  readonly text: string;
  readonly band: string;
  readonly surface: string;
  readonly font: string;
}

export interface PlotOptions {
  readonly lines: TrendLines;
  /** Reads the colours; asked anew at every drawing, so that a change of theme is one redraw. */
  readonly inks: () => Inks;
  readonly amount: (value: number) => string;
  /** The pointer is over a day. */
  readonly pointed: (at: number) => void;
  /** A day was clicked. */
  readonly chosen: (at: number) => void;
}

export interface Plot {
  /** Shows the day at this place as the one that is read. */
  show(at: number): void;
  redraw(): void;
  remove(): void;
}

const HEIGHT = 260;
let adopted = false;

/** The policy of the page allows no style element; a stylesheet made by script is none. */
function adoptStyles(): void {
  if (adopted) return;
  adopted = true;
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(styles);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}

/** Bands of known breaks beneath the lines, each with its number. */
function drawBands(plot: uPlot, { lines, inks }: PlotOptions): void {
  const { ctx, bbox } = plot;
  const ink = inks();
  const ratio = devicePixelRatio;
  for (const { n, from, to } of lines.bands) {
    const left = Math.max(bbox.left, plot.valToPos(from - 0.5, "x", true));
    const right = Math.min(bbox.left + bbox.width, plot.valToPos(to + 0.5, "x", true));
    ctx.save();
    ctx.fillStyle = ink.band;
    ctx.globalAlpha = 0.14;
    ctx.fillRect(left, bbox.top, right - left, bbox.height);
    ctx.globalAlpha = 1;
    ctx.beginPath();
    ctx.arc(left + 11 * ratio, bbox.top + 11 * ratio, 8 * ratio, 0, 2 * Math.PI);
    ctx.fill();
    ctx.fillStyle = ink.surface;
    ctx.font = `600 ${11 * ratio}px ${ink.font}`;
    ctx.textAlign = "center";
    ctx.textBaseline = "middle";
    ctx.fillText(String(n), left + 11 * ratio, bbox.top + 11.5 * ratio);
    ctx.restore();
  }
}

/** Days that may still change, hollow on the line. */
function drawFilling(plot: uPlot, { lines, inks }: PlotOptions): void {
  const { ctx } = plot;
  const ink = inks();
  ctx.save();
  ctx.fillStyle = ink.surface;
  ctx.strokeStyle = ink.line;
  ctx.lineWidth = 1.5 * devicePixelRatio;
  lines.values.forEach((value, at) => {
    if (value === null || lines.filling[at] !== true) return;
    ctx.beginPath();
    ctx.arc(plot.valToPos(at, "x", true), plot.valToPos(value, "y", true), 3 * devicePixelRatio, 0, 2 * Math.PI);
    ctx.fill();
    ctx.stroke();
  });
  ctx.restore();
}

/** From zero, so that a small change does not look like a large one; below zero only where a value is. */
function rangeOf(_: uPlot, least: number | null, most: number | null): uPlot.Range.MinMax {
  const low = Math.min(0, least ?? 0);
  return [low * 1.08, Math.max(most ?? 0, low + 1) * 1.08];
}

function seriesOf(inks: () => Inks): uPlot.Series[] {
  return [
    {},
    {
      stroke: () => inks().other,
      width: 1.5,
      dash: [4, 4],
      spanGaps: false,
      points: { show: false },
    },
    {
      stroke: () => inks().line,
      fill: () => inks().wash,
      width: 2,
      spanGaps: false,
      points: { show: false },
    },
  ];
}

function axesOf({ lines, inks, amount }: PlotOptions): uPlot.Axis[] {
  const { font } = inks();
  const shared: uPlot.Axis = { stroke: () => inks().text, font: `12px ${font}`, ticks: { show: false } };
  const grid: uPlot.Axis.Grid = { stroke: () => inks().grid, width: 1 };
  return [
    {
      ...shared,
      grid: { show: false },
      space: 64,
      incrs: [1, 2, 3, 7, 14],
      values: (_, places) => places.map((at) => shortDay(lines.days[at] ?? "")),
      size: 30,
    },
    { ...shared, grid, space: 44, size: 58, values: (_, values) => values.map(amount) },
  ];
}

/** Draws the lines into `host` and keeps to its width until removed. */
export function drawPlot(host: HTMLElement, options: PlotOptions): Plot {
  adoptStyles();
  const { lines, inks, pointed, chosen } = options;
  const config: uPlot.Options = {
    width: Math.max(1, host.clientWidth),
    height: HEIGHT,
    padding: [12, 12, 0, 0],
    legend: { show: false },
    scales: { x: { time: false, range: [-0.4, lines.days.length - 0.6] }, y: { range: rangeOf } },
    series: seriesOf(inks),
    axes: axesOf(options),
    cursor: {
      y: false,
      drag: { x: false, y: false, setScale: false },
      points: {
        size: 9,
        width: 2,
        fill: () => inks().surface,
        stroke: (_, series) => (series === 1 ? inks().other : inks().line),
      },
    },
    hooks: {
      drawClear: [(plot) => drawBands(plot, options)],
      draw: [(plot) => drawFilling(plot, options)],
      setCursor: [(plot) => typeof plot.cursor.idx === "number" && pointed(plot.cursor.idx)],
    },
  };
  const places = lines.days.map((_, at) => at);
  const plot = new uPlot(config, [places, [...lines.compared], [...lines.values]], host);
  plot.over.addEventListener("click", () => {
    if (typeof plot.cursor.idx === "number") chosen(plot.cursor.idx);
  });
  const sized = new ResizeObserver(() => plot.setSize({ width: Math.max(1, host.clientWidth), height: HEIGHT }));
  sized.observe(host);
  return {
    show(at) {
      const value = lines.values[at] ?? null;
      plot.setCursor({ left: plot.valToPos(at, "x"), top: plot.valToPos(value ?? 0, "y") }, false);
    },
    redraw: () => plot.redraw(false, true),
    remove() {
      sized.disconnect();
      plot.destroy();
    },
  };
}
