/** When the sources are read by themselves: once a day, in the hour of the Business Unit's own zone. */
import type { VNode } from "preact";
import * as v from "valibot";
import { ScheduleSchema } from "../../../../src/core/wire-unit.ts";
import { putPart, type WrittenUnit } from "../../api-admin.ts";
import { html } from "../../html.ts";
import { type FormSpec, Shelf } from "../../state/admin-draft.ts";
import { fieldId } from "../../state/admin-paths.ts";
import { Age, Panel } from "../parts.ts";
import { CheckField, SelectField } from "../ui/field.ts";
import { tell } from "../ui/toast.ts";
import { DraftForm, issuesByField, useDraft } from "./form.ts";
import type { TabProps } from "./unit-page.ts";

interface Form {
  readonly hour: string;
  readonly enabled: boolean;
}

const shelf = new Shelf<WrittenUnit, Form>();

const HOURS = Array.from({ length: 24 }, (_, hour) => ({
  value: String(hour),
  label: `${String(hour).padStart(2, "0")}:00`,
}));

function formOf(value: unknown): Form | null {
  const read = v.safeParse(ScheduleSchema, value);
  return read.success ? { hour: String(read.output.hour), enabled: read.output.enabled } : null;
}

export function SchedulePanel({ api, unit, changed, mayEdit }: TabProps): VNode {
  const { businessUnitId } = unit;
  const spec: FormSpec<WrittenUnit, Form> = {
    read: ({ schedule }) => ({ hour: String(schedule.hour), enabled: schedule.enabled }),
    version: ({ version }) => version,
    check: () => ({}),
    send: ({ hour, enabled }, version) =>
      putPart(api, businessUnitId, ["schedule"], { hour: Number(hour), enabled, version }),
    merge: (form, values) => formOf(values.get("schedule")) ?? form,
    errors: ({ issues }) => issuesByField(issues, ["hour", "enabled"]),
    saved(next) {
      changed(next);
      tell("The daily refresh is saved.");
    },
  };
  const draft = useDraft(shelf, { key: businessUnitId, label: "Daily refresh" }, unit, spec);
  const { form, errors } = draft.state.value;
  const next = unit.nextRefreshAt;
  return html`<${Panel} id="schedule" title="Daily refresh" aside=${next !== null && html`<span class="panel-aside muted">Next <${Age} at=${next} /></span>`}>
    <${DraftForm} draft=${draft} label="Daily refresh"><div class="admin-fields">
      <${SelectField} id=${fieldId("schedule")} label="Hour" hint=${`In ${unit.timeZone.replaceAll("_", " ")}.`} disabled=${!mayEdit || !form.enabled} value=${form.hour} error=${errors.hour} options=${HOURS} change=${(hour: string) => draft.set({ hour })} />
      <${CheckField} id="schedule-enabled" label="Refresh every day" hint="Switched off, figures are renewed on request alone." disabled=${!mayEdit} value=${form.enabled} error=${errors.enabled} change=${(enabled: boolean) => draft.set({ enabled })} />
    </div><//>
  <//>`;
}
