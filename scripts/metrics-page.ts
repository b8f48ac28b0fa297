/** The page about metrics, written from the catalogue: what each one means, what of it may be added up, when it is final. */
import { SOURCES } from "../src/core/business-unit/types.ts";
import { CAVEATS } from "../src/core/curation/caveats.ts";
import { REQUESTS } from "../src/core/curation/requests.ts";
import { definitionOf, METRICS, type Metric } from "../src/core/evidence/catalogue.ts";
import { LEDGER } from "../src/core/facts/ledger.ts";

const ADDS: Readonly<Record<Metric["adds"], string>> = {
  everywhere: "over periods and parts",
  periods: "over periods",
  members: "over parts",
  never: "never",
};

/** `docs/metrics.md`, whole. */
export function metricsPage(): string {
  const sections = SOURCES.flatMap((source) => {
    const metrics = [...METRICS.values()].filter((metric) => metric.source === source);
    const requests = table(
      ["query", "asks for", "pages"],
      REQUESTS[source].map(({ query, asks, pages }) => [code(query), asks, pages]),
    );
    const stored = metrics.filter((metric) => metric.stored !== null);
    const others = metrics.filter((metric) => metric.stored === null);
    return [
      `## \`${source}\``,
      "A refresh asks for:",
      requests,
      ...(stored.length === 0 ? [] : ["Stored as facts:", storedTable(stored)]),
      ...(others.length === 0 ? [] : ["Computed by reports alone:", reportTable(others)]),
    ];
  });
  return `${[INTRODUCTION, ...sections, "## Known breaks", ledgerTable(), "## Caveats", caveatTable()].join("\n\n")}\n`;
}

const INTRODUCTION = `# Metrics

Written from the catalogue (\`src/core/evidence/metrics/\`) by \`npm run metrics\`; a test compares. *Adds up* says what a total may be
computed from: where it says never, the total is a query of its own. *Final* is the number of days after which the source
no longer changes a day. The version of a definition changes with everything that changes what the number means.`;

function storedTable(metrics: readonly Metric[]): string {
  return table(
    ["metric", "definition", "formula", "unit", "adds up", "final", "stored", "version"],
    metrics.map((metric) => [
      `${code(metric.id)} ${metric.label}`,
      metric.definition,
      metric.formula === null ? "" : code(metric.formula),
      metric.unit,
      ADDS[metric.adds],
      `${metric.maturityDays} d`,
      storedAs(metric),
      code(definitionOf(metric)),
    ]),
  );
}

function storedAs({ stored }: Metric): string {
  const grains = [
    ["day", stored?.day],
    ["month", stored?.month],
  ] as const;
  return grains.flatMap(([grain, by]) => (by === undefined ? [] : [`${grain}: ${by.join(", ")}`])).join("; ");
}

function reportTable(metrics: readonly Metric[]): string {
  return table(
    ["metric", "definition", "unit", "adds up"],
    metrics.map(({ id, label, definition, unit, adds }) => [`${code(id)} ${label}`, definition, unit, ADDS[adds]]),
  );
}

function ledgerTable(): string {
  return table(
    ["break", "days", "what", "handling", "metrics"],
    LEDGER.map(({ id, from, to, effect, handling, metrics }) => [
      code(id),
      `${from === "2000-01-01" ? "ever" : from} to ${to === "9999-12-31" ? "now" : to}`,
      effect,
      handling,
      metrics.map(code).join(" "),
    ]),
  );
}

function caveatTable(): string {
  return table(
    ["caveat", "words"],
    [...CAVEATS].map(([id, words]) => [code(id), words]),
  );
}

function code(text: string): string {
  return `\`${text}\``;
}

function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(heads), line(heads.map(() => "---")), ...rows.map(line)].join("\n");
}
