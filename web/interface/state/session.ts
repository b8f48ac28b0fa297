/** Who looks at the panel, and what they may do. */
import { type ReadonlySignal, signal } from "@preact/signals";
import type { Problem } from "../../../src/core/wire.ts";
import type { Me } from "../../../src/core/wire-me.ts";
import type { Api } from "../api.ts";
import type { Clock } from "./live-link.ts";

export type Session =
  | { readonly kind: "loading" }
  | { readonly kind: "known"; readonly me: Me }
  | { readonly kind: "problem"; readonly problem: Problem };

const held = signal<Session>({ kind: "loading" });

/** The session of this tab. */
export const session: ReadonlySignal<Session> = held;

const FIRST_WAIT_MS = 2_000;
const LONGEST_WAIT_MS = 60_000;

/**
 * Asks who looks, and again after a while as long as no answer comes: without one nothing is offered. The returned function
 * asks anew, because roles change. An answer that fails later takes nothing away.
 */
export function openSession(api: Api, clock: Clock): () => void {
  let wait = FIRST_WAIT_MS;
  let cancel = (): void => {};
  const ask = async (): Promise<void> => {
    cancel();
    const reply = await api.me();
    const before = held.peek();
    if (reply.ok) {
      wait = FIRST_WAIT_MS;
      if (before.kind !== "known" || JSON.stringify(before.me) !== JSON.stringify(reply.value))
        held.value = { kind: "known", me: reply.value };
      return;
    }
    if (before.kind === "known") return;
    held.value = { kind: "problem", problem: reply.problem };
    cancel();
    cancel = clock.after(wait, () => void ask());
    wait = Math.min(LONGEST_WAIT_MS, wait * 2);
  };
  void ask();
  return () => void ask();
}

/**
 * Whether a control is offered. False until it is known who looks.
 * @param unitId the Business Unit it is about; null where it is about none
 */
export function mayDo(action: string, unitId: string | null = null): boolean {
  const at = held.value;
  if (at.kind !== "known") return false;
  if (at.me.anywhere.includes(action)) return true;
  return unitId !== null && (at.me.units[unitId]?.includes(action) ?? false);
}

/** What somebody is here, in words: `Admin`, `Consultant, operator`, `Member of 3 Business Units`. */
export function standingWords(me: Me): string {
  const units = Object.keys(me.units).length;
  const roles = [
    ...(me.agencyRole === null || me.agencyRole === "ops" ? [] : [me.agencyRole]),
    ...(me.ops ? ["operator"] : []),
  ].join(", ");
  if (roles !== "") return roles.charAt(0).toUpperCase() + roles.slice(1);
  if (units > 0) return units === 1 ? "Member of one Business Unit" : `Member of ${units} Business Units`;
  return "No role yet";
}

/** One or two letters in the place of a picture. */
export function initials(me: Me): string {
  const words = (me.name ?? me.email.split("@")[0] ?? "").split(/[\s._-]+/).filter((word) => word !== "");
  const [first = "?", ...rest] = words;
  const last = rest.at(-1) ?? "";
  return (first.charAt(0) + last.charAt(0)).toUpperCase();
}
