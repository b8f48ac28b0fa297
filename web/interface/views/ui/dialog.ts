/** A dialog and a drawer: the browser's own modal, which keeps the focus inside and returns it afterwards. */
import type { ComponentChildren, RefObject, VNode } from "preact";
import { useId, useLayoutEffect, useRef } from "preact/hooks";
import { html } from "../../html.ts";
import { Icon } from "../icons.ts";

interface ModalProps {
  readonly title: string;
  readonly open: boolean;
  /** Called when the reader closes it: Esc, the cross, or a click beside a drawer. */
  readonly close: () => void;
  readonly children?: ComponentChildren;
}

export interface DialogProps extends ModalProps {
  /** Buttons at the end, the main one last. */
  readonly actions?: ComponentChildren;
  readonly wide?: boolean;
}

export interface DrawerProps extends ModalProps {
  readonly wide?: boolean;
}

interface Shown extends ModalProps {
  readonly kind: "dialog" | "drawer";
  readonly wide: boolean;
  readonly actions?: ComponentChildren;
}

/** Opens the element for as long as the component stands. Closing before removal is what makes the browser return the focus. */
export function useModal(close: () => void): {
  readonly modal: RefObject<HTMLDialogElement | null>;
  readonly closed: () => void;
} {
  const modal = useRef<HTMLDialogElement>(null);
  const isLeaving = useRef(false);
  useLayoutEffect(() => {
    const element = modal.current;
    element?.showModal();
    return () => {
      isLeaving.current = true;
      element?.close();
    };
  }, []);
  // The event of a close from outside arrives when the dialog may long be open again for something else.
  const closed = (): void => {
    if (!isLeaving.current) close();
  };
  return { modal, closed };
}

function Modal({ kind, wide, title, close, children, actions }: Shown): VNode {
  const id = useId();
  const { modal, closed } = useModal(close);
  const beside = (event: MouseEvent): void => {
    if (kind === "drawer" && event.target === modal.current) modal.current?.close();
  };
  return html`<dialog ref=${modal} class=${`modal ${kind}${wide ? " modal-wide" : ""}`} aria-labelledby=${id} onClose=${closed} onMouseDown=${beside}>
    <div class="modal-box">
      <header class="modal-head">
        <h2 id=${id}>${title}</h2>
        <button type="button" class="icon-button" aria-label="Close" onClick=${() => modal.current?.close()}><${Icon} name="cross" /></button>
      </header>
      <div class="modal-body">${children}</div>
      ${actions !== undefined && html`<div class="modal-actions">${actions}</div>`}
    </div>
  </dialog>`;
}

/** A question or a short form in the middle of the page. What was typed is not lost by a click beside it. */
export function Dialog({ title, open, close, children, actions, wide = false }: DialogProps): VNode | null {
  if (!open) return null;
  return html`<${Modal} kind="dialog" wide=${wide} title=${title} open=${open} close=${close} actions=${actions}>${children}<//>`;
}

/** Details from the right, over the page they belong to. */
export function Drawer({ title, open, close, children, wide = false }: DrawerProps): VNode | null {
  if (!open) return null;
  return html`<${Modal} kind="drawer" wide=${wide} title=${title} open=${open} close=${close}>${children}<//>`;
}
