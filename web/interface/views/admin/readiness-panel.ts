/** What a Business Unit still lacks, each with the way to it; what is fixed disappears. Then: the dashboard. */
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import type { Problem } from "../../../../src/core/wire.ts";
import type { Finding } from "../../../../src/core/wire-registry.ts";
import { createDashboard } from "../../api-admin.ts";
import { html } from "../../html.ts";
import { fieldPath } from "../../state/admin-paths.ts";
import { findingCount } from "../../state/admin-words.ts";
import { Icon } from "../icons.ts";
import { Foreign } from "../parts.ts";
import { tell } from "../ui/toast.ts";
import { goTo } from "./jump.ts";
import type { TabProps } from "./unit-page.ts";

function FindingRow({ unitId, finding }: { unitId: string; finding: Finding }): VNode {
  const { severity, what, why, who, field } = finding;
  const path = fieldPath(unitId, field);
  // A second press while the page stands there already changes no address.
  const again = (): void => {
    if (location.pathname + location.search === path) goTo(field);
  };
  return html`<li class=${`lack tone-${severity === "blocks" ? "wait" : "idle"}`}>
    <span class="lack-mark"><${Icon} name=${severity === "blocks" ? "alert" : "question"} /></span>
    <div>
      <p class="lack-what">${severity === "warns" && html`<span class="sr-only">To know: </span>`}<${Foreign} text=${what} /></p>
      <p class="lack-why">${why} ${who} can fix it.</p>
    </div>
    ${path !== null && html`<a class="button button-small" href=${path} onClick=${again}>Go there<span class="sr-only">: ${what}</span></a>`}
  </li>`;
}

function NextStep({ api, unit, changed, mayEdit }: TabProps): VNode | null {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  if (unit.readiness.status !== "dashboard_needed") return null;
  const create = async (): Promise<void> => {
    setBusy(true);
    const reply = await createDashboard(api, unit.businessUnitId);
    setBusy(false);
    setProblem(reply.ok ? null : reply.problem);
    if (!reply.ok) return;
    changed(reply.value);
    tell(`The dashboard of ${unit.name} is there.`);
  };
  return html`<div class="next-step tone-run">
    <div><p class="lack-what">Everything it needs is there. What is left is its dashboard.</p>
      ${!mayEdit && html`<p class="lack-why">An admin can create it.</p>`}
      <div role="alert">${problem !== null && html`<p class="field-problem">${problem.detail}</p>`}</div></div>
    ${mayEdit && html`<button type="button" class="button button-primary" disabled=${busy} onClick=${() => void create()}>${busy ? "Creating…" : "Create dashboard"}</button>`}
  </div>`;
}

/** The panel; it says so where nothing is missing. */
export function ReadinessPanel(props: TabProps): VNode {
  const { unit } = props;
  const { findings } = unit.readiness;
  const isReady = unit.readiness.status !== "setup_needed";
  const list = html`<ul class="lacks">${findings.map((finding) => html`<${FindingRow} key=${`${finding.code} ${finding.field}`} unitId=${unit.businessUnitId} finding=${finding} />`)}</ul>`;
  return html`<section class="readiness" aria-labelledby="readiness">
    <h2 id="readiness" class="sr-only">Readiness</h2>
    <p class="sr-only" role="status">${unit.readiness.label}: ${findingCount(unit.readiness)}</p>
    <${NextStep} ...${props} />
    ${findings.length > 0 && (isReady ? html`<details class="admin-more"><summary>${findingCount(unit.readiness)}</summary>${list}</details>` : list)}
  </section>`;
}
