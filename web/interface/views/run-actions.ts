/** Cancel and retry, with the run's own answer shown when it refuses. */
import type { VNode } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Problem, RunDetail, RunStatus } from "../../../src/core/wire.ts";
import type { Api } from "../api.ts";
import { html } from "../html.ts";
import { Icon } from "./icons.ts";

type Action = "cancel" | "retry";

/** Runs that ended, or never were Jessie's, have nothing to cancel. */
const NOTHING_TO_CANCEL: ReadonlySet<RunStatus> = new Set<RunStatus>(["accepted", "cancelled", "failed", "ignored"]);

interface DialogProps {
  readonly title: string;
  readonly close: () => void;
  readonly confirm: () => void;
}

/** Asks before a run is cancelled. The browser's own modal dialog keeps the focus inside and returns it afterwards. */
function CancelDialog({ title, close, confirm }: DialogProps): VNode {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    dialog.current?.showModal();
  }, []);
  return html`<dialog ref=${dialog} class="dialog" aria-labelledby="cancel-title" aria-describedby="cancel-text" onClose=${close}>
    <h2 id="cancel-title">Cancel this run?</h2>
    <p id="cancel-text">Jessie stops working on <bdi>${title}</bdi>. Finished steps and reports stay as they are; the task in Asana stays open.</p>
    <div class="dialog-buttons">
      <button type="button" class="button" onClick=${() => dialog.current?.close()}>Keep running</button>
      <button type="button" class="button button-danger" onClick=${() => {
        confirm();
        dialog.current?.close();
      }}>Cancel the run</button>
    </div>
  </dialog>`;
}

/** The buttons a run's state allows. While a request is on its way, and until the run answers, they wait. */
export function RunActions({ run, api }: { run: RunDetail; api: Api }): VNode {
  const [asking, setAsking] = useState(false);
  const [sent, setSent] = useState<{ action: Action; version: number } | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const cancellable = !NOTHING_TO_CANCEL.has(run.status);
  const waiting = sent !== null && run.version <= sent.version ? sent.action : null;

  const send = async (action: Action): Promise<void> => {
    setProblem(null);
    setSent({ action, version: run.version });
    const reply = await api.ask(run.runId, action, {});
    if (reply.ok) return;
    setSent(null);
    setProblem(reply.problem);
  };

  return html`<div class="actions">
    ${
      run.status === "failed" &&
      html`<button type="button" class="button button-primary" disabled=${waiting !== null} onClick=${() => void send("retry")}>
        <${Icon} name="retry" />${waiting === "retry" ? "Asking…" : "Try again"}
      </button>`
    }
    ${
      cancellable &&
      html`<button type="button" class="button" disabled=${waiting !== null} onClick=${() => setAsking(true)}>
        ${waiting === "cancel" ? "Cancelling…" : "Cancel run"}
      </button>`
    }
    ${asking && html`<${CancelDialog} title=${run.title} close=${() => setAsking(false)} confirm=${() => void send("cancel")} />`}
    <div role="alert" class="actions-problem">${problem !== null && html`<p><${Icon} name="alert" /><span><strong>Not done.</strong> ${problem.detail}</span></p>`}</div>
  </div>`;
}
