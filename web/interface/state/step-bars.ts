/** Where the bar of each step lies on the time axis of its round. Waiting between two attempts is cut short, or the work would be a hair's breadth. */

export interface Bar {
  /** Hundredths of the axis. */
  readonly from: number;
  readonly length: number;
}

interface Timed {
  readonly startedAt: string;
  readonly endedAt: string | null;
}

/** A pause takes at most this share of the work of its round. */
const PAUSE_SHARE = 0.04;
/** So that a step of a millisecond is still to be seen. */
const SHORTEST = 1.2;

/** One bar per step, in the order of `steps`. Times that are none give no bar. @param now for a step that has not ended */
export function barsOf(steps: readonly Timed[], now: number): readonly (Bar | null)[] {
  const spans = steps.map(({ startedAt, endedAt }) => {
    const from = Date.parse(startedAt);
    const to = endedAt === null ? now : Date.parse(endedAt);
    return Number.isNaN(from) || Number.isNaN(to) ? null : { from, to: Math.max(from, to) };
  });
  const known = spans.filter((span) => span !== null).toSorted((a, b) => a.from - b.from);
  const pause = PAUSE_SHARE * known.reduce((sum, { from, to }) => sum + to - from, 0);
  const placed = new Map<object, { readonly from: number; readonly to: number }>();
  let [end, cut] = [known[0]?.from ?? 0, known[0]?.from ?? 0];
  for (const span of known) {
    cut += Math.max(0, span.from - end - pause);
    end = Math.max(end, span.to);
    placed.set(span, { from: span.from - cut, to: span.to - cut });
  }
  const whole = Math.max(1, end - cut);
  return spans.map((span) => {
    const at = span === null ? undefined : placed.get(span);
    return at === undefined ? null : barIn(at, whole);
  });
}

function barIn({ from, to }: { readonly from: number; readonly to: number }, whole: number): Bar {
  const length = Math.max(SHORTEST, (100 * (to - from)) / whole);
  return { from: Math.min((100 * from) / whole, 100 - length), length };
}
