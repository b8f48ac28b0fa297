/** Composition of refreshes: connectors, the bucket of snapshots, the fact store. */
import { readConfig } from "./config.ts";
import { lookAt as lookAtAsset } from "./connectors/look.ts";
import { publishFacts } from "./d1/facts-write.ts";
import { registerSnapshots } from "./d1/snapshots.ts";
import { doors } from "./doors.ts";
import type { HttpDeps } from "./http/context.ts";
import type { RefreshDeps } from "./refresh/execute.ts";
import type { Publisher, WritingRefresh } from "./refresh/publisher.ts";
import { LeaseLostError } from "./runner/lease.ts";
import { r2Results } from "./runner/stores.ts";
import { transport } from "./transport.ts";
import { connectorsOf, missingOf } from "./wiring-sources.ts";

const OVERTAKEN = "D1 takes no facts of this attempt any more: another one has the lease.";

/** The fact store, as one that stops the attempt when it is too late for it. */
function d1Publisher(database: D1Database): Publisher {
  const dated = ({ recordedAt, ...refresh }: WritingRefresh) => ({
    ...refresh,
    recordedAt: new Date(recordedAt).toISOString(),
  });
  return {
    async noteSnapshot(refresh, row) {
      if (!(await registerSnapshots(database, refresh, [row]))) throw new LeaseLostError(OVERTAKEN);
    },
    async publish(refresh, chunk) {
      const published = await publishFacts(database, { ...dated(refresh), ...chunk });
      if (published.outcome === "fenced") throw new LeaseLostError(OVERTAKEN);
      return published;
    },
  };
}

/** What a refresh needs for one message. */
export function refreshDeps(env: Env): RefreshDeps {
  const bucket = env.CLIENT_DATA_PLANE_BUCKET;
  return {
    actor: (businessUnitId) => doors(env).unit(businessUnitId),
    connectors: connectorsOf(env, readConfig(env)),
    missing: (connector) => missingOf(env, connector),
    bucket,
    publisher: d1Publisher(env.PLATFORM_BUILD_DB),
    results: r2Results(bucket),
    now: () => Date.now(),
    every: (ms, work) => {
      const timer = setInterval(work, ms);
      return () => clearInterval(timer);
    },
  };
}

/** A read-only test of a source, on request. */
export function lookAtOf(env: Env): HttpDeps["lookAt"] {
  const deps = {
    connectors: connectorsOf(env, readConfig(env)),
    missing: (connector: Parameters<typeof missingOf>[1]) => missingOf(env, connector),
    pause: transport.sleep,
  };
  return (kind, externalId) => lookAtAsset(kind, externalId, deps);
}
