/** Users, workspace, projects, sections, custom fields. */

import type { SimRoute } from "../../kit/upstream.ts";
import { WORKSPACE } from "../../seed.ts";
import { apiRoute, type Call, list, one, param } from "../api.ts";
import type { Resource } from "../fields.ts";
import { found, unknownObject } from "../refusals.ts";
import { userNamed } from "../tasks.ts";
import { customFieldView, projectView, sectionView, settingsOf, userView, workspaceView } from "../views-places.ts";
import type { World } from "../world.ts";

/** Routes of what tasks live in. */
export function workspaceRoutes(world: World): readonly SimRoute[] {
  const get = (pattern: string, handler: (call: Call) => ReturnType<typeof one>) =>
    apiRoute(world, "GET", pattern, handler);
  return [
    get("/users", (call) => users(call, call.query.get("workspace"))),
    get("/users/:gid", (call) =>
      one(call, userResource(call, userNamed(world, call.actor, param(call, "gid"), "user").gid)),
    ),
    get("/workspaces", (call) => list(call, [workspaceView()], (workspace) => workspace)),
    get("/workspaces/:gid", (call) => {
      checkWorkspace(param(call, "gid"));
      return one(call, workspaceView());
    }),
    get("/workspaces/:gid/users", (call) => users(call, param(call, "gid"))),
    get("/workspaces/:gid/projects", (call) => projects(call, param(call, "gid"))),
    get("/projects", (call) => projects(call, call.query.get("workspace"))),
    get("/projects/:gid", (call) => one(call, projectView(call.viewer, project(call)))),
    get("/projects/:gid/sections", (call) =>
      list(
        call,
        project(call).sections.flatMap((gid) => world.sections.get(gid) ?? []),
        (section) => sectionView(call.viewer, section),
      ),
    ),
    get("/projects/:gid/custom_field_settings", (call) =>
      list(call, settingsOf(call.viewer, project(call)), (setting) => setting, "standard"),
    ),
    get("/sections/:gid", (call) => {
      const gid = param(call, "gid");
      return one(call, sectionView(call.viewer, found(world.sections.get(gid), "section", gid)));
    }),
    get("/custom_fields/:gid", (call) => {
      const gid = param(call, "gid");
      return one(call, customFieldView(found(world.customFields.get(gid), "custom_field", gid)));
    }),
    get("/workspaces/:gid/custom_fields", (call) => {
      checkWorkspace(param(call, "gid"));
      return list(call, world.customFields.all(), (field) => customFieldView(field));
    }),
  ];
}

/** Refuses any workspace but the demo's; null is every workspace one can see. */
export function checkWorkspace(gid: string | null): void {
  if (gid !== null && gid !== WORKSPACE.gid) throw unknownObject("workspace", gid);
}

function users(call: Call, workspace: string | null) {
  checkWorkspace(workspace);
  return list(call, call.world.users.all(), (user) => userResource(call, user.gid));
}

function projects(call: Call, workspace: string | null) {
  checkWorkspace(workspace);
  return list(call, call.world.projects.all(), (record) => projectView(call.viewer, record));
}

function userResource(call: Call, gid: string): Resource {
  return found(userView(call.viewer, gid) ?? undefined, "user", gid);
}

function project(call: Call) {
  const gid = param(call, "gid");
  return found(call.world.projects.get(gid), "project", gid);
}
