/** Form controls of tasks. */
import { CUSTOM_FIELDS } from "../../seed.ts";
import type { CustomFieldRecord } from "../records.ts";
import { html, type Markup } from "./html.ts";

/** Values of the shared task fields. */
export interface FieldValues {
  readonly name: string;
  readonly notes: string;
  /** Custom field gid → stored value. */
  readonly fields: Readonly<Record<string, string>>;
}

/** Title, notes and custom fields; `prefix` keeps ids apart when a page has two forms. */
export function taskControls(prefix: string, values: FieldValues, fields: readonly CustomFieldRecord[]): Markup {
  return html`<div class="field"><label for="${prefix}-name">Title</label>
<input id="${prefix}-name" name="name" required maxlength="500" autocomplete="off" value="${values.name}"></div>
<div class="field"><label for="${prefix}-notes">Description</label>
<textarea id="${prefix}-notes" name="notes" rows="4">
${values.notes}</textarea></div>
<div class="row">${fields.map((field) => customControl(prefix, field, values.fields[field.gid] ?? ""))}</div>`;
}

function customControl(prefix: string, field: CustomFieldRecord, value: string): Markup {
  const id = `${prefix}-${field.gid}`;
  const name = `field-${field.gid}`;
  const label = html`<label for="${id}">${field.name}</label>`;
  if (field.type === "text") {
    const hint = field.gid === CUSTOM_FIELDS.period.gid ? "e.g. October 2026" : "";
    return html`<div class="field">${label}<input id="${id}" name="${name}" autocomplete="off" placeholder="${hint}" value="${value}"></div>`;
  }
  const options = field.options.map(
    (option) =>
      html`<option value="${option.gid}"${option.gid === value ? html` selected` : null}>${option.name}</option>`,
  );
  return html`<div class="field">${label}<select id="${id}" name="${name}"><option value="">—</option>${options}</select></div>`;
}

/** Reads what `taskControls` sends. Fields that were not sent are left out. */
export function readControls(form: URLSearchParams, fields: readonly CustomFieldRecord[]) {
  const sent = fields.flatMap(({ gid }) => {
    const value = form.get(`field-${gid}`);
    return value === null ? [] : [[gid, value === "" ? null : value] as const];
  });
  return {
    name: form.get("name") ?? "",
    notes: normalised(form.get("notes") ?? ""),
    custom_fields: Object.fromEntries(sent),
  };
}

/** Browsers send CRLF; the API's clients do not. */
export function normalised(text: string): string {
  return text.replaceAll("\r\n", "\n");
}
