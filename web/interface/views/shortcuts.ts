/** Keys that work on every page. */
import { useEffect } from "preact/hooks";
import { useLocation } from "preact-iso/router";
import { type KeyMap, Keys } from "../state/keys.ts";
import { showOverlay } from "../state/palette.ts";
import { placesFor } from "../state/places.ts";
import { session } from "../state/session.ts";

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest("input, textarea, select, [contenteditable]") !== null;
}

function keyMap(route: (href: string) => void): KeyMap {
  const at = session.value;
  const places = placesFor(at.kind === "known" ? at.me : null);
  return {
    "/": () => showOverlay("palette"),
    "mod+k": () => showOverlay("palette"),
    "?": () => showOverlay("keys"),
    ...Object.fromEntries(places.map((place) => [`g ${place.key}`, () => route(place.href)])),
  };
}

/** Listens for as long as the shell stands. An open dialog has the keyboard to itself. */
export function useShortcuts(): void {
  const { route } = useLocation();
  const who = session.value;
  useEffect(() => {
    const keys = new Keys(keyMap(route));
    const press = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.isComposing || document.querySelector("dialog[open]") !== null) return;
      const { key, ctrlKey, metaKey, altKey, timeStamp } = event;
      const isHandled = keys.press({ key, ctrlKey, metaKey, altKey, isTyping: isTyping(event.target) }, timeStamp);
      if (isHandled) event.preventDefault();
    };
    document.addEventListener("keydown", press);
    return () => document.removeEventListener("keydown", press);
  }, [who]);
}
