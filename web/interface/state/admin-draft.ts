/**
 * A form's values between the record they came from and the next save. Nothing typed is lost on the way: an error keeps
 * it, a conflict keeps both sides, and a page that is left without a word finds it again.
 */
import { computed, type ReadonlySignal, signal } from "@preact/signals";
import type { Problem } from "../../../src/core/wire.ts";
import type { Reply } from "../api.ts";
import { type Choices, type Conflict, conflictOf, resolved, same, theirs } from "./admin-conflict.ts";

/** What is wrong, by the name of the form's field. */
export type Errors = Readonly<Record<string, string>>;

/** How a form reads and writes its record. */
export interface FormSpec<R, F extends object> {
  /** What the form shows of the record. */
  read(record: R): F;
  version(record: R): number;
  /** What is wrong with it, before anything is sent. */
  check(form: F): Errors;
  send(form: F, version: number): Promise<Reply<R>>;
  /** The form with values of the record in the place of its own, by field of the record. */
  merge(form: F, values: ReadonlyMap<string, unknown>): F;
  /** What a refusal says about single fields of the form; what it says beyond them stands above the buttons. */
  errors(problem: Problem): Errors;
  saved(record: R): void;
}

export interface DraftState<F> {
  readonly base: F;
  readonly form: F;
  /** The version `base` was read at. */
  readonly version: number;
  readonly saving: boolean;
  readonly errors: Errors;
  /** Why the last save failed, where no field says it. */
  readonly problem: Problem | null;
  readonly conflict: Conflict | null;
}

/** Something that would be lost if the page were left. */
export interface Unsaved {
  readonly label: string;
  readonly dirty: ReadonlySignal<boolean>;
  discard(): void;
}

export class Draft<R, F extends object> implements Unsaved {
  readonly label: string;
  readonly state: ReadonlySignal<DraftState<F>>;
  readonly dirty: ReadonlySignal<boolean>;
  readonly #held;
  #spec: FormSpec<R, F>;

  constructor(label: string, record: R, spec: FormSpec<R, F>) {
    this.label = label;
    this.#spec = spec;
    const form = spec.read(record);
    this.#held = signal<DraftState<F>>({
      base: form,
      form,
      version: spec.version(record),
      saving: false,
      errors: {},
      problem: null,
      conflict: null,
    });
    this.state = this.#held;
    this.dirty = computed(() => !same(this.#held.value.base, this.#held.value.form));
  }

  /** The page that shows the form may be another one by now. */
  use(spec: FormSpec<R, F>): void {
    this.#spec = spec;
  }

  #put(change: Partial<DraftState<F>>): void {
    this.#held.value = { ...this.#held.peek(), ...change };
  }

  /** Somebody typed. What was said about a field that changed is taken back. */
  set(change: Partial<F>): void {
    const { form, errors } = this.#held.peek();
    const kept = Object.entries(errors).filter(([name]) => !Object.hasOwn(change, name));
    this.#put({ form: { ...form, ...change }, errors: Object.fromEntries(kept) });
  }

  /** The record as it is now. Where something was typed, that and the version it was typed on stay. */
  accept(record: R): void {
    if (this.dirty.peek() || this.#held.peek().saving) return;
    const form = this.#spec.read(record);
    this.#put({ base: form, form, version: this.#spec.version(record) });
  }

  discard(): void {
    this.#put({ form: this.#held.peek().base, errors: {}, problem: null, conflict: null });
  }

  /** Writes the form. True when it is saved. */
  async save(): Promise<boolean> {
    const { form, version, saving } = this.#held.peek();
    if (saving) return false;
    const errors = this.#spec.check(form);
    this.#put({ errors, problem: null });
    if (Object.keys(errors).length > 0) return false;
    this.#put({ saving: true });
    const reply = await this.#spec.send(form, version);
    this.#put({ saving: false });
    if (!reply.ok) return this.#refused(reply.problem);
    const saved = this.#spec.read(reply.value);
    // What was typed while it was being saved stays, as a change of what was saved.
    const now = this.#held.peek().form;
    const next = same(now, form) ? saved : now;
    this.#put({ base: saved, form: next, version: this.#spec.version(reply.value), conflict: null });
    this.#spec.saved(reply.value);
    return true;
  }

  #refused(problem: Problem): false {
    const { difference = [], version } = problem;
    if (problem.code === "stale_write" && difference.length > 0 && version !== undefined) {
      this.#put({ conflict: conflictOf(difference, version) });
      return false;
    }
    const errors = this.#spec.errors(problem);
    this.#put({ errors, problem: Object.keys(errors).length > 0 ? null : problem });
    return false;
  }

  /** Saves what was chosen, on the version it was chosen from. */
  async resolve(choices: Choices): Promise<boolean> {
    const { conflict, form } = this.#held.peek();
    if (conflict === null) return false;
    this.#put({
      base: this.#spec.merge(form, theirs(conflict)),
      form: this.#spec.merge(form, resolved(conflict, choices)),
      version: conflict.version,
      conflict: null,
    });
    return this.save();
  }

  /** Back to the form as it was typed; the next save meets the conflict again. */
  postpone(): void {
    this.#put({ conflict: null });
  }
}

const open = signal<ReadonlySet<Unsaved>>(new Set());

/** Forms with something in them that is not saved. */
export const unsaved: ReadonlySignal<readonly Unsaved[]> = computed(() =>
  [...open.value].filter((one) => one.dirty.value),
);

function keep(draft: Unsaved, isKept: boolean): void {
  const next = new Set(open.peek());
  if (isKept) next.add(draft);
  else next.delete(draft);
  open.value = next;
}

/** The drafts of one kind of form. */
export class Shelf<R, F extends object> {
  readonly #drafts = new Map<string, Draft<R, F>>();
  /** Forms on the page by key: one that is mounted anew is there before the old one has gone. */
  readonly #shown = new Map<string, number>();

  /** The draft of that key as it was left, or a new one. */
  open(key: string, label: string, record: R, spec: FormSpec<R, F>): Draft<R, F> {
    const draft = this.#drafts.get(key) ?? new Draft(label, record, spec);
    this.#drafts.set(key, draft);
    return draft;
  }

  /** Its form is on a page; the returned function takes it off. What was typed and not saved stays on the shelf. */
  show(key: string, draft: Draft<R, F>): () => void {
    this.#shown.set(key, (this.#shown.get(key) ?? 0) + 1);
    this.#drafts.set(key, draft);
    keep(draft, true);
    return () => {
      const left = (this.#shown.get(key) ?? 1) - 1;
      this.#shown.set(key, left);
      if (left > 0 || draft.dirty.peek()) return;
      this.#drafts.delete(key);
      keep(draft, false);
    };
  }
}

/** Throws away what is not saved anywhere. */
export function discardAll(): void {
  for (const one of unsaved.peek()) one.discard();
}
