/** What every form of the administration does: keep what was typed, say what is wrong, settle a conflict. */
import type { ComponentChildren, VNode } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { html } from "../../html.ts";
import type { Draft, FormSpec, Shelf } from "../../state/admin-draft.ts";
import { Icon } from "../icons.ts";
import { SaveBar } from "../ui/field.ts";
import { ConflictDialog } from "./conflict-dialog.ts";

/** The draft of a form, as it was left if it was left with something in it. */
export function useDraft<R, F extends object>(
  shelf: Shelf<R, F>,
  { key, label }: { readonly key: string; readonly label: string },
  record: R,
  spec: FormSpec<R, F>,
): Draft<R, F> {
  const draft = shelf.open(key, label, record, spec);
  draft.use(spec);
  useEffect(() => shelf.show(key, draft), [key, draft]);
  useEffect(() => draft.accept(record), [draft, record]);
  return draft;
}

export interface DraftFormProps<R, F extends object> {
  readonly draft: Draft<R, F>;
  /** Names the form for those who do not see it. */
  readonly label: string;
  readonly children?: ComponentChildren;
  /** Of a form that makes something new: the word on its button. Without it changes are saved or discarded. */
  readonly submit?: string;
  readonly cancel?: () => void;
  readonly saved?: () => void;
}

function isLine(target: EventTarget | null): boolean {
  return target instanceof HTMLInputElement && target.type !== "checkbox";
}

/** A form around fields of a draft. Enter in a line saves. */
export function DraftForm<R, F extends object>(props: DraftFormProps<R, F>): VNode {
  const { draft, label, children, submit, cancel, saved } = props;
  const form = useRef<HTMLFormElement>(null);
  const { saving, errors, problem, conflict } = draft.state.value;
  useEffect(() => {
    if (Object.values(errors).some((error) => error !== ""))
      form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [errors]);
  const save = async (): Promise<void> => {
    if (await draft.save()) saved?.();
  };
  const pressed = (event: KeyboardEvent): void => {
    if (event.key !== "Enter" || event.isComposing || !isLine(event.target)) return;
    event.preventDefault();
    void save();
  };
  return html`<form ref=${form} class="admin-form" aria-label=${label} noValidate onKeyDown=${pressed}
    onSubmit=${(event: Event) => {
      event.preventDefault();
      void save();
    }}>
    ${children}
    <div role="alert">${problem !== null && html`<p class="inline-problem"><${Icon} name="alert" /><span><strong>${problem.title}.</strong> ${problem.detail} What you typed is still here.</span></p>`}</div>
    ${
      submit === undefined
        ? html`<${SaveBar} dirty=${draft.dirty.value} saving=${saving} save=${() => void save()} discard=${() => draft.discard()} />`
        : html`<div class="admin-buttons">
            ${cancel !== undefined && html`<button type="button" class="button button-quiet" onClick=${cancel}>Cancel</button>`}
            <button type="submit" class="button button-primary" disabled=${saving}>${saving ? "Saving…" : submit}</button>
          </div>`
    }
    ${conflict !== null && html`<${ConflictDialog} conflict=${conflict} close=${() => draft.postpone()} resolve=${draft.resolve.bind(draft)} saved=${saved} />`}
  </form>`;
}

/** Text of a refusal by field: the issues that name one, by the last part of their path. */
export function issuesByField(
  issues: readonly { readonly path: string; readonly message: string }[] | undefined,
  names: readonly string[],
): Readonly<Record<string, string>> {
  const found = (issues ?? []).flatMap(({ path, message }): [string, string][] => {
    const name = names.find((one) => path === one || path.endsWith(`.${one}`) || message.startsWith(`${one}: `));
    return name === undefined
      ? []
      : [[name, message.startsWith(`${name}: `) ? message.slice(name.length + 2) : message]];
  });
  return Object.fromEntries(found);
}
