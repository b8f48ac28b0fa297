/** What the palette knows without asking: what the open page offers, the places, and the panel's own actions. */
import { type PaletteAction, registeredActions, showOverlay } from "../../state/palette.ts";
import type { PaletteGroup } from "../../state/palette-search.ts";
import { placesFor } from "../../state/places.ts";
import { mayDo, session } from "../../state/session.ts";
import { THEMES, type Theme } from "../../state/theme.ts";
import { themeChoice } from "../theme.ts";
import { tell } from "../ui/toast.ts";

const THEME_LABELS: Readonly<Record<Theme, string>> = {
  system: "Theme: as the system has it",
  light: "Theme: light",
  dark: "Theme: dark",
};

async function copyAddress(): Promise<void> {
  try {
    await navigator.clipboard.writeText(location.href);
    tell("The address of this page is copied.");
  } catch {
    tell("The browser did not allow copying. Copy the address from its address bar.", "wait");
  }
}

function places(): readonly PaletteAction[] {
  const at = session.peek();
  const known = placesFor(at.kind === "known" ? at.me : null).map(
    (place): PaletteAction => ({
      id: `place ${place.href}`,
      label: place.label,
      keywords: place.keywords,
      hint: `g ${place.key}`,
      href: place.href,
    }),
  );
  const more: readonly (PaletteAction & { readonly needs: string })[] = [
    {
      id: "clients",
      label: "Manage Clients",
      keywords: "create new client business unit",
      href: "/admin/clients",
      needs: "units.read",
    },
    {
      id: "users",
      label: "Manage Users",
      keywords: "staff people roles invite",
      href: "/admin/users",
      needs: "users.read",
    },
  ];
  return [...known, ...more.filter((one) => mayDo(one.needs))];
}

function actions(): readonly PaletteAction[] {
  return [
    {
      id: "copy-address",
      label: "Copy the address of this page",
      keywords: "link share url",
      run: () => void copyAddress(),
    },
    ...THEMES.filter((theme) => theme !== themeChoice.chosen.peek()).map(
      (theme): PaletteAction => ({
        id: `theme ${theme}`,
        label: THEME_LABELS[theme],
        keywords: "appearance colours dark light mode",
        run: () => themeChoice.choose(theme),
      }),
    ),
    { id: "keys", label: "Keyboard shortcuts", keywords: "help keys", hint: "?", run: () => showOverlay("keys") },
    { id: "design", label: "Design language", keywords: "components colours", href: "/design" },
  ];
}

/** Groups in the order they are shown. */
export function localGroups(): readonly PaletteGroup[] {
  return [
    { title: "On this page", entries: registeredActions() },
    { title: "Go to", entries: places() },
    { title: "Actions", entries: actions() },
  ];
}
