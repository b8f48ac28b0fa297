/** One kind of source: what is set, how it answered when it was tested, and the form that changes it. */
import type { VNode } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Problem } from "../../../../src/core/wire.ts";
import { removePart, testSource, type WrittenUnit } from "../../api-admin.ts";
import { html } from "../../html.ts";
import { fieldId } from "../../state/admin-paths.ts";
import type { SourceWords } from "../../state/admin-words.ts";
import { mayDo } from "../../state/session.ts";
import { Icon } from "../icons.ts";
import { Age, Foreign } from "../parts.ts";
import { ReasonDialog } from "../reason-dialog.ts";
import { Badge } from "../ui/badge.ts";
import { tell } from "../ui/toast.ts";
import { useWantedField } from "./jump.ts";
import { SourceForm } from "./source-form.ts";
import type { TabProps } from "./unit-page.ts";

export interface SourceProps extends TabProps {
  readonly words: SourceWords;
}

type Source = WrittenUnit["sources"][number];

function StateBadge({ words, source }: { words: SourceWords; source: Source | null }): VNode {
  if (source === null)
    return words.needed === true ? html`<${Badge} tone="wait">Needed<//>` : html`<${Badge} tone="idle">Not set<//>`;
  if (source.tested === null) return html`<${Badge} tone="idle">Not tested<//>`;
  return source.tested.ok ? html`<${Badge} tone="good">Answers<//>` : html`<${Badge} tone="bad">Fails<//>`;
}

function Tested({ source }: { source: Source }): VNode | null {
  if (source.tested === null) return null;
  const { ok, at, detail } = source.tested;
  return html`<p class=${ok ? "asset-note" : "asset-note asset-fails"}><${Foreign} text=${detail} /> <span class="muted">Tested <${Age} at=${at} />.</span></p>`;
}

/** The test under way and what it came to. */
function useTest({ api, unit, changed, words }: SourceProps) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const test = async (): Promise<void> => {
    setBusy(true);
    setProblem(null);
    const reply = await testSource(api, unit.businessUnitId, words.kind);
    setBusy(false);
    if (!reply.ok) return setProblem(reply.problem);
    changed(reply.value);
    const after = reply.value.sources.find(({ kind }) => kind === words.kind)?.tested;
    tell(`${words.name} ${after?.ok === true ? "answers" : "does not answer"}.`, after?.ok === true ? "good" : "bad");
  };
  return { busy, problem, setProblem, test };
}

/** Asks, then removes; figures that were read stay. */
function Remove({
  words,
  close,
  remove,
}: {
  words: SourceWords;
  close: () => void;
  remove: (reason: string) => void;
}): VNode {
  return html`<${ReasonDialog} title=${`Remove ${words.name}?`} confirm="Remove" danger=${true} reason="optional" close=${close} done=${remove}>
    <p>It is read no more, and another client may use its id. Figures that were read stay, and the history can put it back.</p>
  <//>`;
}

export function SourceRow(props: SourceProps): VNode {
  const { api, unit, words, mayEdit, changed } = props;
  const source = unit.sources.find(({ kind }) => kind === words.kind) ?? null;
  const field = `sources.${words.kind}`;
  const wanted = useWantedField();
  const [editing, setEditing] = useState(false);
  const [removing, setRemoving] = useState(false);
  const [warnings, setWarnings] = useState<WrittenUnit["warnings"]>([]);
  const opener = useRef<HTMLButtonElement>(null);
  const { busy, problem, setProblem, test } = useTest(props);
  // What is to be set is open at once; what is set is looked at first.
  useEffect(() => {
    if (wanted === field && mayEdit && source === null) setEditing(true);
  }, [wanted]);
  const close = (): void => {
    setEditing(false);
    requestAnimationFrame(() => opener.current?.focus());
  };
  const saved = (next: WrittenUnit): void => {
    setWarnings(next.warnings);
    changed(next);
    tell(`${words.name} is saved.`);
  };
  const remove = async (reason: string): Promise<void> => {
    const reply = await removePart(api, unit.businessUnitId, ["sources", words.kind], {
      version: unit.version,
      reason,
    });
    setProblem(reply.ok ? null : reply.problem);
    if (!reply.ok) return;
    setWarnings([]);
    changed(reply.value);
    tell(`${words.name} is removed.`);
  };
  // In the archive too: another client may need the id.
  const mayRemove = mayDo("units.write", unit.businessUnitId);
  const mayTest = source !== null && mayDo("sources.test", unit.businessUnitId);
  return html`<li class="asset" id=${editing ? undefined : fieldId(field)} tabindex=${editing ? undefined : -1}>
    <div class="asset-head">
      <h3>${words.name}</h3><${StateBadge} words=${words} source=${source} />
      <p class="asset-id">${source === null ? html`<span class="muted">${words.hint}</span>` : html`<code><${Foreign} text=${source.externalId} /></code>${source.label !== null && html` <span class="muted"><${Foreign} text=${source.label} /></span>`}`}</p>
      <p class="asset-buttons">
        ${mayTest && html`<button type="button" class="button button-small" disabled=${busy} onClick=${() => void test()}>${busy ? "Testing…" : "Test"}<span class="sr-only"> ${words.name}</span></button>`}
        ${mayEdit && !editing && html`<button ref=${opener} type="button" class="button button-small" onClick=${() => setEditing(true)}>${source === null ? "Set" : "Change"}<span class="sr-only"> ${words.name}</span></button>`}
        ${mayRemove && source !== null && !editing && html`<button type="button" class="button button-small button-quiet" onClick=${() => setRemoving(true)}>Remove<span class="sr-only"> ${words.name}</span></button>`}
      </p>
    </div>
    ${source !== null && html`<${Tested} source=${source} />`}
    <div role="alert">${problem !== null && html`<p class="inline-problem"><${Icon} name="alert" /><span>${problem.detail}</span></p>`}</div>
    ${(warnings ?? []).map((one) => html`<p key=${one.detail} class="asset-warning" role="status"><${Icon} name="alert" /><${Foreign} text=${one.detail} /></p>`)}
    ${editing && html`<${SourceForm} ...${props} source=${source} saved=${saved} close=${close} />`}
    ${removing && html`<${Remove} words=${words} close=${() => setRemoving(false)} remove=${(reason: string) => void remove(reason)} />`}
  </li>`;
}
