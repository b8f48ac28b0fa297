/** Beside a client or a Business Unit: all others, one step away. */
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { html } from "../../html.ts";
import { groupsMatching, groupsOf } from "../../state/admin-directory.ts";
import { clientPath, unitPath } from "../../state/admin-paths.ts";
import { READINESS_TONE } from "../../state/admin-words.ts";
import { mayDo } from "../../state/session.ts";
import { Foreign } from "../parts.ts";
import { TextField } from "../ui/field.ts";
import type { Known } from "./admin-page.ts";

interface ListProps {
  readonly known: Known;
  /** Id of the client or Business Unit that is shown. */
  readonly current: string;
}

function List({ known, current }: ListProps): VNode {
  const [text, setText] = useState("");
  const directory = known.state.value;
  const groups = directory === null ? [] : groupsMatching(groupsOf(directory), text);
  const here = (id: string): "page" | undefined => (id === current ? "page" : undefined);
  return html`<${TextField} id="select-client" label="Find a client" type="search" value=${text} change=${setText} />
    <nav aria-label="Clients"><ul class="selector-list">
      ${groups.map(
        ({ client, units }) => html`<li key=${client.clientId}>
          <a class="selector-client" href=${clientPath(client.clientId)} aria-current=${here(client.clientId)}><${Foreign} text=${client.name} /></a>
          <ul>${units.map(
            (unit) => html`<li key=${unit.businessUnitId}>
              <a href=${unitPath(unit.businessUnitId)} aria-current=${here(unit.businessUnitId)}>
                <span class=${`selector-dot tone-${READINESS_TONE[unit.readiness.status]}`} aria-hidden="true"></span>
                <${Foreign} text=${unit.name} /><span class="sr-only">, ${unit.readiness.label}</span>
              </a>
            </li>`,
          )}</ul>
        </li>`,
      )}
    </ul></nav>
    ${mayDo("clients.write") && html`<p><a class="button button-small" href="/admin/clients?new=client">Create client</a></p>`}`;
}

/** Stands open beside the page where there is room, and is a button above it where there is none. */
export function Selector(props: ListProps): VNode {
  const [open, setOpen] = useState(false);
  return html`<aside class=${`selector${open ? " selector-open" : ""}`}>
    <button type="button" class="button selector-button" aria-expanded=${open} onClick=${() => setOpen(!open)}>Another client</button>
    <div class="selector-box"><${List} ...${props} /></div>
  </aside>`;
}
