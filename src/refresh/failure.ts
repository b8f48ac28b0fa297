/** Failures of one source, which stop that source alone; any other failure is the attempt's. */

import { type FailureRecord, failureRecord } from "../core/errors.ts";
import { LEASE_LOST } from "../core/gateway/passport.ts";

/** What a source, or the reading of what it said, failed with. */
export class SourceFailure extends Error {
  override readonly name = "SourceFailure";
  readonly failure: FailureRecord;
  constructor(failure: FailureRecord) {
    super(failure.message);
    this.failure = failure;
  }
}

/** Whatever goes wrong in here is the source's. */
export async function ofSource<T>(work: () => Promise<T> | T): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    const failure = failureRecord(thrown);
    if (failure.code === LEASE_LOST) throw thrown;
    throw new SourceFailure(failure);
  }
}

/**
 * The next page of a list. Places in lists expire, after minutes or an hour that nobody names, and a refresh that was
 * stopped in between hands in an old one: the list is begun anew with the source's next try.
 */
export async function ofNextPage<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await ofSource(work);
  } catch (thrown) {
    if (!(thrown instanceof SourceFailure) || thrown.failure.kind !== "permanent") throw thrown;
    throw new SourceFailure({ ...thrown.failure, kind: "retryable" });
  }
}

/** A page that is gone or damaged is fetched again with the source's next try. */
export async function ofStore<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    const failure = failureRecord(thrown);
    if (failure.kind !== "permanent") throw thrown;
    throw new SourceFailure({ ...failure, kind: "retryable" });
  }
}

/** Facts that cannot be written stop their source; a database that cannot write stops everything. */
export async function ofFacts<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    const own = thrown instanceof RangeError || thrown instanceof TypeError;
    if (own || failureRecord(thrown).kind === "permanent") throw new SourceFailure(failureRecord(thrown));
    throw thrown;
  }
}
