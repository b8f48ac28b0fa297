/** The head of every page: where one can go, the search, and who is here. */
import type { VNode } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { useLocation } from "preact-iso/router";
import type { Me } from "../../../src/core/wire-me.ts";
import { html } from "../html.ts";
import { showOverlay } from "../state/palette.ts";
import { isIn, type Place, placesFor } from "../state/places.ts";
import { initials, session, standingWords } from "../state/session.ts";
import { Icon, Mark } from "./icons.ts";
import { ThemePicker } from "./theme.ts";

function Links({ places, path }: { places: readonly Place[]; path: string }): VNode[] {
  return places.map(
    (place) =>
      html`<a key=${place.href} href=${place.href} aria-current=${isIn(place, path) ? "page" : undefined}>${place.label}</a>`,
  );
}

function Person({ me }: { me: Me | null }): VNode {
  return html`<div class="person">
    ${
      me === null
        ? html`<p class="muted">It is not known yet who you are.</p>`
        : html`<div><p class="person-name">${me.name ?? me.email}</p>${me.name !== null && html`<p class="muted">${me.email}</p>`}<p class="muted">${standingWords(me)}</p></div>`
    }
    <${ThemePicker} name="theme" />
    <div class="person-links">
      <button type="button" class="menu-item" onClick=${() => showOverlay("keys")}>Keyboard shortcuts<kbd>?</kbd></button>
      <a class="menu-item" href="/design">Design language</a>
    </div>
  </div>`;
}

/** The search button; says its keys where there is room. */
function Find(): VNode {
  return html`<button type="button" class="find" aria-keyshortcuts="/ Control+K Meta+K" onClick=${() => showOverlay("palette")}>
    <${Icon} name="search" /><span class="find-words">Find or do…</span><kbd class="find-key" aria-hidden="true">/</kbd>
  </button>`;
}

/** Stays on top of the page. On narrow screens the places fold into a menu. */
export function Head(): VNode {
  const { path, url } = useLocation();
  const head = useRef<HTMLElement>(null);
  const at = session.value;
  const me = at.kind === "known" ? at.me : null;
  const places = placesFor(me).filter((place) => place.isMain);
  useEffect(() => {
    for (const menu of head.current?.querySelectorAll<HTMLElement>(":popover-open") ?? []) menu.hidePopover();
  }, [url]);
  const hide = (event: Event): void => {
    // A menu that stays open over what was chosen from it hides that.
    if (event.target instanceof Element && event.target.closest(".menu-item") !== null)
      document.getElementById("person-menu")?.hidePopover();
  };
  return html`<header ref=${head} class="head">
    <div class="head-inner">
      <a class="brand" href="/"><${Mark} />Agency OS</a>
      <nav class="head-nav" aria-label="Main"><${Links} places=${places} path=${path} /></nav>
      <div class="head-tools">
        <${Find} />
        <button type="button" class="avatar" aria-label=${me === null ? "You" : `You: ${me.name ?? me.email}`} popovertarget="person-menu">${me === null ? html`<${Icon} name="person" />` : initials(me)}</button>
        <button type="button" class="icon-button head-menu" aria-label="Menu" popovertarget="main-menu"><${Icon} name="menu" /></button>
      </div>
    </div>
    <div id="person-menu" class="menu" popover="auto" onClick=${hide}><${Person} me=${me} /></div>
    <nav id="main-menu" class="menu menu-places" popover="auto" aria-label="Main menu"><${Links} places=${places} path=${path} /></nav>
  </header>`;
}
