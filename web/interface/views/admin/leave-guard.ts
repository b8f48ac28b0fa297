/** Asks before a page with unsaved changes is left. */
import type { VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import { useLocation } from "preact-iso/router";
import { beforeReturn } from "../../browser.ts";
import { html } from "../../html.ts";
import { discardAll, unsaved } from "../../state/admin-draft.ts";
import { Foreign } from "../parts.ts";
import { Dialog } from "../ui/dialog.ts";

/** Where a click inside the panel leads; null for one that leaves this page alone. */
function leadsTo(event: MouseEvent): string | null {
  if (event.defaultPrevented || event.button !== 0 || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey)
    return null;
  const link = event.target instanceof Element ? event.target.closest("a") : null;
  if (link === null || link.target === "_blank" || link.hasAttribute("download") || link.origin !== location.origin)
    return null;
  return link.pathname === location.pathname ? null : link.pathname + link.search;
}

/** Stands once on every page with forms. A page left by a command or by force keeps its drafts until the tab is closed. */
export function LeaveGuard(): VNode {
  const { route, url } = useLocation();
  const [wanted, setWanted] = useState<string | null>(null);
  const forms = unsaved.value;
  const isDirty = forms.length > 0;
  useEffect(() => {
    const clicked = (event: MouseEvent): void => {
      const target = unsaved.peek().length === 0 ? null : leadsTo(event);
      if (target === null) return;
      event.preventDefault();
      event.stopPropagation();
      setWanted(target);
    };
    const turnedBack = (event: PopStateEvent): void => {
      if (unsaved.peek().length === 0 || location.pathname === new URL(url, location.origin).pathname) return;
      const target = location.pathname + location.search;
      // The address has changed already: it is put back until the answer is known.
      history.pushState(null, "", url);
      event.stopImmediatePropagation();
      setWanted(target);
    };
    document.addEventListener("click", clicked, true);
    const forget = beforeReturn(turnedBack);
    return () => {
      document.removeEventListener("click", clicked, true);
      forget();
    };
  }, [url]);
  useEffect(() => {
    if (!isDirty) return;
    const closing = (event: BeforeUnloadEvent): void => event.preventDefault();
    addEventListener("beforeunload", closing);
    return () => removeEventListener("beforeunload", closing);
  }, [isDirty]);
  const leave = (): void => {
    discardAll();
    setWanted(null);
    if (wanted !== null) route(wanted);
  };
  const stay = (): void => setWanted(null);
  const actions = html`<button type="button" class="button button-danger" onClick=${leave}>Leave without saving</button>
    <button type="button" class="button button-primary" autofocus onClick=${stay}>Stay here</button>`;
  return html`<${Dialog} title="Leave without saving?" open=${wanted !== null} close=${stay} actions=${actions}>
    <p>Not saved yet:</p>
    <ul class="leave-list">${forms.map(({ label }) => html`<li key=${label}><${Foreign} text=${label} /></li>`)}</ul>
  <//>`;
}
