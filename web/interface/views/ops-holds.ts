/** What keeps runs back on purpose: set with a reason, released with a reason. */
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import type { Problem } from "../../../src/core/wire.ts";
import type { Hold } from "../../../src/core/wire-ops.ts";
import type { Api } from "../api.ts";
import { releaseHold, setHold } from "../api-ops.ts";
import { html } from "../html.ts";
import { vocabulary } from "../state/vocabulary.ts";
import { holdWords } from "../state/words.ts";
import { Icon } from "./icons.ts";
import { Age, Foreign, Panel } from "./parts.ts";
import { ReasonDialog } from "./reason-dialog.ts";

type Scope = Hold["scope"];

const SCOPES: readonly { readonly id: Scope; readonly label: string; readonly hint: string }[] = [
  { id: "client", label: "One client", hint: "Client, as runs name it" },
  { id: "skill", label: "One skill", hint: "Id of the skill, such as seo-reporting" },
  { id: "upstream", label: "One upstream", hint: "Id of the upstream, such as search_console" },
  { id: "all", label: "Every run", hint: "" },
];

interface Props {
  readonly api: Api;
  readonly holds: readonly Hold[];
  readonly changed: () => void;
}

function inputValue(event: Event): string {
  const { currentTarget } = event;
  return currentTarget instanceof HTMLInputElement || currentTarget instanceof HTMLSelectElement
    ? currentTarget.value
    : "";
}

function known(scope: Scope): readonly string[] {
  if (scope === "client") return vocabulary.value.client;
  return scope === "skill" ? vocabulary.value.skill : [];
}

/** The form; it opens on demand, because setting a hold is rare. */
function NewHold({ api, close, changed }: { api: Api; close: () => void; changed: () => void }): VNode {
  const [scope, setScope] = useState<Scope>("client");
  const [value, setValue] = useState("");
  const [reason, setReason] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  const [sending, setSending] = useState(false);
  const hint = SCOPES.find((one) => one.id === scope)?.hint ?? "";
  const send = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (scope !== "all" && value.trim() === "") return setProblem("Say which one is held back.");
    if (reason.trim() === "") return setProblem("Say why: whoever finds runs waiting reads it.");
    setSending(true);
    const reply = await setHold(api, { scope, value: scope === "all" ? "" : value.trim(), reason: reason.trim() });
    setSending(false);
    if (!reply.ok) return setProblem(reply.problem.detail);
    close();
    changed();
  };
  return html`<form class="hold-form" onSubmit=${(event: Event) => void send(event)} noValidate>
    <label class="field"><span>Hold back</span>
      <select value=${scope} onChange=${(event: Event) => setScope(SCOPES.find((one) => one.id === inputValue(event))?.id ?? "client")}>
        ${SCOPES.map((one) => html`<option key=${one.id} value=${one.id}>${one.label}</option>`)}
      </select>
    </label>
    ${
      scope !== "all" &&
      html`<label class="field"><span>${hint}</span><input type="text" list="hold-values" maxlength="200" value=${value} onInput=${(event: Event) => setValue(inputValue(event))} />
        <datalist id="hold-values">${known(scope).map((one) => html`<option key=${one} value=${one}></option>`)}</datalist></label>`
    }
    <label class="field field-wide"><span>Reason</span><input type="text" maxlength="300" value=${reason} onInput=${(event: Event) => setReason(inputValue(event))} /></label>
    <div class="hold-buttons"><button type="submit" class="button button-primary" disabled=${sending}>${sending ? "Setting…" : "Set the hold"}</button>
      <button type="button" class="button button-quiet" onClick=${close}>Leave it</button></div>
    <p class="field-problem field-wide" role="alert">${problem}</p>
  </form>`;
}

/** The panel of holds. */
export function OpsHolds({ api, holds, changed }: Props): VNode {
  const [adding, setAdding] = useState(false);
  const [releasing, setReleasing] = useState<Hold | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const release = async (hold: Hold, reason: string): Promise<void> => {
    const reply = await releaseHold(api, hold.holdId, reason);
    setProblem(reply.ok ? null : reply.problem);
    if (reply.ok) changed();
  };
  const aside =
    !adding &&
    html`<button type="button" class="button button-small" onClick=${() => setAdding(true)}>Set a hold</button>`;
  return html`<${Panel} id="holds" title="Holds" aside=${aside}>
    ${adding && html`<${NewHold} api=${api} close=${() => setAdding(false)} changed=${changed} />`}
    ${problem !== null && html`<p class="inline-problem" role="alert"><${Icon} name="alert" /><span><strong>Not released.</strong> ${problem.detail}</span></p>`}
    ${holds.length === 0 && !adding && html`<p class="none">Nothing is held back. A hold stops runs at their next boundary until it is released.</p>`}
    ${
      holds.length > 0 &&
      html`<ul class="rows">${holds.map(
        (hold) => html`<li key=${hold.holdId} class="row">
          <div class="row-what"><h3><${Foreign} text=${holdWords(hold)} /></h3><p class="row-why"><${Foreign} text=${hold.reason} /></p>
            <p class="muted"><${Foreign} text=${hold.by} />, <${Age} at=${hold.createdAt} /></p></div>
          <p class="row-links"><button type="button" class="button button-small" onClick=${() => setReleasing(hold)}>Release<span class="sr-only"> the hold on ${holdWords(hold)}</span></button></p>
        </li>`,
      )}</ul>`
    }
    ${
      releasing !== null &&
      html`<${ReasonDialog} title="Release this hold?" confirm="Release" keep="Keep it" reason="needed" close=${() => setReleasing(null)} done=${(reason: string) => void release(releasing, reason)}>
        <p><bdi>${holdWords(releasing)}</bdi> go on where they stopped.</p>
      <//>`
    }
  <//>`;
}
