/** Targets of a client in one small bar: a piece for each, by how it went. */
import type { VNode } from "preact";
import { html } from "../../html.ts";
import { amountText, figureText } from "../../state/figures.ts";
import type { Unit } from "../../state/home.ts";
import type { Tone } from "../../state/words.ts";

type Target = Unit["targets"][number];
type Rating = Target["target"]["rating"];

const WORDS: Readonly<Record<Rating, { readonly tone: Tone; readonly text: string }>> = {
  on_track: { tone: "good", text: "met" },
  ahead: { tone: "good", text: "met" },
  behind: { tone: "wait", text: "missed" },
  unknown: { tone: "idle", text: "not known" },
};

function said({ label, figure, unit, currency, target }: Target): string {
  const reached = figureText({ ...figure, unit, currency });
  return `${label}: ${reached} of ${amountText(target.value, unit, currency)}, ${WORDS[target.rating].text}`;
}

const GAP = 4;

/** The cell. */
export function Targets({ targets }: { targets: readonly Target[] }): VNode {
  if (targets.length === 0)
    return html`<td role="cell" class="client-targets" data-label="Targets"><span class="muted">None</span></td>`;
  const known = targets.filter(({ target }) => target.rating !== "unknown");
  const met = known.filter(({ target }) => target.rating !== "behind").length;
  const width = (100 - GAP * (targets.length - 1)) / targets.length;
  const all = targets.map(said).join("; ");
  return html`<td role="cell" class="client-targets" data-label="Targets"><div title=${all}>
    <span>${known.length === 0 ? "Not known" : `${met} of ${known.length} met`}</span>
    <svg class="target-bar" viewBox="0 0 100 6" preserveAspectRatio="none" role="img" aria-label=${all}>
      ${targets.map(({ metric, target }, at) => html`<rect key=${metric} class=${`target-piece tone-${WORDS[target.rating].tone}`} x=${at * (width + GAP)} width=${width} height="6" />`)}
    </svg>
  </div></td>`;
}
