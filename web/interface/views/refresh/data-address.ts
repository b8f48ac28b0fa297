/** Addresses of the pages about a Business Unit's data. */

/** The lists there are, in their order. */
export const LISTS = [
  { id: "refreshes", label: "Refreshes" },
  { id: "restatements", label: "Restatements" },
  { id: "reads", label: "Who read it" },
] as const;
export type ListId = (typeof LISTS)[number]["id"];

/** Address of one of the lists, the refreshes unless told otherwise. */
export function dataPage(businessUnitId: string, list: ListId = "refreshes"): string {
  const path = `/data/${encodeURIComponent(businessUnitId)}`;
  return list === "refreshes" ? path : `${path}/${list}`;
}
