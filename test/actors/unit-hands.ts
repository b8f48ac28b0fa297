/** What a test does to a Business Unit. */
import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { BusinessUnitActor } from "../../src/actors/business-unit/actor.ts";
import { type StubOf, stubsOf } from "../../src/lib/stub.ts";
import type { RunWorld } from "../support/run-world.ts";

export type UnitStub = StubOf<BusinessUnitActor<Env>>;

/** The actor of a unit. */
export function unitOf(businessUnitId: string): UnitStub {
  return stubsOf<BusinessUnitActor<Env>>(env.BUSINESS_UNIT).getByName(businessUnitId);
}

/** The same for the tools of tests, which do not look at what it says. */
function bareUnitOf(businessUnitId: string): DurableObjectStub {
  const namespace: DurableObjectNamespace = env.BUSINESS_UNIT;
  return namespace.getByName(businessUnitId);
}

let lastUnit = 0;

/** An id nobody used before. */
export function freshUnit(): string {
  lastUnit += 1;
  return `bu_test-${lastUnit}`;
}

/** When the actor will wake; null: never. */
export function unitAlarm(businessUnitId: string): Promise<number | null> {
  return runInDurableObject(bareUnitOf(businessUnitId), (_, state) => state.storage.getAlarm());
}

/** Looks into the storage of an actor. */
export function inUnit<T>(businessUnitId: string, look: (state: DurableObjectState) => T | Promise<T>): Promise<T> {
  return runInDurableObject(bareUnitOf(businessUnitId), (_, state) => look(state));
}

/** Speaks to an actor from inside, for what it throws. */
export function withUnit<T>(businessUnitId: string, speak: (actor: BusinessUnitActor<Env>) => Promise<T>): Promise<T> {
  return runInDurableObject(bareUnitOf(businessUnitId), (instance) => {
    if (!(instance instanceof BusinessUnitActor)) throw new Error("This is no Business Unit.");
    return speak(instance);
  });
}

/** Runs the alarm while it is due by the world's clock. */
export async function settleUnit(world: RunWorld, businessUnitId: string): Promise<void> {
  for (let runs = 0; runs < 50; runs += 1) {
    const at = await unitAlarm(businessUnitId);
    if (at === null || at > world.now) return;
    await runDurableObjectAlarm(bareUnitOf(businessUnitId));
  }
  throw new Error("The actor does not come to rest.");
}

/** Throws the actor out of memory. It is spoken to first: one that is not in memory cannot be evicted. */
export async function evictUnit(businessUnitId: string): Promise<void> {
  await unitOf(businessUnitId).record();
  await evictDurableObject(bareUnitOf(businessUnitId));
}
