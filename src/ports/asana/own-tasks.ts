/** Tasks that Jessie opens herself: the error tasks. */

/** A task of a project, as far as one is told from another. */
export interface AsanaOwnTask {
  readonly gid: string;
  readonly name: string;
  /** null while it is open. */
  readonly completedAt: string | null;
  readonly createdByGid: string | null;
  readonly url: string | null;
}

/**
 * Errors as `AsanaPort`. A creation that timed out may have happened: callers look for their mark in the project before
 * they create again.
 */
export interface AsanaOwnTasksPort {
  /** Tasks of a project that are open or were completed after `since`, paged fully. */
  tasksOf(projectGid: string, since: string): Promise<readonly AsanaOwnTask[]>;
  ownTask(gid: string): Promise<AsanaOwnTask | null>;
  /** Nobody's task in the project; `notes` is plain text. */
  createTask(projectGid: string, task: { readonly name: string; readonly notes: string }): Promise<AsanaOwnTask>;
  /** Replaces the description. */
  updateTask(gid: string, change: { readonly notes: string }): Promise<"updated" | "gone">;
}
