/** What somebody who may can do to a report: each with a reason, on the version they look at. */
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import type { Problem } from "../../../../src/core/wire.ts";
import type { Report, ReportDetail } from "../../../../src/core/wire-reports.ts";
import type { Api } from "../../api.ts";
import { appraise } from "../../api-library.ts";
import { html } from "../../html.ts";
import { type Deed, deedsFor } from "../../state/library.ts";
import { mayDo } from "../../state/session.ts";
import { Icon } from "../icons.ts";
import { Foreign } from "../parts.ts";
import { ReasonDialog } from "../reason-dialog.ts";
import { tell } from "../ui/toast.ts";

export interface DeedsProps {
  readonly api: Api;
  readonly report: ReportDetail;
  /** The report as it is after a deed. */
  readonly put: (report: Report) => void;
  /** Somebody was faster: the report has to be read again. */
  readonly reload: () => void;
}

/** A deed that was not done, and why. */
interface Refused {
  readonly deed: Deed;
  readonly reason: string;
  readonly problem: Problem;
}

const shown = (value: unknown): string =>
  value === null || value === undefined
    ? "no mark"
    : value === true
      ? "reusable"
      : value === false
        ? "not reusable"
        : String(value).replace("_", " ");

/** What was wanted against what is there; doing it anyway is one click, and on the version that is there now. */
function Conflict({ refused, again, leave }: { refused: Refused; again: () => void; leave: () => void }): VNode {
  const { problem, deed } = refused;
  const stale = problem.code === "stale_write";
  return html`<div class="conflict" role="alert">
    <p><${Icon} name="alert" /><${Foreign} text=${problem.detail} /></p>
    ${stale && html`<dl>${(problem.difference ?? []).map(({ field, yours, current }) => html`<div key=${field}><dt>${field === "reuse" ? "Reuse" : "State"}</dt><dd>yours: ${shown(yours)}</dd><dd>there now: ${shown(current)}</dd></div>`)}</dl>`}
    <p class="conflict-buttons">
      <button type="button" class="button button-small" onClick=${leave}>${stale ? "Leave it as it is" : "Close"}</button>
      ${stale && html`<button type="button" class="button button-small" onClick=${again}>${deed.label} anyway</button>`}
    </p>
  </div>`;
}

/** The buttons; nothing for those who may not. */
export function Deeds({ api, report, put, reload }: DeedsProps): VNode | null {
  const [asked, setAsked] = useState<Deed | null>(null);
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState<Refused | null>(null);
  if (!mayDo("artifacts.lifecycle", report.businessUnitId)) return null;
  const does = async (deed: Deed, reason: string, version: number): Promise<void> => {
    setBusy(true);
    setRefused(null);
    const reply = await appraise(api, report.artifactId, { act: deed.act, reason, version });
    setBusy(false);
    if (reply.ok) {
      put(reply.value);
      tell(deed.done);
      return;
    }
    setRefused({ deed, reason, problem: reply.problem });
    if (reply.problem.code === "stale_write") reload();
  };
  const again = ({ deed, reason, problem }: Refused): void =>
    void does(deed, reason, problem.version ?? report.registryVersion);
  // The review on the task decides about a report that is in review.
  const deeds =
    report.lifecycle === "in_review" ? deedsFor(report).filter(({ act }) => act !== "dismiss") : deedsFor(report);
  return html`<div class="deeds">
    <div class="deeds-buttons">${deeds.map((deed) => html`<button key=${deed.act} type="button" class="button button-small" disabled=${busy} onClick=${() => setAsked(deed)}>${deed.label}</button>`)}</div>
    ${refused !== null && html`<${Conflict} refused=${refused} again=${() => again(refused)} leave=${() => setRefused(null)} />`}
    ${
      asked !== null &&
      html`<${ReasonDialog} title=${`${asked.label}?`} confirm=${asked.label} danger=${asked.danger} reason="needed" close=${() => setAsked(null)}
        done=${(reason: string) => void does(asked, reason, report.registryVersion)}><p>${asked.does}</p><//>`
    }
  </div>`;
}
