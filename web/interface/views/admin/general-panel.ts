/** What a Business Unit is called, and in which zone and currency it counts. */
import type { VNode } from "preact";
import { changeUnit, type WrittenUnit } from "../../api-admin.ts";
import { html } from "../../html.ts";
import { type FormSpec, Shelf } from "../../state/admin-draft.ts";
import { fieldId } from "../../state/admin-paths.ts";
import { Panel } from "../parts.ts";
import { SelectField, TextField } from "../ui/field.ts";
import { tell } from "../ui/toast.ts";
import { currencyChoices, GENERAL_FIELDS, type GeneralForm, zoneChoices } from "./create-unit.ts";
import { DraftForm, issuesByField, useDraft } from "./form.ts";
import type { TabProps } from "./unit-page.ts";

const shelf = new Shelf<WrittenUnit, GeneralForm>();

export function GeneralPanel({ api, unit, changed, mayEdit }: TabProps): VNode {
  const { businessUnitId } = unit;
  const spec: FormSpec<WrittenUnit, GeneralForm> = {
    read: ({ name, timeZone, currency }) => ({ name, timeZone, currency }),
    version: ({ version }) => version,
    check: ({ name }) => (name.trim() === "" ? { name: "A Business Unit needs a name." } : {}),
    send: (form, version) => changeUnit(api, businessUnitId, { ...form, name: form.name.trim(), version }),
    merge: (form, values) => ({
      name: String(values.get("name") ?? form.name),
      timeZone: String(values.get("timeZone") ?? form.timeZone),
      currency: String(values.get("currency") ?? form.currency),
    }),
    errors: ({ issues }) => issuesByField(issues, GENERAL_FIELDS),
    saved(next) {
      changed(next);
      tell("Saved.");
    },
  };
  const draft = useDraft(shelf, { key: businessUnitId, label: "Name, time zone and currency" }, unit, spec);
  const { form, errors } = draft.state.value;
  return html`<${Panel} id="general" title="General">
    <${DraftForm} draft=${draft} label="General"><div class="admin-fields">
      <${TextField} id=${fieldId("name")} label="Name" hint="Links stay as they are when it changes." maxlength=${120} disabled=${!mayEdit} value=${form.name} error=${errors.name} change=${(name: string) => draft.set({ name })} />
      <${SelectField} id=${fieldId("timeZone")} label="Time zone" hint="Figures of days before stay as they were counted." disabled=${!mayEdit} value=${form.timeZone} error=${errors.timeZone} options=${zoneChoices(form.timeZone)} change=${(timeZone: string) => draft.set({ timeZone })} />
      <${SelectField} id=${fieldId("currency")} label="Currency" hint="Money of before stays in the old one." disabled=${!mayEdit} value=${form.currency} error=${errors.currency} options=${currencyChoices(form.currency)} change=${(currency: string) => draft.set({ currency })} />
    </div><//>
  <//>`;
}
