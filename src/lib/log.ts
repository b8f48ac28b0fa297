/** Structured log lines. Only names, counts and codes: never a task's text, a body or a credential. */

type Field = string | number | boolean | null;

function line(level: "info" | "warn" | "error", event: string, fields: Readonly<Record<string, Field>>): string {
  return JSON.stringify({ level, event, ...fields });
}

export const log = {
  info(event: string, fields: Readonly<Record<string, Field>> = {}): void {
    console.log(line("info", event, fields));
  },
  warn(event: string, fields: Readonly<Record<string, Field>> = {}): void {
    console.warn(line("warn", event, fields));
  },
  error(event: string, fields: Readonly<Record<string, Field>> = {}): void {
    console.error(line("error", event, fields));
  },
};
