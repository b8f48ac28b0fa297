/** The reader's own views of the library: one click to see the list so again. */
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import type { SavedView } from "../../../../src/core/wire-reports.ts";
import type { Api, Page } from "../../api.ts";
import { removeView, savedViews, saveView } from "../../api-library.ts";
import { html } from "../../html.ts";
import { filterOf, libraryPath, queryOf, type ReportFilter, suggestedName, viewOf } from "../../state/library.ts";
import { Icon } from "../icons.ts";
import { Foreign } from "../parts.ts";
import { Dialog } from "../ui/dialog.ts";
import { TextField } from "../ui/field.ts";
import { useResource } from "../ui/resource-view.ts";
import { tell } from "../ui/toast.ts";

export interface SavedViewsProps {
  readonly api: Api;
  readonly filter: ReportFilter;
  /** What the Business Unit of the filter is called; null when none is chosen. */
  readonly unitName: string | null;
}

interface SaveDialogProps extends SavedViewsProps {
  readonly close: () => void;
  readonly saved: (view: SavedView) => void;
}

function SaveDialog({ api, filter, unitName, close, saved }: SaveDialogProps): VNode {
  const [name, setName] = useState(suggestedName(filter, unitName));
  const [problem, setProblem] = useState<string | null>(null);
  const [saving, setSaving] = useState(false);
  const save = async (event?: Event): Promise<void> => {
    event?.preventDefault();
    if (saving) return;
    if (name.trim() === "") return setProblem("Give the view a name.");
    setSaving(true);
    const reply = await saveView(api, name.trim(), queryOf(filter));
    setSaving(false);
    if (reply.ok) saved(reply.value);
    else setProblem(reply.problem.detail);
  };
  const actions = html`<button type="button" class="button button-quiet" onClick=${close}>Cancel</button><button type="button" class="button button-primary" disabled=${saving} onClick=${() => void save()}>Save view</button>`;
  return html`<${Dialog} title="Save this view" open=${true} close=${close} actions=${actions}>
    <form onSubmit=${save}><${TextField} id="view-name" label="Name" value=${name} change=${setName} error=${problem} maxlength=${60} required=${true} autofocus=${true} hint="A view of the same name is replaced. Only you see it." /></form>
  <//>`;
}

/** The row of views. Without it the library works as well, so a failure to load it is no more than its absence. */
export function SavedViews({ api, filter, unitName }: SavedViewsProps): VNode {
  const { state, resource } = useResource("saved views", () => savedViews(api));
  const [saving, setSaving] = useState(false);
  const page: Page<SavedView> = state.value ?? { items: [], nextCursor: null };
  const current = viewOf(page.items, filter);
  const put = (items: readonly SavedView[]): void => resource.put({ items, nextCursor: null });
  const others = (viewId: string): readonly SavedView[] => page.items.filter((one) => one.viewId !== viewId);
  const saved = (view: SavedView): void => {
    setSaving(false);
    put([...others(view.viewId), view].toSorted((a, b) => a.name.localeCompare(b.name, "en")));
    tell(`Saved as “${view.name}”.`);
  };
  const remove = async (view: SavedView): Promise<void> => {
    const reply = await removeView(api, view.viewId);
    if (!reply.ok) return tell(reply.problem.detail, "bad");
    put(others(view.viewId));
    tell(`“${view.name}” is removed.`);
  };
  return html`<div class="views">
    ${
      page.items.length > 0 &&
      html`<nav aria-label="Saved views"><ul>${page.items.map(
        (view) =>
          html`<li key=${view.viewId}><a class="view" href=${libraryPath(filterOf(view.query))} aria-current=${view === current ? "page" : undefined}><${Foreign} text=${view.name} /></a></li>`,
      )}</ul></nav>`
    }
    ${current === null && queryOf(filter) !== "" && html`<button type="button" class="button button-small button-quiet" onClick=${() => setSaving(true)}>Save this view</button>`}
    ${current !== null && html`<button type="button" class="button button-small button-quiet" onClick=${() => void remove(current)}><${Icon} name="cross" />Remove this view</button>`}
    ${saving && html`<${SaveDialog} api=${api} filter=${filter} unitName=${unitName} close=${() => setSaving(false)} saved=${saved} />`}
  </div>`;
}
