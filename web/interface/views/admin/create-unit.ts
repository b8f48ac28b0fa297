/** A new Business Unit of a client: its name, and in which zone and currency it counts. */
import type { VNode } from "preact";
import { useLocation } from "preact-iso/router";
import type { ClientView } from "../../../../src/core/wire-registry.ts";
import type { Api } from "../../api.ts";
import { addUnit, type WrittenUnit } from "../../api-admin.ts";
import { html } from "../../html.ts";
import { type FormSpec, Shelf } from "../../state/admin-draft.ts";
import { unitPath } from "../../state/admin-paths.ts";
import { SelectField, TextField } from "../ui/field.ts";
import { tell } from "../ui/toast.ts";
import type { Known } from "./admin-page.ts";
import { DraftForm, issuesByField, useDraft } from "./form.ts";

/** Name, time zone and currency of a Business Unit. */
export interface GeneralForm {
  readonly name: string;
  readonly timeZone: string;
  readonly currency: string;
}

export const GENERAL_FIELDS = ["name", "timeZone", "currency"] as const;

/** The zones this browser knows, and the one that is set, which it may not know. */
export function zoneChoices(current: string): readonly { readonly value: string; readonly label: string }[] {
  const zones = new Set(["UTC", ...Intl.supportedValuesOf("timeZone"), current]);
  return [...zones].filter(Boolean).map((value) => ({ value, label: value.replaceAll("_", " ") }));
}

const CURRENCY_NAMES = new Intl.DisplayNames("en", { type: "currency" });

function currencyLabel(code: string): string {
  return /^[A-Z]{3}$/.test(code) ? `${code} · ${CURRENCY_NAMES.of(code) ?? code}` : code;
}

/** The currencies this browser knows, and the one that is set. */
export function currencyChoices(current: string): readonly { readonly value: string; readonly label: string }[] {
  const codes = new Set([...Intl.supportedValuesOf("currency"), current]);
  return [...codes].filter(Boolean).map((value) => ({ value, label: currencyLabel(value) }));
}

const shelf = new Shelf<WrittenUnit | null, GeneralForm>();

interface Props {
  readonly api: Api;
  readonly known: Known;
  readonly client: ClientView;
  /** The first one mostly bears the client's name. */
  readonly first: boolean;
  readonly close: () => void;
}

export function CreateUnit({ api, known, client, first, close }: Props): VNode {
  const { route } = useLocation();
  const spec: FormSpec<WrittenUnit | null, GeneralForm> = {
    read: () => ({
      name: first ? client.name : "",
      timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
      currency: "USD",
    }),
    version: () => 0,
    check: ({ name }) => (name.trim() === "" ? { name: "A Business Unit needs a name." } : {}),
    send: (form) => addUnit(api, { ...form, name: form.name.trim(), clientId: client.clientId }),
    merge: (form) => form,
    errors: ({ issues }) => issuesByField(issues, GENERAL_FIELDS),
    saved(unit) {
      if (unit === null) return;
      known.unitChanged(unit);
      tell(`${unit.name} is created.`);
      route(unitPath(unit.businessUnitId));
    },
  };
  const draft = useDraft(shelf, { key: client.clientId, label: `A new Business Unit of ${client.name}` }, null, spec);
  const { form, errors } = draft.state.value;
  const cancel = (): void => {
    draft.discard();
    close();
  };
  return html`<section class="panel" aria-labelledby="new-unit">
    <header class="panel-head"><h2 id="new-unit">New Business Unit</h2></header>
    <${DraftForm} draft=${draft} label="New Business Unit" submit="Create Business Unit" cancel=${cancel}>
      <div class="admin-fields">
        <${TextField} id="unit-name" label="Name" required=${true} maxlength=${120} value=${form.name} error=${errors.name} change=${(name: string) => draft.set({ name })} />
        <${SelectField} id="unit-zone" label="Time zone" hint="Days begin and end in it." value=${form.timeZone} error=${errors.timeZone} options=${zoneChoices(form.timeZone)} change=${(timeZone: string) => draft.set({ timeZone })} />
        <${SelectField} id="unit-currency" label="Currency" hint="Money is shown in it." value=${form.currency} error=${errors.currency} options=${currencyChoices(form.currency)} change=${(currency: string) => draft.set({ currency })} />
      </div>
    <//>
  </section>`;
}
