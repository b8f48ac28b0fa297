/** The command palette: find a client, a run, a report, a page or an action by typing a few letters of it. */
import type { VNode } from "preact";
import { useEffect, useLayoutEffect, useMemo, useState } from "preact/hooks";
import { useLocation } from "preact-iso/router";
import type { Api } from "../../api.ts";
import { clientGroups, foundGroups } from "../../api-palette.ts";
import { browserLink } from "../../browser.ts";
import { html } from "../../html.ts";
import type { PaletteAction } from "../../state/palette.ts";
import { type PaletteGroup, PaletteSearch } from "../../state/palette-search.ts";
import { Icon } from "../icons.ts";
import { useModal } from "../ui/dialog.ts";
import { localGroups } from "./local-groups.ts";

interface PaletteProps {
  readonly api: Api;
  readonly close: () => void;
}

function useSearch(api: Api): PaletteSearch {
  const search = useMemo(
    () =>
      new PaletteSearch({
        local: localGroups,
        loaded: () => clientGroups(api),
        remote: (query) => foundGroups(api, query),
        clock: browserLink.clock,
      }),
    [],
  );
  useEffect(() => {
    void search.start();
    return () => search.stop();
  }, []);
  return search;
}

interface OptionsProps {
  readonly groups: readonly PaletteGroup[];
  readonly active: PaletteAction | undefined;
  readonly choose: (action: PaletteAction) => void;
}

const optionId = (action: PaletteAction | undefined): string | undefined =>
  action === undefined ? undefined : `palette ${action.id}`.replace(/\s+/g, "-");

function Options({ groups, active, choose }: OptionsProps): VNode {
  return html`<div id="palette-options" class="palette-options" role="listbox" aria-label="What was found">
    ${groups.map(
      (group, index) => html`<div key=${group.title} role="group" aria-labelledby=${`palette-group-${index}`}>
        <p id=${`palette-group-${index}`} class="palette-group" role="presentation">${group.title}</p>
        ${group.entries.map(
          (
            action,
          ) => html`<div key=${action.id} id=${optionId(action)} class="palette-option" role="option" aria-selected=${action === active ? "true" : "false"} onClick=${() => choose(action)}>
            <bdi class="palette-label">${action.label}</bdi>${action.hint !== undefined && html`<span class="palette-hint">${action.hint}</span>`}
          </div>`,
        )}
      </div>`,
    )}
  </div>`;
}

/** The dialog. The field keeps the focus; the arrows walk through what was found. */
export function Palette({ api, close }: PaletteProps): VNode {
  const { modal: dialog, closed } = useModal(close);
  const { route } = useLocation();
  const search = useSearch(api);
  const { query, groups, isSearching } = search.state.value;
  const [index, setIndex] = useState(0);
  const all = groups.flatMap((group) => group.entries);
  const active = all[Math.min(index, all.length - 1)];
  useLayoutEffect(() => {
    document.getElementById(optionId(active) ?? "")?.scrollIntoView({ block: "nearest" });
  }, [active]);
  const choose = (action: PaletteAction): void => {
    // Closed first: it returns the focus, and what is chosen may open a dialog of its own.
    dialog.current?.close();
    if (action.run !== undefined) action.run();
    else if (action.href !== undefined) route(action.href);
  };
  const typed = (event: Event): void => {
    if (event.currentTarget instanceof HTMLInputElement) search.type(event.currentTarget.value);
    setIndex(0);
  };
  const key = (event: KeyboardEvent): void => {
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step !== 0) {
      event.preventDefault();
      if (all.length > 0) setIndex((Math.min(index, all.length - 1) + step + all.length) % all.length);
    } else if (event.key === "Enter" && !event.isComposing) {
      event.preventDefault();
      if (active !== undefined) choose(active);
    }
  };
  const beside = (event: MouseEvent): void => {
    if (event.target === dialog.current) dialog.current?.close();
  };
  const said = isSearching ? "Searching…" : all.length === 0 ? "Nothing found." : `${all.length} found`;
  return html`<dialog ref=${dialog} class="modal palette" aria-label="Find or do" onClose=${closed} onMouseDown=${beside}>
    <div class="palette-box">
      <div class="palette-field"><${Icon} name="search" />
        <input type="text" role="combobox" aria-label="Find a client, run, report, page or action" aria-expanded="true" aria-controls="palette-options" aria-autocomplete="list"
          aria-activedescendant=${optionId(active)} placeholder="Client, run, report, page or action" value=${query} maxlength="100" autofocus autocomplete="off" autocapitalize="off" spellcheck=${false}
          onInput=${typed} onKeyDown=${key} /></div>
      <${Options} groups=${groups} active=${active} choose=${choose} />
      <p class="palette-foot"><span role="status">${said}</span><span class="palette-keys" aria-hidden="true"><kbd>↑</kbd><kbd>↓</kbd> to move, <kbd>↵</kbd> to open, <kbd>Esc</kbd> to close</span></p>
    </div>
  </dialog>`;
}
