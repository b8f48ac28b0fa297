/** Which keys do what. */
import type { VNode } from "preact";
import { html } from "../../html.ts";
import { placesFor } from "../../state/places.ts";
import { session } from "../../state/session.ts";
import { Dialog } from "../ui/dialog.ts";

interface KeyLine {
  readonly keys: readonly string[];
  readonly does: string;
}

const EVERYWHERE: readonly KeyLine[] = [
  { keys: ["/", "Ctrl K", "⌘ K"], does: "Find a client, run, report, page or action" },
  { keys: ["?"], does: "These shortcuts" },
  { keys: ["Tab"], does: "To the next link, button or field" },
  { keys: ["Esc"], does: "Close a dialog, a drawer or a menu" },
];

function Lines({ title, lines }: { title: string; lines: readonly KeyLine[] }): VNode {
  return html`<section class="keys"><h3>${title}</h3><dl>
    ${lines.map(
      (line) =>
        html`<div key=${line.does}><dt>${line.keys.map((key, index) => html`${index > 0 && html`<span class="muted"> or </span>`}${key.split(" ").map((one) => html`<kbd key=${one}>${one}</kbd>`)}`)}</dt><dd>${line.does}</dd></div>`,
    )}
  </dl></section>`;
}

/** The dialog. */
export function KeyHelp({ close }: { close: () => void }): VNode {
  const at = session.value;
  const places = placesFor(at.kind === "known" ? at.me : null);
  return html`<${Dialog} title="Keyboard shortcuts" open=${true} close=${close}>
    <${Lines} title="Everywhere" lines=${EVERYWHERE} />
    <${Lines} title="Go to" lines=${places.map((place) => ({ keys: [`g ${place.key}`], does: place.label }))} />
  <//>`;
}
