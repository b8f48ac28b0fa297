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
    const id = requestAnimationFrame(() => goTo(field));
    return () => cancelAnimationFrame(id);
  }, [ready, url]);
}

/** Scrolls to a field and focuses it; the part it stands in where there is no such field any more. */
export function goTo(field: string): void {
  const parts = field.split(".");
  const found = parts
    .map((_, n) => document.getElementById(fieldId(parts.slice(0, parts.length - n).join("."))))
    .find((one) => one !== null);
  if (found === undefined || found === null) return;
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  found.scrollIntoView({ block: "center", behavior: still ? "auto" : "smooth" });
  found.focus({ preventScroll: true });
}
