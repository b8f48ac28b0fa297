/** A series as SVG path data. A day without a measured number is a gap, never a zero and never bridged. */
import { coordinate } from "./scale.ts";

/** A point on the drawing; `y` is null where nothing was measured. */
export interface Place {
  readonly x: number;
  readonly y: number | null;
}

interface Drawn {
  readonly x: number;
  readonly y: number;
}

/** Neighbouring measured points, split at the gaps. */
export function runsOf(places: readonly Place[]): readonly (readonly Drawn[])[] {
  const runs: Drawn[][] = [];
  let open: Drawn[] | null = null;
  for (const { x, y } of places) {
    if (y === null) {
      open = null;
      continue;
    }
    if (open === null) {
      open = [];
      runs.push(open);
    }
    open.push({ x, y });
  }
  return runs;
}

function at(point: Drawn): string {
  return `${coordinate(point.x)} ${coordinate(point.y)}`;
}

/** Path of the line. A lone point becomes a stroke of no length, which a round line cap shows as a dot. */
export function linePath(places: readonly Place[]): string {
  return runsOf(places)
    .map((run) => (run.length === 1 ? run.map((point) => `M${at(point)}h0`).join("") : `M${run.map(at).join("L")}`))
    .join("");
}

/** Path of the area between the line and `base`; lone points enclose nothing and are left out. */
export function areaPath(places: readonly Place[], base: number): string {
  return runsOf(places)
    .filter((run) => run.length > 1)
    .map((run) => {
      const first = run[0]?.x ?? 0;
      const last = run[run.length - 1]?.x ?? first;
      return `M${coordinate(first)} ${coordinate(base)}L${run.map(at).join("L")}L${coordinate(last)} ${coordinate(base)}Z`;
    })
    .join("");
}
