/** The theme of this browser's page, and the choice of another. */
import type { VNode } from "preact";
import { recall, remember } from "../browser.ts";
import { html } from "../html.ts";
import { THEMES, type Theme, ThemeChoice } from "../state/theme.ts";
import { Icon, type IconName } from "./icons.ts";

/** Colours of the browser's own frame, as in tokens.css. */
const FRAME: Readonly<Record<"light" | "dark", string>> = { light: "#f6f5f1", dark: "#131416" };

function apply(theme: Theme): void {
  if (theme === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  for (const meta of document.querySelectorAll<HTMLMetaElement>('meta[name="theme-color"]'))
    meta.content = FRAME[theme === "system" ? (meta.media.includes("dark") ? "dark" : "light") : theme];
}

export const themeChoice = new ThemeChoice({ recall, remember, apply });

const LOOKS: Readonly<Record<Theme, readonly [label: string, icon: IconName]>> = {
  system: ["System", "screen"],
  light: ["Light", "sun"],
  dark: ["Dark", "moon"],
};

/** One of three, remembered on this device. */
export function ThemePicker({ name }: { name: string }): VNode {
  const chosen = themeChoice.chosen.value;
  return html`<fieldset class="segments">
    <legend class="sr-only">Theme</legend>
    ${THEMES.map(
      (theme) => html`<label key=${theme}>
        <input type="radio" name=${name} value=${theme} checked=${theme === chosen} onChange=${() => themeChoice.choose(theme)} />
        <span><${Icon} name=${LOOKS[theme][1]} />${LOOKS[theme][0]}</span>
      </label>`,
    )}
  </fieldset>`;
}
