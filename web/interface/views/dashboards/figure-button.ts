/** A figure that can be asked where it comes from. */
import { createContext, type VNode } from "preact";
import { useContext } from "preact/hooks";
import type { Figure } from "../../../../src/core/wire-dashboard.ts";
import { html } from "../../html.ts";
import { figureNote, figureText } from "../../state/figures.ts";

/** Opens the lineage of a fact; given by the page around the figures. */
export const OpenLineage = createContext<(factId: string) => void>(() => {});

export interface FigureButtonProps {
  readonly figure: Pick<Figure, "factId" | "state" | "value"> & { readonly reason?: string | null };
  readonly unit: string;
  readonly currency: string | null;
  /** What it is a figure of, for those who do not see what stands around it. */
  readonly of: string;
  readonly compact?: boolean;
  /** Without “so far”: a mark beside it says so. */
  readonly bare?: boolean;
}

/** The figure; where a fact is behind it, a button that opens the lineage of that fact. */
export function FigureButton({ figure, unit, currency, of, compact = false, bare = false }: FigureButtonProps): VNode {
  const open = useContext(OpenLineage);
  const { factId } = figure;
  const note = figureNote(figure);
  const state = bare && figure.state === "partial" ? "number" : figure.state;
  const text = figureText({ ...figure, state, unit, currency }, { compact });
  const whole = figureText({ ...figure, unit, currency });
  const absent = figure.value === null ? " figure-absent" : "";
  if (factId === null) return html`<span class=${`figure${absent}`} title=${note ?? undefined}>${text}</span>`;
  const title = [whole === text ? null : whole, note, "Where this figure comes from"].filter((part) => part !== null);
  return html`<button type="button" class=${`figure figure-button${absent}`} title=${title.join(" · ")} aria-label=${`${of}: ${text}`} aria-haspopup="dialog" onClick=${() => open(factId)}>${text}</button>`;
}
