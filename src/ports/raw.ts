/** What an upstream literally answered, kept so that every figure can be traced to it. */
export interface RawReply {
  /** The body, byte for byte as text; always valid JSON (a reply that is not never leaves the port). */
  readonly body: string;
  /** The request without any credential, for the evidence: method, path and JSON body or query. */
  readonly request: { readonly method: string; readonly path: string; readonly body: unknown };
  readonly fetchedAt: string;
}
