/** A read-only look at an asset on request: does it answer, as what, and what is not as it should be. */
import type { AssetKind, AssetTest } from "../core/business-unit/types.ts";
import { failureRecord } from "../core/errors.ts";
import type { AssetAnswer, Connector } from "../ports/connector.ts";
import type { Connectors } from "./connectors.ts";

/** A person waits for the answer. */
const PATIENCE_MS = 15_000;

export type AssetLook = Pick<AssetTest, "ok" | "code" | "detail">;

export interface LookDeps {
  readonly connectors: Connectors;
  /** Names of the connector's secrets that are not set. */
  missing(connector: Connector): Promise<readonly string[]>;
  /** Settles after so many milliseconds. */
  pause(ms: number): Promise<void>;
}

/** Never fails: what went wrong is the answer. */
export async function lookAt(kind: AssetKind, externalId: string, deps: LookDeps): Promise<AssetLook> {
  const connector = Object.values(deps.connectors).find(({ assetKind }) => assetKind === kind);
  if (connector === undefined)
    return {
      ok: false,
      code: "no_connector",
      detail: "No refresh reads this kind of source, so there is nothing to test.",
    };
  const missing = await deps.missing(connector);
  if (missing.length > 0)
    return { ok: false, code: "secret_missing", detail: `Not set in this environment: ${missing.join(", ")}.` };
  const late = deps
    .pause(PATIENCE_MS)
    .then((): AssetLook => ({ ok: false, code: "timeout", detail: `No answer within ${PATIENCE_MS / 1000} seconds.` }));
  return Promise.race([looked(connector, externalId), late]);
}

async function looked(connector: Connector, externalId: string): Promise<AssetLook> {
  try {
    return wordsOf(await connector.look(externalId));
  } catch (thrown) {
    const { kind, code, message } = failureRecord(thrown);
    // What a bug says is for us, not for whoever set up a source.
    if (kind === "bug")
      return { ok: false, code: "unexpected", detail: "The test failed because of an error of ours." };
    return { ok: false, code, detail: message };
  }
}

function wordsOf({ label, timeZone, currency, problem }: AssetAnswer): AssetLook {
  const seen = [label, timeZone, currency].filter((word) => word !== null).join(", ");
  return problem === null
    ? { ok: true, code: "ok", detail: `It answered: ${seen}.` }
    : { ok: false, code: "not_as_needed", detail: `${problem} (${seen})` };
}
