/** Light or dark: as the system has it, unless the reader chose otherwise on this device. */
import { type ReadonlySignal, signal } from "@preact/signals";

export const THEMES = ["system", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

const KEY = "agency-os.theme";

/** Where the choice is kept and shown. */
export interface ThemeDeps {
  recall(key: string): string | null;
  remember(key: string, value: string): void;
  /** Shows the page in it. */
  apply(theme: Theme): void;
}

export class ThemeChoice {
  readonly #chosen = signal<Theme>("system");
  readonly #deps: ThemeDeps;

  constructor(deps: ThemeDeps) {
    this.#deps = deps;
  }

  get chosen(): ReadonlySignal<Theme> {
    return this.#chosen;
  }

  /** Takes up what was chosen before; anything else than a theme counts as no choice. */
  start(): void {
    const kept = this.#deps.recall(KEY);
    this.#show(THEMES.find((theme) => theme === kept) ?? "system");
  }

  choose(theme: Theme): void {
    this.#deps.remember(KEY, theme);
    this.#show(theme);
  }

  #show(theme: Theme): void {
    this.#chosen.value = theme;
    this.#deps.apply(theme);
  }
}
