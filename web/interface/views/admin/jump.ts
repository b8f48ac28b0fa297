/** Leads the keyboard and the eye to the field an address names: `?field=sources.ga4_property`. */

import { useEffect } from "preact/hooks";
import { useLocation } from "preact-iso/router";
import { fieldId } from "../../state/admin-paths.ts";

/** The field of the address; null without one. */
export function useWantedField(): string | null {
  return useLocation().query.field ?? null;
}

/** Goes to the wanted field once `ready`, and again when the address names another one. */
export function useJump(ready: boolean): void {
  const { url } = useLocation();
  const field = useWantedField();
  useEffect(() => {
    if (!ready || field === null) return;
    // After the page itself took the focus, which it does when it has changed.
    const watch = new MutationObserver(() => {
      if (goTo(field)) watch.disconnect();
    });
    const id = requestAnimationFrame(() => {
      // A list it stands in may have to be loaded first.
      if (!goTo(field)) watch.observe(document.body, { childList: true, subtree: true });
    });
    return () => {
      cancelAnimationFrame(id);
      watch.disconnect();
    };
  }, [ready, url]);
}

/** Scrolls to a field and focuses it; the part it stands in where there is no such field any more. False: neither is there. */
export function goTo(field: string): boolean {
  const parts = field.split(".");
  const found = parts
    .map((_, n) => document.getElementById(fieldId(parts.slice(0, parts.length - n).join("."))))
    .find((one) => one !== null);
  if (found === undefined || found === null) return false;
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  found.scrollIntoView({ block: "center", behavior: still ? "auto" : "smooth" });
  found.focus({ preventScroll: true });
  return true;
}
