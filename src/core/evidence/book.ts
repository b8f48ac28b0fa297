/** Collects the facts, quotes and caveats of a report while it is composed. Every value comes from its derivation. */
import { metricOf } from "./catalogue.ts";
import { evaluate } from "./evaluate.ts";
import { pick } from "./pointer.ts";
import { boundText } from "./quotes.ts";
import type { SnapshotReader } from "./rows.ts";
import type { Caveat, Derivation, Fact, FactValue, FormulaId, PeriodKey, QuotedText, Unit } from "./types.ts";

/** What a skill declares; the value is never part of it. */
export interface Declaration {
  readonly id: string;
  readonly metric: string;
  readonly derivation: Derivation;
  readonly period?: PeriodKey | null;
  /** Replaces the catalogue's unit, e.g. for a change of a count in percent. */
  readonly unit?: Unit;
  readonly currency?: string | null;
  /** Added to the metric's label, e.g. "previous period". */
  readonly aspect?: string;
  readonly caveats?: readonly string[];
}

const FACT_ID = /^[a-z0-9_.:-]{1,120}$/;

/** The facts of a report in order of declaration: inputs come before what is derived from them. */
export class EvidenceBook {
  readonly #reader: SnapshotReader;
  readonly #facts = new Map<string, Fact>();
  readonly #texts = new Map<string, QuotedText>();
  readonly #caveats = new Map<string, Caveat>();

  constructor(reader: SnapshotReader) {
    this.#reader = reader;
  }

  get facts(): readonly Fact[] {
    return [...this.#facts.values()];
  }

  get texts(): readonly QuotedText[] {
    return [...this.#texts.values()];
  }

  get caveats(): readonly Caveat[] {
    return [...this.#caveats.values()];
  }

  /** Declares a fact and evaluates it; declaring the same id again returns the first. Returns the id. */
  declare(declaration: Declaration): string {
    const { id, derivation } = declaration;
    if (!FACT_ID.test(id)) throw new RangeError(`not a fact id: ${id.slice(0, 120)}`);
    if (this.#facts.has(id)) return id;
    const metric = metricOf(declaration.metric);
    const inherited = derivation.op === "formula" ? derivation.inputs.flatMap((input) => this.get(input).caveats) : [];
    this.#facts.set(id, {
      id,
      metric: metric.id,
      label: declaration.aspect === undefined ? metric.label : `${metric.label}, ${declaration.aspect}`,
      unit: declaration.unit ?? metric.unit,
      currency: declaration.currency ?? null,
      value: evaluate(derivation, this.#reader, (input) => this.get(input).value),
      period: declaration.period ?? null,
      source: derivation.op === "formula" ? "derived" : metric.source,
      derivation,
      caveats: [...new Set([...(declaration.caveats ?? []), ...inherited])],
    });
    return id;
  }

  /** Declares a formula over earlier facts. */
  formula(
    id: string,
    formula: FormulaId,
    inputs: readonly string[],
    rest: Omit<Declaration, "id" | "derivation"> & { readonly constants?: readonly number[] },
  ): string {
    const { constants, ...declaration } = rest;
    const derivation: Derivation = {
      op: "formula",
      formula,
      inputs,
      ...(constants === undefined ? {} : { constants }),
    };
    return this.declare({ ...declaration, id, derivation });
  }

  /** Quotes an untrusted text of a snapshot; null when there is no text at the pointer. */
  quote(id: string, snapshot: string, pointer: string, part?: "path"): string | null {
    const value = pick(this.#reader.json(snapshot), pointer);
    if (typeof value !== "string") return null;
    const quoted = { id, value: boundText(value, part), snapshot, pointer };
    if (!this.#texts.has(id)) this.#texts.set(id, part === undefined ? quoted : { ...quoted, part });
    return id;
  }

  /** Records a caveat once. Returns its id. */
  caveat(id: string, text: string): string {
    if (!this.#caveats.has(id)) this.#caveats.set(id, { id, text });
    return id;
  }

  has(id: string): boolean {
    return this.#facts.has(id);
  }

  /** A declared fact. Error: RangeError for an unknown id: a bug. */
  get(id: string): Fact {
    const fact = this.#facts.get(id);
    if (fact === undefined) throw new RangeError(`fact ${id} was not declared`);
    return fact;
  }

  /** The number of a fact; null when it has none. */
  number(id: string): number | null {
    return this.get(id).value.value;
  }

  /** The typed value of a fact. */
  value(id: string): FactValue {
    return this.get(id).value;
  }
}
