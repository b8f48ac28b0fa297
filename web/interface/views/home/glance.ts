/** The first line of Home: how everything stands, each part a way to the clients it is about. */
import type { ComponentChildren, VNode } from "preact";
import { now } from "../../browser.ts";
import { html } from "../../html.ts";
import type { Glance, Show, Waiting } from "../../state/home.ts";
import { roughly } from "../../state/time.ts";
import type { Tone } from "../../state/words.ts";
import { Meter } from "../ui/sparkline.ts";

interface TileProps {
  readonly label: string;
  readonly value: string;
  readonly tone: Tone;
  readonly note: string;
  /** Which clients it narrows the list to. */
  readonly show: Show;
  readonly chosen: Show;
  readonly choose: (show: Show) => void;
  readonly children?: ComponentChildren;
}

function Tile({ label, value, tone, note, show, chosen, choose, children }: TileProps): VNode {
  const on = chosen === show;
  return html`<button type="button" class=${`glance-tile tone-${tone}`} aria-pressed=${on ? "true" : "false"} onClick=${() => choose(on ? "all" : show)}>
    <span class="glance-label">${label}</span>
    <span class="glance-value">${value}</span>
    <span class="glance-note">${note}</span>
    ${children}
  </button>`;
}

const people = (count: number): string => (count === 1 ? "1 run" : `${count.toLocaleString("en")} runs`);

function waitingNote(groups: readonly Waiting[], oldest: string | null, at: number): string {
  if (oldest === null) return "Nobody is waited for";
  const mine = groups.find((group) => group.mine)?.runs.length ?? 0;
  const age = `the oldest for ${roughly(at - Date.parse(oldest))}`;
  return mine === 0 ? age : `${mine} for you, ${age}`;
}

export interface GlanceBarProps {
  readonly glance: Glance;
  readonly waiting: readonly Waiting[];
  readonly month: string;
  readonly chosen: Show;
  readonly choose: (show: Show) => void;
}

/** The line. */
export function GlanceBar({ glance, waiting, month, chosen, choose }: GlanceBarProps): VNode {
  const { fresh, targets, setup, units } = glance;
  const runs = waiting.flatMap((group) => group.runs);
  const oldest = runs.map((run) => run.waitingOn?.since ?? run.updatedAt).sort()[0] ?? null;
  const late = fresh.of - fresh.count;
  const pick = { chosen, choose };
  return html`<div class="glance" role="group" aria-label="All clients at a glance">
    <${Tile} ...${pick} show="waiting" label="Waiting for people" value=${people(runs.length)} tone=${runs.length === 0 ? "good" : "review"} note=${waitingNote(waiting, oldest, now.value)} />
    <${Tile} ...${pick} show="data" label="Fresh data" value=${`${fresh.count} of ${fresh.of}`} tone=${late === 0 ? "good" : "wait"} note=${late === 0 ? "No source is late" : `${late} with a late source`}>
      <${Meter} value=${fresh.count} max=${Math.max(1, fresh.of)} label="Clients whose data is fresh" tone="good" />
    <//>
    <${Tile} ...${pick} show="target" label=${`Targets of ${month}`} value=${targets.of === 0 ? "None set" : `${targets.met} of ${targets.of}`} tone=${targets.behind === 0 ? "good" : "wait"} note=${targets.of === 0 ? "Settings of a client hold them" : targets.behind === 0 ? "All met" : `${targets.behind} missed`}>
      ${targets.of > 0 && html`<${Meter} value=${targets.met} max=${targets.of} label="Targets met" tone="good" />`}
    <//>
    <${Tile} ...${pick} show="setup" label="Set up" value=${`${units - setup} of ${units}`} tone=${setup === 0 ? "good" : "bad"} note=${setup === 0 ? "Nothing is missing" : `${setup} lack something`}>
      <${Meter} value=${units - setup} max=${Math.max(1, units)} label="Clients that are set up" tone="good" />
    <//>
  </div>`;
}
