/** Views of what tasks live in: workspace, users, projects, sections, custom fields. */
import { WORKSPACE } from "../seed.ts";
import type { Resource } from "./fields.ts";
import type { CustomFieldRecord, EnumOptionRecord, ProjectRecord, SectionRecord, TaskRecord } from "./records.ts";
import type { World } from "./world.ts";

/** Builds views; `origin` is the address this sandbox was reached under, for links. */
export interface Viewer {
  readonly world: World;
  readonly origin: string;
}

const COMPACT = ["gid", "resource_type", "name"];

/** A view: `compact` fields for lists, all but the `optIn` ones for a single read. */
export function resource(
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
export function bare(view: Resource | null): Resource | null {
  return view === null ? null : { ...view, compact: ["gid", "resource_type"] };
}

/** A project. */
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

/** A section. */
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
