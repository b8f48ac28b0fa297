/** Every record with all fields Asana could show of it. Field names and types: Asana REST 1.0, response schemas. */
import { WORKSPACE } from "../seed.ts";
import { downloadPath } from "./downloads.ts";
import type { Group, Resource } from "./fields.ts";
import type {
  AttachmentRecord,
  CustomFieldRecord,
  EnumOptionRecord,
  Membership,
  ProjectRecord,
  SectionRecord,
  StoryRecord,
  TaskRecord,
  WebhookRecord,
} from "./records.ts";
import { plainAsHtml } from "./rich-text.ts";
import type { World } from "./world.ts";

/** Builds views; `origin` is the address this sandbox was reached under, for links. */
export interface Viewer {
  readonly world: World;
  readonly origin: string;
}

const COMPACT = ["gid", "resource_type", "name"];

function resource(
  fields: Readonly<Record<string, () => unknown>>,
  compact: readonly string[] = COMPACT,
  optIn: readonly string[] = [],
): Resource {
  return { kind: "resource", compact, standard: Object.keys(fields).filter((name) => !optIn.includes(name)), fields };
}

/** The one workspace. */
export function workspaceView(): Resource {
  return resource({
    gid: () => WORKSPACE.gid,
    resource_type: () => "workspace",
    name: () => WORKSPACE.name,
    is_organization: () => true,
    email_domains: () => ["northlight.example"],
  });
}

/** A user by gid; null for nobody. */
export function userView(viewer: Viewer, gid: string | null): Resource | null {
  const user = gid === null ? undefined : viewer.world.users.get(gid);
  if (user === undefined) return null;
  return resource({
    gid: () => user.gid,
    resource_type: () => "user",
    name: () => user.name,
    email: () => user.email,
    photo: () => null,
    workspaces: () => [workspaceView()],
  });
}

/** Creators of tasks come as gid and resource_type, unless their fields are asked for. */
function bare(view: Resource | null): Resource | null {
  return view === null ? null : { ...view, compact: ["gid", "resource_type"] };
}

export function projectView(viewer: Viewer, project: ProjectRecord): Resource {
  return resource(
    {
      gid: () => project.gid,
      resource_type: () => "project",
      name: () => project.name,
      archived: () => false,
      color: () => null,
      completed: () => false,
      completed_at: () => null,
      created_at: () => project.createdAt,
      modified_at: () => project.createdAt,
      custom_field_settings: () => settingsOf(viewer, project),
      default_view: () => "list",
      due_on: () => null,
      html_notes: () => "<body></body>",
      members: () => viewer.world.users.all().map((user) => userView(viewer, user.gid)),
      notes: () => "",
      owner: () => userView(viewer, project.owner),
      permalink_url: () => `${viewer.origin}/asana/projects/${project.gid}`,
      public: () => true,
      privacy_setting: () => "public_to_workspace",
      workspace: () => workspaceView(),
    },
    COMPACT,
    ["html_notes"],
  );
}

/** The custom fields a project uses. */
export function settingsOf(viewer: Viewer, project: ProjectRecord): Resource[] {
  return project.customFields.flatMap((gid) => {
    const field = viewer.world.customFields.get(gid);
    if (field === undefined) return [];
    return [
      resource(
        {
          // One setting per project and field, so its gid follows from both.
          gid: () => `${project.gid.slice(-6)}${field.gid.slice(-9)}`,
          resource_type: () => "custom_field_setting",
          custom_field: () => customFieldView(field),
          is_important: () => true,
          parent: () => projectView(viewer, project),
          project: () => projectView(viewer, project),
        },
        ["gid", "resource_type", "custom_field", "is_important", "parent", "project"],
      ),
    ];
  });
}

export function sectionView(viewer: Viewer, section: SectionRecord): Resource {
  const project = () => {
    const record = viewer.world.projects.get(section.project);
    return record === undefined ? null : projectView(viewer, record);
  };
  return resource({
    gid: () => section.gid,
    resource_type: () => "section",
    name: () => section.name,
    created_at: () => section.createdAt,
    project,
    projects: () => [project()],
  });
}

function enumOptionView(option: EnumOptionRecord): Resource {
  const fields = {
    gid: () => option.gid,
    resource_type: () => "enum_option",
    name: () => option.name,
    enabled: () => true,
    color: () => "none",
  };
  return resource(fields, Object.keys(fields));
}

/** A custom field, with its value when it is shown on a task (`value` null: empty). */
export function customFieldView(field: CustomFieldRecord, value?: string | null): Resource {
  const option = () => field.options.find((candidate) => candidate.gid === value);
  const isEnum = field.type === "enum";
  const fields = {
    gid: () => field.gid,
    resource_type: () => "custom_field",
    resource_subtype: () => field.type,
    name: () => field.name,
    type: () => field.type,
    representation_type: () => field.type,
    description: () => "",
    enabled: () => true,
    is_formula_field: () => false,
    is_global_to_workspace: () => true,
    is_value_read_only: () => false,
    has_notifications_enabled: () => true,
    ...(isEnum ? { enum_options: () => field.options.map(enumOptionView) } : {}),
    ...(value === undefined
      ? {}
      : {
          display_value: () => (isEnum ? (option()?.name ?? null) : value),
          ...(isEnum ? { enum_value: () => enumOrNull(option()) } : { text_value: () => value }),
        }),
  };
  return resource(fields, Object.keys(fields));
}

function enumOrNull(option: EnumOptionRecord | undefined): Resource | null {
  return option === undefined ? null : enumOptionView(option);
}

/** Custom fields of a task: those of the projects it is in. */
export function customFieldsOf(world: World, task: TaskRecord): readonly CustomFieldRecord[] {
  const gids = new Set(task.memberships.flatMap(({ project }) => world.projects.get(project)?.customFields ?? []));
  return [...gids].flatMap((gid) => world.customFields.get(gid) ?? []);
}

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
