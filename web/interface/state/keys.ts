/** Keys that work anywhere in the panel: single ones, with Ctrl or ⌘, and two after each other (`g` then `h`). */

/** What of a keyboard event counts. */
export interface KeyPress {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  /** The reader writes into a field: only keys with Ctrl or ⌘ are meant for the panel. */
  readonly isTyping: boolean;
}

/** A key: `/`, `mod+k`, `g h`. */
export type KeyMap = Readonly<Record<string, () => void>>;

/** A second key later than this begins anew. */
const TOGETHER_MS = 1_200;

export class Keys {
  readonly #map: KeyMap;
  #first: { readonly key: string; readonly at: number } | null = null;

  constructor(map: KeyMap) {
    this.#map = map;
  }

  /** Takes a key; true when it meant something, so that the browser does nothing else with it. */
  press(press: KeyPress, now: number): boolean {
    if (press.altKey) return false;
    const key = press.key.toLowerCase();
    if (press.ctrlKey || press.metaKey) return this.#act(`mod+${key}`);
    if (press.isTyping) return false;
    const first = this.#first !== null && now - this.#first.at < TOGETHER_MS ? this.#first.key : null;
    this.#first = null;
    if (first !== null && this.#act(`${first} ${key}`)) return true;
    if (this.#act(key)) return true;
    if (this.#begins(key)) this.#first = { key, at: now };
    return false;
  }

  #begins(key: string): boolean {
    return Object.keys(this.#map).some((one) => one.startsWith(`${key} `));
  }

  #act(key: string): boolean {
    const task = Object.hasOwn(this.#map, key) ? this.#map[key] : undefined;
    task?.();
    return task !== undefined;
  }
}
