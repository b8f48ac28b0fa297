/** Tasks of a client's project that their owner shows to the client. Any other never leaves the port. */
import type { RawReply } from "../raw.ts";

export interface ClientProject {
  readonly gid: string;
  readonly name: string;
  /** False: the project lacks the field, so none of its tasks can be shown. */
  readonly hasField: boolean;
  readonly raw: RawReply;
}

export interface ClientTask {
  readonly gid: string;
  readonly name: string;
  /** `YYYY-MM-DD`. */
  readonly dueOn: string | null;
  readonly completed: boolean;
  readonly completedAt: string | null;
  /** Section within the client's project. */
  readonly section: string | null;
  readonly permalink: string | null;
}

export interface ClientTasksPage {
  readonly tasks: readonly ClientTask[];
  /** Hand it in for the next page; null: this was the last. */
  readonly next: string | null;
  /** Not as received: tasks that are not flagged, other projects and other fields are cut out before anything sees them. */
  readonly raw: RawReply;
}

/** Errors as `AsanaPort`; a project that is not there is PermanentError `asana_not_found`. */
export interface AsanaClientTasksPort {
  /** The project itself: a read-only test of a source. */
  clientProject(projectGid: string): Promise<ClientProject>;
  /** One page of the flagged tasks that are open or were completed after `since` (ISO instant). A page may be empty. */
  visibleTasks(projectGid: string, since: string, next?: string | null): Promise<ClientTasksPage>;
}
