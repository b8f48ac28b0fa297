/** The top of the ops page: seven figures that are zero on a good day. */
import type { VNode } from "preact";
import type { OpsOverview } from "../../../src/core/wire-ops.ts";
import { html } from "../html.ts";
import type { Tone } from "../state/words.ts";
import { countWords } from "./charts.ts";
import { Icon, type IconName } from "./icons.ts";
import { Age } from "./parts.ts";

interface Tile {
  readonly to: string;
  readonly title: string;
  readonly icon: IconName;
  readonly count: number;
  readonly more: boolean;
  /** Colour while there are any. */
  readonly tone: Tone;
  readonly note: VNode | string;
  /** The note holds for none of them, too. */
  readonly zero?: boolean;
}

function oldest(times: readonly string[]): string | null {
  return times.reduce<string | null>((first, one) => (first === null || one < first ? one : first), null);
}

function tilesOf(overview: OpsOverview): readonly Tile[] {
  const { stuck, parked, failed, quarantined, deadLetters, holds, webhooks } = overview;
  const firstHold = oldest(holds.map((hold) => hold.createdAt));
  const codes = new Set(overview.failures.map((one) => one.code).filter((code) => code !== "quarantined")).size;
  const newest = deadLetters.items[0]?.receivedAt;
  return [
    { to: "stuck", title: "Stuck", icon: "clock", ...stuck, tone: "bad", note: "Nobody moves them any more" },
    {
      to: "parked",
      title: "Parked effects",
      icon: "retry",
      ...parked,
      tone: "wait",
      note: "Asana or the index refused",
    },
    {
      to: "failed",
      title: "Failed",
      icon: "cross",
      ...failed,
      tone: "bad",
      note: codes === 1 ? "1 cause in 14 days" : `${codes} causes in 14 days`,
    },
    {
      to: "quarantined",
      title: "Quarantined",
      icon: "alert",
      ...quarantined,
      tone: "bad",
      note: "Ended their workers",
    },
    {
      to: "dead-letters",
      zero: true,
      title: "Dead letters",
      icon: "file",
      ...deadLetters,
      tone: "wait",
      note: newest === undefined ? "Every message was used" : html`Newest <${Age} at=${newest} />`,
    },
    {
      to: "holds",
      zero: true,
      title: "Holds",
      icon: "pause",
      count: holds.length,
      more: false,
      tone: "review",
      note: firstHold === null ? "Nothing is held back" : html`Oldest set <${Age} at=${firstHold} />`,
    },
    {
      to: "webhooks",
      zero: true,
      title: "Webhooks",
      icon: "alert",
      count: webhooks.unhealthy,
      more: false,
      tone: "bad",
      note: webhooks.unhealthy === 0 ? `${webhooks.all} healthy` : `unhealthy, of ${webhooks.all}`,
    },
  ];
}

/** The row of tiles; each leads to its list. */
export function OpsTiles({ overview }: { overview: OpsOverview }): VNode {
  return html`<ul class="tiles">
    ${tilesOf(overview).map(
      (tile) => html`<li key=${tile.to} class=${`tile tone-${tile.count === 0 ? "idle" : tile.tone}`}>
        <a href=${`#${tile.to}`}>
          <span class="tile-head"><${Icon} name=${tile.icon} />${tile.title}</span>
          <strong class="tile-count">${countWords(tile.count, tile.more)}</strong>
          <span class="tile-note">${tile.count === 0 && tile.zero !== true ? "None" : tile.note}</span>
        </a>
      </li>`,
    )}
  </ul>`;
}
