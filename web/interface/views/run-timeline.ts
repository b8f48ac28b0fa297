/** The append-only log of a run, newest last, following the end until the reader scrolls away. */
import type { VNode } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import type { RunEventView } from "../../../src/core/wire.ts";
import { html } from "../html.ts";
import type { RunStore } from "../state/run-store.ts";
import { earlierCount } from "../state/run-view.ts";
import { clockHere, dateHere, exactUtc } from "../state/time.ts";
import type { Tone } from "../state/words.ts";
import { Foreign, Panel } from "./parts.ts";

/** Nearer to the end than this counts as reading the end. */
const NEAR_END_PX = 32;

const TONES: readonly (readonly [RegExp, Tone])[] = [
  [/failed|parked|blocked/, "bad"],
  [/accepted|artifact|\.done$|posted/, "good"],
  [/feedback|question/, "review"],
  [/lapsed|cancelled/, "wait"],
  [/lease|execution|attempt|assessment/, "run"],
];

function toneOf(type: string): Tone {
  return TONES.find(([pattern]) => pattern.test(type))?.[1] ?? "idle";
}

function Entry({ event, day }: { event: RunEventView; day: string | null }): VNode {
  return html`<li class=${`event tone-${toneOf(event.type)}`}>
    ${day !== null && html`<span class="event-day">${day}</span>`}
    <time datetime=${event.at} title=${exactUtc(event.at)}>${clockHere(event.at)}</time>
    <span class="event-dot"></span>
    <span class="event-text"><${Foreign} text=${event.summary} /></span>
  </li>`;
}

function entries(events: readonly RunEventView[]): VNode[] {
  let shown = "";
  return events.map((event) => {
    const day = dateHere(event.at);
    const first = day !== shown;
    shown = day;
    return html`<${Entry} key=${event.seq} event=${event} day=${first ? day : null} />`;
  });
}

function Earlier({ store, count }: { store: RunStore; count: number }): VNode {
  const [loading, setLoading] = useState(false);
  const load = async (): Promise<void> => {
    setLoading(true);
    await store.loadEarlier();
    setLoading(false);
  };
  return html`<button type="button" class="button button-quiet" disabled=${loading} onClick=${() => void load()}>
    ${loading ? "Loading…" : `Show ${count} earlier`}
  </button>`;
}

/** The timeline. New entries are announced politely; following stops when the reader scrolls up and resumes at the end. */
export function RunTimeline({ store }: { store: RunStore }): VNode {
  const box = useRef<HTMLDivElement>(null);
  const [following, setFollowing] = useState(true);
  const { events } = store.view.value;
  const earlier = earlierCount(store.view.value);
  const toEnd = (): void => {
    if (box.current !== null) box.current.scrollTop = box.current.scrollHeight;
  };
  useLayoutEffect(() => {
    if (following) toEnd();
  }, [events.length, following]);
  const scrolled = (): void => {
    const { current } = box;
    if (current !== null) setFollowing(current.scrollHeight - current.scrollTop - current.clientHeight < NEAR_END_PX);
  };
  const follow = html`<button type="button" class="button button-small" aria-pressed=${following ? "true" : "false"} onClick=${() => setFollowing(!following)}>
    ${following ? "Following" : "Follow"}
  </button>`;
  return html`<${Panel} id="timeline" title="Timeline" aside=${html`<span class="panel-aside">${follow}</span>`}>
    ${earlier > 0 && html`<${Earlier} store=${store} count=${earlier} />`}
    <div class="timeline" ref=${box} onScroll=${scrolled} tabindex="0" role="log" aria-label="Events of this run" aria-live="polite">
      ${events.length === 0 ? html`<p class="none">Nothing has happened yet.</p>` : html`<ol>${entries(events)}</ol>`}
    </div>
  <//>`;
}
