/** Colours, type and distances, with the rules they follow. */
import type { VNode } from "preact";
import { html } from "../../html.ts";
import type { Tone } from "../../state/words.ts";
import { Row, Sample } from "./sample.ts";

const SURFACES = ["paper", "surface", "sunken", "raised"] as const;
const INKS = ["ink", "ink-soft", "ink-quiet", "accent"] as const;

const TONES: readonly (readonly [Tone, string])[] = [
  ["idle", "Nothing to do"],
  ["wait", "Waits, or needs care"],
  ["run", "Under way"],
  ["review", "A person looks"],
  ["good", "Good, done"],
  ["bad", "Bad, failed"],
];

const SIZES = ["2xl", "xl", "l", "m", "s", "xs"] as const;
const SPACES = [1, 2, 3, 4, 5, 6, 7] as const;

/** What everything else is made of. */
export function Foundations(): VNode {
  return html`
    <${Sample} title="Colours" note="Warm paper, one deep green. Text stands on a surface in one of three inks; each pair reaches 4.5 to 1. Colours have names in tokens.css and are written nowhere else." render=${() => html`
      <ul class="swatches">${SURFACES.map((name) => html`<li key=${name}><span class=${`colour colour-${name}`}></span>${name}</li>`)}</ul>
      <ul class="swatches">${INKS.map((name) => html`<li key=${name}><span class=${`colour colour-${name}`}></span>${name}</li>`)}</ul>`} />
    <${Sample} title="Tones" note="A tone says of which family a thing is. It never carries the meaning alone: words stand beside it." render=${() => html`<ul class="swatches">${TONES.map(([tone, words]) => html`<li key=${tone} class=${`tone-${tone}`}><span class="colour colour-tone"></span>${tone}<span class="muted">${words}</span></li>`)}</ul>`} />
    <${Sample} title="Type" note="Inter at five weights, a scale of 1.2 from 15 pixels, figures of equal width wherever they stand under each other." render=${() => html`<ul class="scale">${SIZES.map((size) => html`<li key=${size} class=${`scale-${size}`}>Organic sessions 12,345<span class="muted">${size}</span></li>`)}</ul>`} />
    <${Sample} title="Distances" note="Seven steps. Things that belong together stand closer than things that do not." render=${() => html`<${Row}>${SPACES.map((n) => html`<span key=${n} class=${`gap gap-${n}`}><span></span>${n}</span>`)}<//>`} />`;
}
