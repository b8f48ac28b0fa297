/** Messages nobody could use: what was wrong, what they said, and one more try. */
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import type { Problem } from "../../../src/core/wire.ts";
import type { DeadLetter, OpsOverview } from "../../../src/core/wire-ops.ts";
import type { Api } from "../api.ts";
import { deadLetters, replay } from "../api-ops.ts";
import { html } from "../html.ts";
import { Icon } from "./icons.ts";
import { Age, Foreign, Panel } from "./parts.ts";
import { ReasonDialog } from "./reason-dialog.ts";

function Letter({ letter, again }: { letter: DeadLetter; again: () => void }): VNode {
  return html`<li class="row">
    <div class="row-what">
      <h3><${Foreign} text=${letter.reason} /></h3>
      <p class="muted">From <code>${letter.queue}</code>, <${Age} at=${letter.receivedAt} />${letter.replayedAt !== null && html`, sent again <${Age} at=${letter.replayedAt} />`}</p>
      <details class="letter"><summary>Message</summary><pre tabindex="0"><${Foreign} text=${letter.body} /></pre></details>
    </div>
    ${letter.replayedAt === null && html`<p class="row-links"><button type="button" class="button button-small" onClick=${again}>Send again<span class="sr-only"> the message “${letter.reason}”</span></button></p>`}
  </li>`;
}

interface Props {
  readonly api: Api;
  readonly letters: OpsOverview["deadLetters"];
  readonly changed: () => void;
}

/** The panel: what waits, and behind a button everything there was. */
export function OpsLetters({ api, letters, changed }: Props): VNode {
  const [replaying, setReplaying] = useState<DeadLetter | null>(null);
  const [all, setAll] = useState<readonly DeadLetter[] | null>(null);
  const [cursor, setCursor] = useState<string | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const more = async (): Promise<void> => {
    const reply = await deadLetters(api, cursor);
    if (!reply.ok) return setProblem(reply.problem);
    setProblem(null);
    setAll([...(all ?? []), ...reply.value.items]);
    setCursor(reply.value.nextCursor);
  };
  const send = async (letter: DeadLetter, reason: string): Promise<void> => {
    const reply = await replay(api, letter.deadLetterId, reason);
    if (!reply.ok) return setProblem(reply.problem);
    setProblem(null);
    setAll(null);
    setCursor(null);
    changed();
  };
  const shown = all ?? letters.items;
  const canGrow = all === null || cursor !== null;
  return html`<${Panel} id="dead-letters" title="Dead letters" aside=${html`<span class="panel-aside muted">${letters.count}${letters.more ? "+" : ""} not sent again</span>`}>
    ${problem !== null && html`<p class="inline-problem" role="alert"><${Icon} name="alert" /><span><strong>Not done.</strong> ${problem.detail}</span></p>`}
    ${shown.length === 0 && html`<p class="none">No message was given up. A message that cannot be read, or fails six times, is kept here.</p>`}
    ${shown.length > 0 && html`<ul class="rows">${shown.map((letter) => html`<${Letter} key=${letter.deadLetterId} letter=${letter} again=${() => setReplaying(letter)} />`)}</ul>`}
    ${canGrow && html`<p class="more"><button type="button" class="button button-quiet button-small" onClick=${() => void more()}>${all === null ? "Show all there were" : "Show more"}</button></p>`}
    ${
      replaying !== null &&
      html`<${ReasonDialog} title="Send this message again?" confirm="Send again" keep="Leave it" reason="needed" close=${() => setReplaying(null)} done=${(reason: string) => void send(replaying, reason)}>
        <p>It goes back on its queue. A message that failed for what is in it will fail the same way and come back here.</p>
      <//>`
    }
  <//>`;
}
