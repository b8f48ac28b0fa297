/** What people said about the report, and what became of each thing they asked for. */
import type { VNode } from "preact";
import type { Round, RunDetail } from "../../../src/core/wire.ts";
import { html } from "../html.ts";
import { feedbackWords } from "../state/words.ts";
import { Icon } from "./icons.ts";
import { Age, Foreign, Panel, Pill } from "./parts.ts";

type Item = Round["items"][number];

function outcomeWords(item: Item): string {
  if (item.outcome === null) return "Open";
  return item.outcome === "done" ? "Done" : "Declined";
}

/** How many of the things asked for were done, declined, or are open yet. */
function tally(items: readonly Item[]): string {
  const count = (outcome: Item["outcome"]) => items.filter((item) => item.outcome === outcome).length;
  const parts: readonly (readonly [number, string])[] = [
    [count("done"), "done"],
    [count("declined"), "declined"],
    [count(null), "open"],
  ];
  return `${items.length} asked for: ${parts
    .filter(([n]) => n > 0)
    .map(([n, word]) => `${n} ${word}`)
    .join(", ")}`;
}

function RequestedItem({ item }: { item: Item }): VNode {
  const icon = item.outcome === "done" ? "check" : item.outcome === "declined" ? "cross" : "clock";
  return html`<li class=${`item item-${item.outcome ?? "open"}`}>
    <span class="item-mark"><${Icon} name=${icon} /></span>
    <span><${Foreign} text=${item.text} /><span class="item-outcome">${outcomeWords(item)}${item.reason !== null && html`: <${Foreign} text=${item.reason} />`}</span></span>
  </li>`;
}

/** One round: the comment, what was asked for, and the answer. */
export function FeedbackRound({ round }: { round: Round }): VNode {
  return html`<li class="round">
    <p class="round-head"><strong><${Foreign} text=${round.author} /></strong><span class="muted"><${Age} at=${round.openedAt} /></span><${Pill} words=${feedbackWords(round.kind)} /></p>
    <blockquote><${Foreign} text=${round.comment} /></blockquote>
    ${round.items.length > 1 && html`<p class="muted round-tally">${tally(round.items)}</p>`}
    ${round.items.length > 0 && html`<ul class="items">${round.items.map((item) => html`<${RequestedItem} key=${item.id} item=${item} />`)}</ul>`}
    ${round.reply !== null && html`<p class="round-reply"><span class="muted">Jessie:</span> <${Foreign} text=${round.reply} /></p>`}
  </li>`;
}

/** The panel, newest round first; absent while nobody said anything. */
export function RunRounds({ run }: { run: RunDetail }): VNode | null {
  if (run.rounds.length === 0) return null;
  const rounds = [...run.rounds].sort((a, b) => b.n - a.n);
  return html`<${Panel} id="feedback" title="Feedback">
    <ol class="rounds">${rounds.map((round) => html`<${FeedbackRound} key=${round.roundId} round=${round} />`)}</ol>
  <//>`;
}
