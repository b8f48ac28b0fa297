/** Filter expressions of the Data API as predicates. */
import * as v from "valibot";

/** How a leaf reads the field it names; undefined when the name is unknown. */
export type FieldValue = (field: string) => string | undefined;
export type Predicate = (value: FieldValue) => boolean;

const StringFilter = v.strictObject({
  matchType: v.optional(
    v.picklist(["EXACT", "BEGINS_WITH", "ENDS_WITH", "CONTAINS", "FULL_REGEXP", "PARTIAL_REGEXP"]),
    "EXACT",
  ),
  value: v.string(),
  caseSensitive: v.optional(v.boolean(), false),
});
const InListFilter = v.strictObject({ values: v.array(v.string()), caseSensitive: v.optional(v.boolean(), false) });
const NumericFilter = v.strictObject({
  operation: v.picklist(["EQUAL", "LESS_THAN", "LESS_THAN_OR_EQUAL", "GREATER_THAN", "GREATER_THAN_OR_EQUAL"]),
  value: v.union([
    v.pipe(
      v.strictObject({ int64Value: v.union([v.string(), v.number()]) }),
      v.transform((given) => Number(given.int64Value)),
    ),
    v.pipe(
      v.strictObject({ doubleValue: v.number() }),
      v.transform((given) => given.doubleValue),
    ),
  ]),
});
const Leaf = v.strictObject({
  fieldName: v.string(),
  stringFilter: v.exactOptional(StringFilter),
  inListFilter: v.exactOptional(InListFilter),
  numericFilter: v.exactOptional(NumericFilter),
});

/** A parsed expression. */
export interface Expression {
  readonly andGroup?: { readonly expressions: readonly Expression[] };
  readonly orGroup?: { readonly expressions: readonly Expression[] };
  readonly notExpression?: Expression;
  readonly filter?: v.InferOutput<typeof Leaf>;
}

const Group = v.strictObject({
  expressions: v.array(v.lazy((): v.GenericSchema<unknown, Expression> => ExpressionSchema)),
});

/** `{ filter }`, `{ andGroup }`, `{ orGroup }` or `{ notExpression }`. */
export const ExpressionSchema: v.GenericSchema<unknown, Expression> = v.strictObject({
  andGroup: v.exactOptional(Group),
  orGroup: v.exactOptional(Group),
  notExpression: v.exactOptional(v.lazy((): v.GenericSchema<unknown, Expression> => ExpressionSchema)),
  filter: v.exactOptional(Leaf),
});

/** Names of the fields an expression looks at. */
export function fieldsOf(expression: Expression | undefined): string[] {
  if (expression === undefined) return [];
  const groups = [...(expression.andGroup?.expressions ?? []), ...(expression.orGroup?.expressions ?? [])];
  return [
    ...(expression.filter === undefined ? [] : [expression.filter.fieldName]),
    ...fieldsOf(expression.notExpression),
    ...groups.flatMap(fieldsOf),
  ];
}

/** A predicate over one row. Throws `SyntaxError` for a regular expression that is none. */
export function predicateOf(expression: Expression | undefined): Predicate {
  if (expression === undefined) return () => true;
  const all = expression.andGroup?.expressions.map(predicateOf);
  const any = expression.orGroup?.expressions.map(predicateOf);
  const not = expression.notExpression === undefined ? undefined : predicateOf(expression.notExpression);
  const leaf = expression.filter === undefined ? undefined : leafOf(expression.filter);
  return (value) =>
    (all?.every((each) => each(value)) ?? true) &&
    (any?.some((each) => each(value)) ?? true) &&
    !(not?.(value) ?? false) &&
    (leaf?.(value) ?? true);
}

function leafOf(leaf: v.InferOutput<typeof Leaf>): Predicate {
  const tests = [textTest(leaf.stringFilter), listTest(leaf.inListFilter), numberTest(leaf.numericFilter)];
  return (value) => {
    const found = value(leaf.fieldName);
    return found !== undefined && tests.every((test) => test(found));
  };
}

type Test = (found: string) => boolean;

function textTest(filter: v.InferOutput<typeof StringFilter> | undefined): Test {
  if (filter === undefined) return () => true;
  const fold = (text: string): string => (filter.caseSensitive ? text : text.toLowerCase());
  const wanted = fold(filter.value);
  switch (filter.matchType) {
    case "EXACT":
      return (found) => fold(found) === wanted;
    case "BEGINS_WITH":
      return (found) => fold(found).startsWith(wanted);
    case "ENDS_WITH":
      return (found) => fold(found).endsWith(wanted);
    case "CONTAINS":
      return (found) => fold(found).includes(wanted);
    default: {
      const whole = filter.matchType === "FULL_REGEXP";
      const pattern = new RegExp(whole ? `^(?:${filter.value})$` : filter.value, filter.caseSensitive ? "" : "i");
      return (found) => pattern.test(found);
    }
  }
}

function listTest(filter: v.InferOutput<typeof InListFilter> | undefined): Test {
  if (filter === undefined) return () => true;
  const fold = (text: string): string => (filter.caseSensitive ? text : text.toLowerCase());
  const wanted = new Set(filter.values.map(fold));
  return (found) => wanted.has(fold(found));
}

function numberTest(filter: v.InferOutput<typeof NumericFilter> | undefined): Test {
  if (filter === undefined) return () => true;
  const { operation, value } = filter;
  return (text) => {
    const found = Number(text);
    if (operation === "EQUAL") return found === value;
    if (operation === "LESS_THAN") return found < value;
    if (operation === "LESS_THAN_OR_EQUAL") return found <= value;
    return operation === "GREATER_THAN" ? found > value : found >= value;
  };
}
