/** The webhooks through which Asana reports: how each is, and a check that repairs. */
import type { VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Problem } from "../../../src/core/wire.ts";
import type { WebhookCheck, WebhookHealth, WebhookView } from "../../../src/core/wire-ops.ts";
import type { Api } from "../api.ts";
import { checkWebhooks, webhooks } from "../api-ops.ts";
import { html } from "../html.ts";
import type { Words } from "../state/words.ts";
import { Icon } from "./icons.ts";
import { Age, Foreign, Panel, Pill } from "./parts.ts";

const HEALTH: Readonly<Record<string, Words>> = {
  healthy: { label: "Healthy", tone: "good" },
  failing: { label: "Failing", tone: "bad" },
  requested: { label: "Asked for", tone: "wait" },
  confirmed: { label: "Being made", tone: "wait" },
  lost: { label: "Gone", tone: "bad" },
  failed: { label: "Not made", tone: "bad" },
};

function Hook({ hook }: { hook: WebhookView }): VNode {
  const { lastSuccessAt, lastFailureAt, deletionAt } = hook;
  return html`<li class="row">
    <div class="row-what">
      <h3>Project <${Foreign} text=${hook.projectGid} /></h3>
      ${hook.problem !== null && html`<p class="row-why"><${Foreign} text=${hook.problem} /></p>`}
      ${hook.lastFailureContent !== null && hook.health === "failing" && html`<p class="row-why">Asana heard: <${Foreign} text=${hook.lastFailureContent} /></p>`}
      <p class="muted">
        ${lastSuccessAt === null ? "Nothing delivered yet" : html`Delivered <${Age} at=${lastSuccessAt} />`}${lastFailureAt !== null && html` · failed <${Age} at=${lastFailureAt} />`}${hook.retryCount > 0 && ` · ${hook.retryCount} retries waiting`}
      </p>
      ${deletionAt !== null && html`<p class="row-late">Asana deletes it <${Age} at=${deletionAt} /> unless a delivery succeeds.</p>`}
    </div>
    <p class="row-state"><${Pill} words=${HEALTH[hook.health] ?? { label: hook.health, tone: "idle" }} /></p>
  </li>`;
}

function Streams({ streams }: { streams: WebhookHealth["streams"] }): VNode | null {
  const failing = streams.filter((stream) => stream.problem !== null);
  const [first] = failing;
  if (first === undefined) return null;
  return html`<p class="row-late">The event stream of project <${Foreign} text=${first.projectGid} /> fails: <${Foreign} text=${first.problem ?? ""} /></p>`;
}

const WELL: ReadonlySet<WebhookCheck["outcome"]> = new Set(["works", "created"]);

/** What a check could not mend. */
function Unmended({ checks }: { checks: readonly WebhookCheck[] }): VNode {
  return html`<div role="alert">${checks.map(
    (one) =>
      html`<p key=${one.projectGid} class="inline-problem"><${Icon} name="alert" /><span><strong>Project <${Foreign} text=${one.projectGid} />.</strong> <${Foreign} text=${one.detail} /></span></p>`,
  )}</div>`;
}

/** The panel; it asks for itself, so that a registry that fails does not hide the rest. */
export function OpsWebhooks({ api }: { api: Api }): VNode {
  const [found, setFound] = useState<WebhookHealth | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [checking, setChecking] = useState(false);
  const [unmended, setUnmended] = useState<readonly WebhookCheck[]>([]);
  const load = async (): Promise<void> => {
    const reply = await webhooks(api);
    if (reply.ok) setFound(reply.value);
    setProblem(reply.ok ? null : reply.problem);
  };
  const check = async (): Promise<void> => {
    setChecking(true);
    const reply = await checkWebhooks(api);
    setChecking(false);
    if (!reply.ok) return setProblem(reply.problem);
    setUnmended(reply.value.items.filter((one) => !WELL.has(one.outcome)));
    await load();
  };
  useEffect(() => {
    void load();
  }, []);
  const aside = html`<button type="button" class="button button-small" disabled=${checking} onClick=${() => void check()}>${checking ? "Checking…" : "Check and repair"}</button>`;
  return html`<${Panel} id="webhooks" title="Webhooks" aside=${aside}>
    ${problem !== null && html`<p class="inline-problem" role="alert"><${Icon} name="alert" /><span>${problem.detail}</span></p>`}
    <${Unmended} checks=${unmended} />
    ${found === null && problem === null && html`<p class="none" role="status">Asking…</p>`}
    ${found !== null && found.items.length === 0 && html`<p class="none">None is registered. The reconciler finds tasks within five minutes without one.</p>`}
    ${found !== null && found.items.length > 0 && html`<ul class="rows">${found.items.map((hook) => html`<${Hook} key=${hook.registrationId} hook=${hook} />`)}</ul>`}
    ${found !== null && html`<${Streams} streams=${found.streams} />`}
  <//>`;
}
