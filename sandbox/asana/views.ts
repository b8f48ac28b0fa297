/** Every record with all fields Asana could show of it. Field names and types: Asana REST 1.0, response schemas. */
import { downloadPath } from "./downloads.ts";
import type { Group, Resource } from "./fields.ts";
import type { AttachmentRecord, Membership, StoryRecord, TaskRecord, WebhookRecord } from "./records.ts";
import { plainAsHtml } from "./rich-text.ts";
import {
  bare,
  customFieldsOf,
  customFieldView,
  projectView,
  resource,
  sectionView,
  userView,
  type Viewer,
  workspaceView,
} from "./views-places.ts";

function membershipView(viewer: Viewer, membership: Membership): Group {
  const project = viewer.world.projects.get(membership.project);
  const section = viewer.world.sections.get(membership.section);
  return {
    kind: "group",
    members: {
      project: project === undefined ? null : projectView(viewer, project),
      section: section === undefined ? null : sectionView(viewer, section),
    },
  };
}

/** A task. */
export function taskView(viewer: Viewer, task: TaskRecord): Resource {
  const { world } = viewer;
  return resource(
    {
      gid: () => task.gid,
      resource_type: () => "task",
      resource_subtype: () => "default_task",
      name: () => task.name,
      approval_status: () => null,
      assignee: () => userView(viewer, task.assignee),
      assignee_status: () => "upcoming",
      completed: () => task.completed,
      completed_at: () => task.completedAt,
      completed_by: () => userView(viewer, task.completedBy),
      created_at: () => task.createdAt,
      created_by: () => bare(userView(viewer, task.createdBy)),
      custom_fields: () =>
        customFieldsOf(world, task).map((field) => customFieldView(field, task.customFields[field.gid] ?? null)),
      due_at: () => null,
      due_on: () => task.dueOn,
      followers: () => task.followers.map((gid) => userView(viewer, gid)),
      hearted: () => false,
      hearts: () => [],
      html_notes: () => task.htmlNotes ?? plainAsHtml(task.notes),
      liked: () => false,
      likes: () => [],
      memberships: () => task.memberships.map((membership) => membershipView(viewer, membership)),
      modified_at: () => task.modifiedAt,
      notes: () => task.notes,
      num_hearts: () => 0,
      num_likes: () => 0,
      num_subtasks: () => 0,
      parent: () => null,
      permalink_url: () => `${viewer.origin}/asana/tasks/${task.gid}`,
      projects: () =>
        task.memberships
          .map(({ project }) => world.projects.get(project))
          .flatMap((project) => (project === undefined ? [] : [projectView(viewer, project)])),
      start_on: () => null,
      tags: () => [],
      workspace: () => workspaceView(),
    },
    ["gid", "resource_type", "name", "resource_subtype", "created_by"],
    ["html_notes", "num_subtasks", "approval_status"],
  );
}

/** The task a record hangs on; null when it was deleted. */
function parentTask(viewer: Viewer, gid: string): Resource | null {
  const task = viewer.world.tasks.get(gid);
  return task === undefined ? null : taskView(viewer, task);
}

/** A comment or a system story. */
export function storyView(viewer: Viewer, story: StoryRecord): Resource {
  const project = story.project === null ? undefined : viewer.world.projects.get(story.project);
  return resource(
    {
      gid: () => story.gid,
      resource_type: () => "story",
      resource_subtype: () => story.subtype,
      type: () => story.type,
      created_at: () => story.createdAt,
      created_by: () => userView(viewer, story.createdBy),
      text: () => story.text,
      html_text: () => story.html,
      is_editable: () => story.type === "comment",
      is_edited: () => story.edited,
      is_pinned: () => story.pinned,
      hearted: () => false,
      hearts: () => [],
      liked: () => false,
      likes: () => [],
      num_hearts: () => 0,
      num_likes: () => 0,
      previews: () => [],
      source: () => "api",
      target: () => parentTask(viewer, story.task),
      ...(story.assignee === null ? {} : { assignee: () => userView(viewer, story.assignee) }),
      ...(project === undefined ? {} : { project: () => projectView(viewer, project) }),
    },
    ["gid", "resource_type", "created_at", "created_by", "resource_subtype", "text", "type"],
    ["html_text"],
  );
}

/** An attachment, with a fresh download address. */
export function attachmentView(viewer: Viewer, attachment: AttachmentRecord): Resource {
  const page = () => `${viewer.origin}/asana/files/${attachment.gid}`;
  return resource(
    {
      gid: () => attachment.gid,
      resource_type: () => "attachment",
      resource_subtype: () => "asana",
      name: () => attachment.name,
      connected_to_app: () => false,
      created_at: () => attachment.createdAt,
      download_url: () => viewer.origin + downloadPath(viewer.world, attachment.gid),
      host: () => "asana",
      parent: () => parentTask(viewer, attachment.task),
      permanent_url: page,
      size: () => attachment.size,
      view_url: () => viewer.origin + downloadPath(viewer.world, attachment.gid),
    },
    ["gid", "resource_type", "name", "resource_subtype"],
  );
}

/** How long a webhook may fail before Asana deletes it. */
export const WEBHOOK_GRACE_MS = 24 * 3_600_000;

/** A webhook with the state of its deliveries. */
export function webhookView(viewer: Viewer, webhook: WebhookRecord): Resource {
  const { world } = viewer;
  const hooked = () => {
    if (webhook.resourceType === "task") return parentTask(viewer, webhook.resource);
    const project = world.projects.get(webhook.resource);
    return project === undefined ? null : projectView(viewer, project);
  };
  const deletion = () =>
    webhook.failingSince === null ? null : new Date(Date.parse(webhook.failingSince) + WEBHOOK_GRACE_MS).toISOString();
  return resource(
    {
      gid: () => webhook.gid,
      resource_type: () => "webhook",
      active: () => true,
      resource: hooked,
      target: () => webhook.target,
      created_at: () => webhook.createdAt,
      last_failure_at: () => webhook.lastFailureAt,
      last_failure_content: () => webhook.lastFailureContent,
      last_success_at: () => webhook.lastSuccessAt,
      delivery_retry_count: () => webhook.retryCount,
      next_attempt_after: () => webhook.nextAttemptAfter,
      failure_deletion_timestamp: deletion,
      filters: () => webhook.filters,
    },
    ["gid", "resource_type", "active", "resource", "target"],
  );
}
