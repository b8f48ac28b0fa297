/** Records in memory, written through to the durable state. */
import type { SimState } from "../kit/upstream.ts";

/** Undo steps of the change at work; a change that throws is rolled back in memory as it is on disk. */
export type UndoLog = (() => void)[];

export interface Collection<T> {
  get(gid: string): T | undefined;
  put(record: T): void;
  remove(gid: string): void;
  all(): readonly T[];
  /** Records of one group (see `groupOf`), in the order they were first put. */
  group(key: string): readonly T[];
}

/** Where and how records of one kind are kept. */
export interface CollectionParts<T> {
  readonly state: SimState;
  readonly prefix: string;
  readonly undo: UndoLog;
  readonly groupOf?: (record: T) => string;
}

/** Loads the stored records and keeps them in step with the state. */
export function collection<T extends { readonly gid: string }>(parts: CollectionParts<T>): Collection<T> {
  const { state, prefix, undo, groupOf } = parts;
  const records = new Map<string, T>();
  const groups = new Map<string, Map<string, T>>();
  const regroup = (old: T | undefined, next: T | undefined) => {
    if (groupOf === undefined) return;
    if (old !== undefined && (next === undefined || groupOf(old) !== groupOf(next)))
      groups.get(groupOf(old))?.delete(old.gid);
    if (next === undefined) return;
    const group = groups.get(groupOf(next)) ?? new Map<string, T>();
    groups.set(groupOf(next), group.set(next.gid, next));
  };
  const apply = (gid: string, next: T | undefined) => {
    regroup(records.get(gid), next);
    if (next === undefined) records.delete(gid);
    else records.set(gid, next);
  };
  for (const { value } of state.list<T>(prefix)) apply(value.gid, value);
  const change = (gid: string, next: T | undefined) => {
    const old = records.get(gid);
    undo.push(() => apply(gid, old));
    apply(gid, next);
    if (next === undefined) state.delete(prefix + gid);
    else state.set(prefix + gid, next);
  };
  return {
    get: (gid) => records.get(gid),
    put: (record) => change(record.gid, record),
    remove: (gid) => change(gid, undefined),
    all: () => [...records.values()],
    group: (key) => [...(groups.get(key)?.values() ?? [])],
  };
}
