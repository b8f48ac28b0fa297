/** Fields of forms: label, hint and problem belong to the control for everybody. */
import type { ComponentChildren, VNode } from "preact";
import { html } from "../../html.ts";

interface FieldProps {
  /** Unique on the page; a finding may jump to it. */
  readonly id: string;
  readonly label: string;
  readonly hint?: ComponentChildren;
  /** What is wrong, in words that say what would be right. */
  readonly error?: string | null;
  readonly required?: boolean;
  readonly disabled?: boolean;
}

export interface TextFieldProps extends FieldProps {
  readonly value: string;
  readonly change: (value: string) => void;
  readonly type?: "text" | "email" | "url" | "date" | "month" | "search" | "number";
  readonly inputmode?: "text" | "numeric" | "decimal";
  readonly placeholder?: string;
  readonly maxlength?: number;
  readonly autofocus?: boolean;
}

export interface AreaFieldProps extends FieldProps {
  readonly value: string;
  readonly change: (value: string) => void;
  readonly rows?: number;
  readonly placeholder?: string;
  readonly maxlength?: number;
}

export interface Choice {
  readonly value: string;
  readonly label: string;
  readonly disabled?: boolean;
}

export interface SelectFieldProps extends FieldProps {
  readonly value: string;
  readonly change: (value: string) => void;
  readonly options: readonly Choice[];
}

export interface CheckFieldProps extends FieldProps {
  readonly value: boolean;
  readonly change: (value: boolean) => void;
}

/** What the control says about itself: which words describe it, and that it must be filled or is wrong. */
function ariaOf({ id, hint, error, required }: FieldProps): Record<string, string | undefined> {
  const described = [hint === undefined ? "" : `${id}-hint`, `${id}-error`].filter((one) => one !== "").join(" ");
  return {
    id,
    "aria-describedby": described,
    "aria-required": required === true ? "true" : undefined,
    "aria-invalid": (error ?? "") === "" ? undefined : "true",
  };
}

function Around({ field, children }: { field: FieldProps; children?: ComponentChildren }): VNode {
  const { id, label, hint, error, required } = field;
  return html`<div class="field">
    <label for=${id}>${label}${required === true && html`<span class="field-star" aria-hidden="true"> *</span>`}</label>
    ${hint !== undefined && html`<p id=${`${id}-hint`} class="field-hint">${hint}</p>`}
    ${children}
    <p id=${`${id}-error`} class="field-problem" role="alert">${error ?? ""}</p>
  </div>`;
}

function typed(event: Event, change: (value: string) => void): void {
  const { currentTarget: at } = event;
  if (at instanceof HTMLInputElement || at instanceof HTMLTextAreaElement || at instanceof HTMLSelectElement)
    change(at.value);
}

/** One line of text, a date, an address. */
export function TextField(props: TextFieldProps): VNode {
  return html`<${Around} field=${props}>
    <input ...${ariaOf(props)} type=${props.type ?? "text"} inputmode=${props.inputmode} value=${props.value} placeholder=${props.placeholder}
      maxlength=${props.maxlength ?? 300} disabled=${props.disabled === true} autofocus=${props.autofocus === true} autocomplete="off" spellcheck=${false}
      onInput=${(event: Event) => typed(event, props.change)} />
  <//>`;
}

/** Several lines of text. */
export function AreaField(props: AreaFieldProps): VNode {
  return html`<${Around} field=${props}>
    <textarea ...${ariaOf(props)} rows=${props.rows ?? 3} value=${props.value} placeholder=${props.placeholder} maxlength=${props.maxlength ?? 2000}
      disabled=${props.disabled === true} onInput=${(event: Event) => typed(event, props.change)}></textarea>
  <//>`;
}

/** One of several. */
export function SelectField(props: SelectFieldProps): VNode {
  return html`<${Around} field=${props}>
    <select ...${ariaOf(props)} value=${props.value} disabled=${props.disabled === true} onChange=${(event: Event) => typed(event, props.change)}>
      ${props.options.map((one) => html`<option key=${one.value} value=${one.value} disabled=${one.disabled === true}>${one.label}</option>`)}
    </select>
  <//>`;
}

/** Yes or no. */
export function CheckField(props: CheckFieldProps): VNode {
  const { id, label, hint, error } = props;
  const toggle = (event: Event): void => {
    if (event.currentTarget instanceof HTMLInputElement) props.change(event.currentTarget.checked);
  };
  return html`<div class="field field-check">
    <input ...${ariaOf(props)} type="checkbox" checked=${props.value} disabled=${props.disabled === true} onChange=${toggle} />
    <label for=${id}>${label}</label>
    ${hint !== undefined && html`<p id=${`${id}-hint`} class="field-hint">${hint}</p>`}
    <p id=${`${id}-error`} class="field-problem" role="alert">${error ?? ""}</p>
  </div>`;
}

export interface SaveBarProps {
  readonly dirty: boolean;
  readonly saving: boolean;
  readonly save: () => void;
  readonly discard: () => void;
  /** What keeps it from being saved. */
  readonly problem?: string | null;
}

/** At the foot of a form with changes that are not saved. */
export function SaveBar({ dirty, saving, save, discard, problem }: SaveBarProps): VNode {
  const shown = dirty || saving;
  return html`<div class=${shown ? "save-bar save-bar-shown" : "save-bar"}>
    <p role="status">${saving ? "Saving…" : dirty ? "Not saved yet" : ""}</p>
    ${shown && (problem ?? "") !== "" && html`<p class="field-problem" role="alert">${problem}</p>`}
    ${
      shown &&
      html`<div class="save-bar-buttons">
        <button type="button" class="button button-quiet" disabled=${saving} onClick=${discard}>Discard</button>
        <button type="button" class="button button-primary" disabled=${saving} onClick=${save}>Save</button>
      </div>`
    }
  </div>`;
}
