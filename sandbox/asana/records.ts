/** What the simulator stores. Times are ISO 8601 UTC; ids are gids. */

export interface UserRecord {
  readonly gid: string;
  readonly name: string;
  readonly email: string;
  readonly pat: string;
}

export interface ProjectRecord {
  readonly gid: string;
  readonly name: string;
  readonly createdAt: string;
  readonly owner: string;
  /** Sections in the order they are shown. */
  readonly sections: readonly string[];
  readonly customFields: readonly string[];
}

export interface SectionRecord {
  readonly gid: string;
  readonly name: string;
  readonly project: string;
  readonly createdAt: string;
}

export interface EnumOptionRecord {
  readonly gid: string;
  readonly name: string;
}

export interface CustomFieldRecord {
  readonly gid: string;
  readonly name: string;
  readonly type: "enum" | "text";
  readonly options: readonly EnumOptionRecord[];
}

/** A task's place in a project; tasks of a section are shown by ascending rank. */
export interface Membership {
  readonly project: string;
  readonly section: string;
  readonly rank: number;
}

export interface TaskRecord {
  readonly gid: string;
  readonly name: string;
  readonly notes: string;
  /** Given rich text; null when the notes were given as plain text. */
  readonly htmlNotes: string | null;
  readonly completed: boolean;
  readonly completedAt: string | null;
  readonly completedBy: string | null;
  readonly assignee: string | null;
  readonly createdBy: string;
  readonly createdAt: string;
  /** Not moved by comments or by moves between projects and sections. */
  readonly modifiedAt: string;
  readonly dueOn: string | null;
  readonly memberships: readonly Membership[];
  /** Field gid → text, or gid of the enum option. Empty fields are absent. */
  readonly customFields: Readonly<Record<string, string>>;
  readonly followers: readonly string[];
}

export interface StoryRecord {
  readonly gid: string;
  readonly task: string;
  readonly type: "comment" | "system";
  readonly subtype: string;
  readonly text: string;
  readonly html: string;
  readonly createdBy: string;
  readonly createdAt: string;
  readonly edited: boolean;
  readonly pinned: boolean;
  /** User a story of subtype `assigned` is about. */
  readonly assignee: string | null;
  /** Project a story of subtype `added_to_project` or `removed_from_project` is about. */
  readonly project: string | null;
}

export interface AttachmentRecord {
  readonly gid: string;
  readonly task: string;
  readonly name: string;
  readonly size: number;
  readonly mediaType: string;
  readonly createdAt: string;
  readonly createdBy: string;
}

export interface WebhookFilterRecord {
  readonly resource_type?: string | undefined;
  readonly resource_subtype?: string | undefined;
  readonly action?: string | undefined;
  readonly fields?: readonly string[] | undefined;
}

export interface WebhookRecord {
  readonly gid: string;
  readonly resource: string;
  readonly resourceType: "project" | "task";
  readonly target: string;
  readonly secret: string;
  readonly filters: readonly WebhookFilterRecord[];
  readonly createdBy: string;
  readonly createdAt: string;
  readonly lastSuccessAt: string | null;
  readonly lastFailureAt: string | null;
  readonly lastFailureContent: string | null;
  readonly retryCount: number;
  readonly nextAttemptAfter: string | null;
  /** First failure since the last success; 24 hours later the webhook is deleted. */
  readonly failingSince: string | null;
  readonly lastHeartbeatAt: string | null;
}

/** A compact reference inside an event. */
export interface EventObject {
  readonly gid: string;
  readonly resource_type: string;
  readonly resource_subtype?: string;
  readonly enum_value?: { readonly gid: string; readonly resource_type: string } | null;
}

/** One event as webhooks carry it. */
export interface EventBody {
  readonly user: EventObject | null;
  readonly created_at: string;
  readonly action: "changed" | "added" | "removed" | "deleted" | "undeleted";
  readonly resource: EventObject;
  readonly parent: EventObject | null;
  readonly change?: {
    readonly field: string;
    readonly action: "changed" | "added" | "removed";
    readonly new_value?: EventObject | null;
  };
}

/** An event in the ring that feeds `GET /events`. */
export interface EventRecord {
  readonly gid: string;
  readonly seq: number;
  readonly body: EventBody;
  /** Projects and tasks that carry this event. */
  readonly scopes: readonly string[];
}

/** An event a webhook still has to deliver. */
export interface PendingRecord {
  readonly gid: string;
  readonly webhook: string;
  readonly seq: number;
  readonly body: EventBody;
}
