/** Days as upstreams take them: `YYYY-MM-DD`. */

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const MS_PER_DAY = 86_400_000;

/** True for a day that exists in the calendar. */
export function isDay(text: string): boolean {
  if (!DAY.test(text)) return false;
  const at = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text);
}

/** Days in an inclusive range; 0 when it is backwards or no range of days. */
export function daysIn(from: string, to: string): number {
  if (!isDay(from) || !isDay(to)) return 0;
  return Math.max(0, (Date.parse(to) - Date.parse(from)) / MS_PER_DAY + 1);
}
