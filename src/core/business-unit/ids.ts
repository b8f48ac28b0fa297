/** Ids within a Business Unit, all derived from what they name. */

/** Refresh `n` (from 1) of a unit. */
export function ingestionRunIdOf(businessUnitId: string, n: number): string {
  return `ing_${businessUnitId}_${n}`;
}

/** The edit that stands in the log under that number. */
export function editIdOf(businessUnitId: string, seq: number): string {
  return `edit_${businessUnitId}_${seq}`;
}

/** The number of an edit of this unit in its log; null when the id is of no such edit. */
export function seqOfEdit(businessUnitId: string, editId: string): number | null {
  const start = `edit_${businessUnitId}_`;
  const seq = editId.startsWith(start) ? editId.slice(start.length) : "";
  return /^\d{1,9}$/.test(seq) ? Number(seq) : null;
}

/** The staff preview of a unit's dashboard: there is one. */
export function surfaceIdOf(businessUnitId: string): string {
  return `surface_${businessUnitId}`;
}

/** Quality round that the event of that number opened. */
export function qualityRoundIdOf(businessUnitId: string, seq: number): string {
  return `quality_${businessUnitId}_${seq}`;
}

const UNIT_ID = /^bu_[a-z0-9_-]{1,80}$/;

/** True for a well-formed id; anything else is refused before it names an actor. */
export function isUnitId(value: string): boolean {
  return UNIT_ID.test(value);
}
