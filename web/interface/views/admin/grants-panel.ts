/** Which agents may read the figures of a Business Unit, each for one purpose. */
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import type { Problem } from "../../../../src/core/wire.ts";
import type { GrantView } from "../../../../src/core/wire-data.ts";
import { type Grants, giveGrant, listGrants, takeGrant } from "../../api-admin.ts";
import { html } from "../../html.ts";
import { type FormSpec, Shelf } from "../../state/admin-draft.ts";
import { fieldId } from "../../state/admin-paths.ts";
import { Age, Foreign, Panel, Skeleton } from "../parts.ts";
import { Dialog } from "../ui/dialog.ts";
import { TextField } from "../ui/field.ts";
import { ResourceView, useResource } from "../ui/resource-view.ts";
import { tell } from "../ui/toast.ts";
import { DraftForm, issuesByField, useDraft } from "./form.ts";
import type { TabProps } from "./unit-page.ts";

interface Form {
  readonly agent: string;
  readonly purpose: string;
}

const shelf = new Shelf<Grants, Form>();

function GiveGrant({ api, unitId, done }: { api: TabProps["api"]; unitId: string; done: () => void }): VNode {
  const spec: FormSpec<Grants, Form> = {
    read: () => ({ agent: "", purpose: "" }),
    version: () => 0,
    check: ({ agent, purpose }) => ({
      ...(agent.trim() === "" ? { agent: "Say which agent." } : {}),
      ...(purpose.trim() === "" ? { purpose: "Say for what it may read." } : {}),
    }),
    send: ({ agent, purpose }) => giveGrant(api, unitId, agent.trim(), purpose.trim()),
    merge: (form) => form,
    errors: ({ code, detail, issues }) =>
      code === "bad_agent" ? { agent: detail } : issuesByField(issues, ["agent", "purpose"]),
    saved() {
      tell("The agent may read.");
      done();
    },
  };
  const draft = useDraft(shelf, { key: unitId, label: "A new grant" }, { items: [] }, spec);
  const { form, errors } = draft.state.value;
  return html`<div class="role-new"><h3>Let an agent read</h3>
    <${DraftForm} draft=${draft} label="Let an agent read" submit="Give the grant"><div class="admin-fields">
      <${TextField} id=${fieldId("grants")} label="Agent" hint="Its name, in letters, digits, dot, _ and -." maxlength=${60} value=${form.agent} error=${errors.agent} change=${(agent: string) => draft.set({ agent })} />
      <${TextField} id="grant-purpose" label="Purpose" hint="The agent names it with each read; it stands in the access log." maxlength=${120} value=${form.purpose} error=${errors.purpose} change=${(purpose: string) => draft.set({ purpose })} />
    </div><//>
  </div>`;
}

export function GrantsPanel({ api, unit, mayEdit, reload }: TabProps): VNode {
  const unitId = unit.businessUnitId;
  const { state, resource } = useResource(`grants:${unitId}`, () => listGrants(api, unitId));
  // A grant is an edit of the Business Unit, which is another version after it.
  const again = async (): Promise<void> => {
    reload();
    await resource.reload();
  };
  const [taking, setTaking] = useState<GrantView | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const take = async ({ agent, purpose }: GrantView): Promise<void> => {
    setTaking(null);
    const reply = await takeGrant(api, unitId, agent, purpose);
    setProblem(reply.ok ? null : reply.problem);
    if (reply.ok) tell(`${agent} may read no more for that.`);
    await again();
  };
  const actions =
    taking !== null &&
    html`<button type="button" class="button button-quiet" onClick=${() => setTaking(null)}>Keep it</button>
      <button type="button" class="button button-danger" onClick=${() => void take(taking)}>Take it back</button>`;
  return html`<${Panel} id="grants" title="Agents that may read">
    <div role="alert">${problem !== null && html`<p class="inline-problem">${problem.detail}</p>`}</div>
    <${ResourceView} state=${state} retry=${() => void resource.reload()} skeleton=${html`<${Skeleton} label="Loading the grants" rows=${1} />`}>
      ${({ items }: Grants) =>
        items.length === 0
          ? html`<p class="none">No agent may read the figures.</p>`
          : html`<ul class="admin-rows">${items.map(
              (one) => html`<li key=${`${one.agent} ${one.purpose}`} class="admin-row">
                <span class="admin-row-name"><code>${one.agent}</code></span><span><${Foreign} text=${one.purpose} /></span>
                <span class="admin-row-note">By <${Foreign} text=${one.grantedBy} />, <${Age} at=${one.grantedAt} />
                  ${mayEdit && html` <button type="button" class="button button-small button-quiet" onClick=${() => setTaking(one)}>Take back<span class="sr-only"> the grant of ${one.agent} for ${one.purpose}</span></button>`}</span>
              </li>`,
            )}</ul>`}
    <//>
    ${mayEdit && html`<${GiveGrant} api=${api} unitId=${unitId} done=${() => void again()} />`}
    <${Dialog} title="Take the grant back?" open=${taking !== null} close=${() => setTaking(null)} actions=${actions}><p>From then on the agent is refused, and the refusal is logged.</p><//>
  <//>`;
}
