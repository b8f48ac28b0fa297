/** Puts a client or a Business Unit into the archive, and takes it out again. */
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import type { Problem } from "../../../../src/core/wire.ts";
import type { Reply } from "../../api.ts";
import { html } from "../../html.ts";
import { Icon } from "../icons.ts";
import { Age, Panel } from "../parts.ts";
import { ReasonDialog } from "../reason-dialog.ts";
import { tell } from "../ui/toast.ts";

interface Props<R> {
  readonly what: string;
  readonly archivedAt: string | null;
  /** What the archive means for it. */
  readonly meaning: string;
  readonly send: (archived: boolean, reason: string) => Promise<Reply<R>>;
  readonly done: (record: R) => void;
}

export function ArchivePanel<R>({ what, archivedAt, meaning, send, done }: Props<R>): VNode {
  const [asking, setAsking] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const archives = archivedAt === null;
  const act = async (reason: string): Promise<void> => {
    const reply = await send(archives, reason);
    setProblem(reply.ok ? null : reply.problem);
    if (!reply.ok) return;
    done(reply.value);
    tell(archives ? `${what} is archived.` : `${what} is out of the archive.`);
  };
  return html`<${Panel} id="archive" title="Archive">
    <div role="alert">${problem !== null && html`<p class="inline-problem"><${Icon} name="alert" /><span>${problem.detail}</span></p>`}</div>
    <div class="admin-line">
      <p class="muted">${archives ? meaning : html`In the archive since <${Age} at=${archivedAt} />.`}</p>
      <button id="field-archived" type="button" class="button button-small" onClick=${() => setAsking(true)}>${archives ? "Archive…" : "Take out of the archive…"}</button>
    </div>
    ${
      asking &&
      html`<${ReasonDialog} title=${archives ? `Archive ${what}?` : `Take ${what} out of the archive?`} confirm=${archives ? "Archive" : "Take out"} danger=${archives} reason="optional" close=${() => setAsking(false)} done=${(reason: string) => void act(reason)}>
        <p>${archives ? meaning : "It is in the lists again, with everything it had."}</p>
      <//>`
    }
  <//>`;
}
