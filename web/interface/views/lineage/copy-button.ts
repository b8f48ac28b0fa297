/** Puts a value on the clipboard and says so where it was pressed: a message of the page would stand behind a drawer. */
import type { VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import { browserLink, copyText } from "../../browser.ts";
import { html } from "../../html.ts";
import { Icon } from "../icons.ts";

const SAID_MS = 2_500;

export interface CopyButtonProps {
  /** What it copies, for those who do not see where the button stands: “Copy the pointer”. */
  readonly label: string;
  readonly text: string;
  /** The label is shown, not only spoken. */
  readonly worded?: boolean;
}

/** The button. */
export function CopyButton({ label, text, worded = false }: CopyButtonProps): VNode {
  const [said, setSaid] = useState<string | null>(null);
  useEffect(() => (said === null ? undefined : browserLink.clock.after(SAID_MS, () => setSaid(null))), [said]);
  const copy = async (): Promise<void> => {
    setSaid((await copyText(text)) ? "Copied" : "Copying is not allowed here");
  };
  const style = worded ? "button button-small" : "copy-button";
  return html`<span class="copy">
    <button type="button" class=${style} aria-label=${worded ? undefined : label} title=${worded ? undefined : label} onClick=${() => void copy()}><${Icon} name=${said === "Copied" ? "check" : "copy"} />${worded && label}</button>
    <span class="copy-said" role="status">${said}</span>
  </span>`;
}
