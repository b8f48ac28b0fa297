/** A stored snapshot as evidence names it. */
export interface SnapshotRef {
  /** `snapshots/<businessUnitId>/<source>/<sha256>.json` */
  readonly key: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly source: "search_console" | "ga4" | "accuranker";
  readonly fetchedAt: string;
  readonly request: { readonly method: string; readonly path: string; readonly body: unknown };
  readonly rowCount: number;
}
