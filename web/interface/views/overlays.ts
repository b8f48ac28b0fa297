/** The command palette and the help on keys. They arrive when they are first wanted: most visits begin without. */
import type { FunctionComponent, VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Api } from "../api.ts";
import { html } from "../html.ts";
import { overlay, showOverlay } from "../state/palette.ts";
import { tell } from "./ui/toast.ts";

type Overlay = FunctionComponent<{ api: Api; close: () => void }>;

interface Arrived {
  readonly palette: Overlay;
  readonly keys: Overlay;
}

async function arrive(): Promise<Arrived> {
  const [{ Palette }, { KeyHelp }] = await Promise.all([
    import("./palette/palette.ts"),
    import("./palette/key-help.ts"),
  ]);
  return { palette: Palette, keys: KeyHelp };
}

/** Shows the one that is open. */
export function Overlays({ api }: { api: Api }): VNode | null {
  const wanted = overlay.value;
  const [arrived, setArrived] = useState<Arrived | null>(null);
  useEffect(() => {
    if (wanted === null || arrived !== null) return;
    arrive().then(setArrived, () => {
      showOverlay(null);
      tell("That could not be loaded. Check the connection and try again.", "bad");
    });
  }, [wanted, arrived]);
  if (wanted === null || arrived === null) return null;
  return html`<${arrived[wanted]} api=${api} close=${() => showOverlay(null)} />`;
}
