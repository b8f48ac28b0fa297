/** Asks for confirmation, and for the reason that goes into the log. */
import type { ComponentChildren, VNode } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { html } from "../html.ts";

export interface ReasonDialogProps {
  readonly title: string;
  /** What will happen. */
  readonly children?: ComponentChildren;
  readonly confirm: string;
  readonly keep?: string;
  readonly danger?: boolean;
  /** Whether the reason may be left out; a dialog without the question has none. */
  readonly reason: "needed" | "optional";
  /** What is wrong with further fields among the children; null when nothing is. */
  readonly check?: () => string | null;
  readonly close: () => void;
  readonly done: (reason: string) => void;
}

const MAX_REASON = 300;

/** The browser's own modal dialog: it keeps the focus inside and returns it afterwards. */
export function ReasonDialog(props: ReasonDialogProps): VNode {
  const dialog = useRef<HTMLDialogElement>(null);
  const [reason, setReason] = useState("");
  const [missing, setMissing] = useState(false);
  const [wrong, setWrong] = useState<string | null>(null);
  useEffect(() => {
    dialog.current?.showModal();
  }, []);
  const needed = props.reason === "needed";
  const input = (event: Event): void => {
    if (event.currentTarget instanceof HTMLTextAreaElement) setReason(event.currentTarget.value);
    setMissing(false);
  };
  const confirm = (): void => {
    const found = props.check?.() ?? null;
    setWrong(found);
    if (found !== null) return;
    if (needed && reason.trim() === "") {
      setMissing(true);
      dialog.current?.querySelector("textarea")?.focus();
      return;
    }
    props.done(reason.trim());
    dialog.current?.close();
  };
  return html`<dialog ref=${dialog} class="dialog" aria-labelledby="dialog-title" aria-describedby="dialog-text" onClose=${props.close}>
    <h2 id="dialog-title">${props.title}</h2>
    <div id="dialog-text" class="dialog-text">${props.children}</div>
    <label class="field"><span>Reason${needed ? "" : html` <span class="muted">(optional)</span>`}</span>
      <textarea rows="2" maxlength=${MAX_REASON} value=${reason} onInput=${input} aria-invalid=${missing ? "true" : undefined} aria-describedby="dialog-missing"></textarea>
    </label>
    <p id="dialog-missing" class="field-problem" role="alert">${wrong ?? (missing && "Say why: it goes into the log with your name.")}</p>
    <div class="dialog-buttons">
      <button type="button" class="button" onClick=${() => dialog.current?.close()}>${props.keep ?? "Keep as it is"}</button>
      <button type="button" class=${props.danger === true ? "button button-danger" : "button button-primary"} onClick=${confirm}>${props.confirm}</button>
    </div>
  </dialog>`;
}
