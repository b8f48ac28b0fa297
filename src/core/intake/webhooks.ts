/** What has to be done about the webhooks of one project, from what we noted and what Asana says. */

export type RegistrationState = "requested" | "confirmed" | "active" | "lost" | "failed";

/** A webhook we asked for. */
export interface Registration {
  readonly registrationId: string;
  readonly projectGid: string;
  readonly target: string;
  readonly state: RegistrationState;
  readonly webhookGid: string | null;
  readonly requestedAt: string;
  /** False when none of our keys opens its secret: its deliveries cannot be checked. */
  readonly readable: boolean;
}

/** A webhook as Asana lists it. */
export interface ListedWebhook {
  readonly gid: string;
  readonly target: string;
  readonly active: boolean;
}

/** What became of a registration. */
export interface Finding {
  readonly registrationId: string;
  readonly state: RegistrationState;
  readonly webhookGid: string | null;
  readonly problem: string | null;
}

/** Whether to change anything in Asana, and under which address it reaches us. */
export interface CheckWish {
  /** null: the address of the newest registration; without one nothing is made. */
  readonly origin: string | null;
  readonly repair: boolean;
  /** Projects whose webhook is replaced by one with a new secret; when there are any, no other is checked. */
  readonly rotate?: readonly string[];
}

export interface WebhookPlan {
  readonly findings: readonly Finding[];
  /** Webhooks of Asana that are of no use any more. */
  readonly remove: readonly string[];
  /** True when the project has no webhook that works. */
  readonly create: boolean;
  /** True while one is being made: what becomes of it is known in a few minutes. */
  readonly underWay: boolean;
}

/** A handshake is taken this long after it was asked for; Asana sends it while our own call is still open, which ends before. */
export const HANDSHAKE_MS = 5 * 60_000;

const REGISTRATION = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Where deliveries of a registration go. */
export function targetOf(origin: string, projectGid: string, registrationId: string): string {
  return `${origin}/webhooks/asana?project=${projectGid}&registration=${registrationId}`;
}

/** The registration a delivery or handshake names; null when it names none. */
export function registrationIn(address: URL): string | null {
  const id = address.searchParams.get("registration") ?? "";
  return REGISTRATION.test(id) ? id : null;
}

/**
 * Compares our registrations with Asana's list.
 * @param origin where this control plane is reached; webhooks to elsewhere are of no use
 * @param replace true: one that works makes room for a new one as well, because its secret got known
 */
export function planWebhooks(
  registrations: readonly Registration[],
  listed: readonly ListedWebhook[],
  origin: string,
  now: number,
  replace = false,
): WebhookPlan {
  const findings: Finding[] = [];
  const remove: string[] = [];
  let works = false;
  let underWay = false;
  // Newest first, so that of two that work the newer one stays.
  for (const one of registrations.toSorted((a, b) => (a.requestedAt < b.requestedAt ? 1 : -1))) {
    const there = listed.find((hook) => hook.gid === one.webhookGid || hook.target === one.target);
    // It ended, and why is noted.
    if (there === undefined && (one.state === "lost" || one.state === "failed")) continue;
    const judged = judge(one, there, origin, now, works);
    const makesRoom = replace && judged.state === "active" && there?.active === true;
    const found = makesRoom ? replaced(judged) : judged;
    if (found.state === "active" && !replace) works = true;
    else if (isOpen(found.state)) underWay = true;
    if (there !== undefined && (found.state === "lost" || found.state === "failed")) remove.push(there.gid);
    findings.push(found);
  }
  const ours = new Set(registrations.map(({ target }) => target));
  for (const hook of listed) if (!ours.has(hook.target) && isOrphan(hook.target, origin)) remove.push(hook.gid);
  return { findings, remove: [...new Set(remove)], create: !works && !underWay, underWay };
}

function replaced(judged: Finding): Finding {
  return { ...judged, state: "lost", problem: "One with a new secret took its place." };
}

/** Whether deliveries of a registration in this state are taken. */
export function isOpen(state: RegistrationState): boolean {
  return state !== "lost" && state !== "failed";
}

function judge(
  one: Registration,
  there: ListedWebhook | undefined,
  origin: string,
  now: number,
  works: boolean,
): Finding {
  const as = (state: RegistrationState, problem: string | null = null): Finding => ({
    registrationId: one.registrationId,
    state,
    webhookGid: there?.gid ?? one.webhookGid,
    problem,
  });
  if (there === undefined) return withoutWebhook(one, as, now);
  if (!one.target.startsWith(`${origin}/`))
    return as("lost", "It delivers to another address than this control plane's.");
  // One that was just made may not be active yet.
  if (!there.active) return isYoung(one, now) ? as(one.state) : as("lost", "Asana has switched it off.");
  if (!one.readable) return as("lost", "None of the keys in AGENCY_OS_WEBHOOK_KEY opens its secret.");
  if (works) return as("lost", "A newer webhook does the same.");
  return as("active");
}

function withoutWebhook(
  one: Registration,
  as: (state: RegistrationState, problem?: string | null) => Finding,
  now: number,
): Finding {
  // Asana lists it only when the creation is through, which may have been after it was asked for the list.
  if (isYoung(one, now)) return as(one.state);
  if (one.state === "requested") return as("failed", "Asana never asked for the handshake.");
  return as("lost", "Asana has it no more: deleted by hand, or after 24 hours without a successful delivery.");
}

/** Too young to be judged by what a list says. */
function isYoung({ requestedAt }: Registration, now: number): boolean {
  return now - Date.parse(requestedAt) < HANDSHAKE_MS;
}

/** One that names a registration of this address which we do not have: nobody could check its signatures. */
function isOrphan(target: string, origin: string): boolean {
  return target.startsWith(`${origin}/webhooks/asana?`) && registrationIn(new URL(target)) !== null;
}
