/** Buttons, fields, tabs, labels, dialogs and messages. */
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { html } from "../../html.ts";
import type { Tone } from "../../state/words.ts";
import { Icon } from "../icons.ts";
import { Pill } from "../parts.ts";
import { Badge } from "../ui/badge.ts";
import { Dialog, Drawer } from "../ui/dialog.ts";
import { AreaField, CheckField, SaveBar, SelectField, TextField } from "../ui/field.ts";
import { Tabs } from "../ui/tabs.ts";
import { tell } from "../ui/toast.ts";
import { Row, Sample, type Scheme } from "./sample.ts";

const TONES: readonly Tone[] = ["idle", "wait", "run", "review", "good", "bad"];

const KINDS = [
  { value: "manual", label: "By hand" },
  { value: "nightly", label: "Every night" },
  { value: "never", label: "Not for this client", disabled: true },
];

function Fields({ scheme }: { scheme: Scheme }): VNode {
  const [name, setName] = useState("Strategic Settlements");
  const [note, setNote] = useState("");
  const [kind, setKind] = useState("manual");
  const [isOn, setOn] = useState(true);
  const id = (field: string): string => `${scheme}-${field}`;
  const none = (): void => {};
  return html`<div class="fields">
    <${TextField} id=${id("name")} label="Name" value=${name} change=${setName} required=${true} hint="As the client writes it." />
    <${TextField} id=${id("property")} label="GA4 property" value="UA-1234" change=${none} error="A GA4 property is a number such as 312345678." />
    <${TextField} id=${id("slug")} label="Slug" value="strategic-settlements" change=${none} disabled=${true} hint="Never changes." />
    <${SelectField} id=${id("kind")} label="Refresh" value=${kind} change=${setKind} options=${KINDS} />
    <${AreaField} id=${id("note")} label="Note" value=${note} change=${setNote} placeholder="For colleagues" rows=${2} />
    <${CheckField} id=${id("on")} label="Show on Home" value=${isOn} change=${setOn} hint="Clients that are not shown stay in the list." />
  </div>`;
}

function SavingBars(): VNode {
  const none = (): void => {};
  return html`<${SaveBar} dirty=${true} saving=${false} save=${none} discard=${none} />
    <${SaveBar} dirty=${true} saving=${true} save=${none} discard=${none} />
    <${SaveBar} dirty=${true} saving=${false} save=${none} discard=${none} problem="Somebody changed the name meanwhile." />`;
}

function Modals({ scheme }: { scheme: Scheme }): VNode {
  const [open, setOpen] = useState<"dialog" | "drawer" | null>(null);
  const close = (): void => setOpen(null);
  const buttons = html`<button type="button" class="button" onClick=${close}>Keep</button><button type="button" class="button button-danger" onClick=${close}>Archive</button>`;
  return html`<${Row}>
    <button type="button" class="button" onClick=${() => setOpen("dialog")}>Open a dialog<span class="sr-only"> (${scheme})</span></button>
    <button type="button" class="button" onClick=${() => setOpen("drawer")}>Open a drawer<span class="sr-only"> (${scheme})</span></button>
    <${Dialog} title="Archive Strategic Settlements?" open=${open === "dialog"} close=${close} actions=${buttons}><p>Its data stays. Nothing is refreshed until it is brought back.</p><//>
    <${Drawer} title="Organic sessions" open=${open === "drawer"} close=${close}><p>Details stand over the page they belong to.</p><//>
  <//>`;
}

/** The pieces. */
export function ControlSamples(): VNode {
  const say =
    (text: string, tone: Tone): (() => void) =>
    () =>
      tell(text, tone);
  return html`
    <${Sample} title="Buttons" note="One main button a view. What cannot be undone is red and asks first." render=${() => html`<${Row}>
      <button type="button" class="button button-primary">Save</button><button type="button" class="button">Refresh data</button><button type="button" class="button button-danger">Archive</button>
      <button type="button" class="button button-quiet">Discard</button><button type="button" class="button button-small">Try again</button><button type="button" class="button" disabled=${true}>Saving…</button>
      <button type="button" class="icon-button" aria-label="Close"><${Icon} name="cross" /></button>
    <//>`} />
    <${Sample} title="Pills and badges" note="A pill says where a run stands; a badge is a small label of anything else." render=${() => html`<${Row}>${TONES.map((tone) => html`<${Pill} key=${tone} words=${{ label: tone, tone }} />`)}<//><${Row}>${TONES.map((tone) => html`<${Badge} key=${tone} tone=${tone}>${tone}<//>`)}<//>`} />
    <${Sample} title="Tabs" note="Each tab has an address." render=${(scheme: Scheme) =>
      html`<${Tabs} label=${`Example, ${scheme}`} tabs=${[
        { href: "/design", label: "Overview", current: true },
        { href: "/design?tab=reports", label: "Report History", count: 12, current: false },
        { href: "/design?tab=tasks", label: "Tasks", current: false },
      ]} />`} />
    <${Sample} title="Fields" note="The label stands above, the hint before the field, what is wrong behind it. A problem says what would be right." render=${(scheme: Scheme) => html`<${Fields} scheme=${scheme} />`} />
    <${Sample} title="Save bar" note="Stays in sight while something is not saved." render=${() => html`<${SavingBars} />`} />
    <${Sample} title="Dialog and drawer" note="They keep the keyboard inside, Esc closes them, the focus returns to where it was." render=${(scheme: Scheme) => html`<${Modals} scheme=${scheme} />`} />
    <${Sample} title="Messages" note="Say that something happened, and leave. What must be acted on stays in the page." render=${() => html`<${Row}>
      <button type="button" class="button" onClick=${say("Saved.", "good")}>Good news</button><button type="button" class="button" onClick=${say("That did not work. Nothing was changed.", "bad")}>Bad news</button>
    <//>`} />`;
}
