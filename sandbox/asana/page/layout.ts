/** The frame of every page, and small pieces all pages share. */
import type { SimReply } from "../../kit/upstream.ts";
import { WORKSPACE } from "../../seed.ts";
import type { UserRecord } from "../records.ts";
import type { World } from "../world.ts";
import { html, type Markup } from "./html.ts";

/** What a page knows about its reader. */
export interface PageContext {
  readonly world: World;
  /** Who the forms act as. */
  readonly actor: UserRecord;
  /** Version the page was made at, for the poller. */
  readonly version: string;
  /** Why the last form was refused. */
  readonly refusal: string | null;
  /** What was typed into it, so that it is not lost. */
  readonly typed: Readonly<Record<string, string>>;
}

/** People a person can play; Jessie is played by the product. */
export function playable(world: World): readonly UserRecord[] {
  return world.users.all().filter((user) => user.name !== "Jessie");
}

const POLICY = [
  "default-src 'none'",
  "style-src 'self'",
  "script-src 'self'",
  "connect-src 'self'",
  "img-src data:",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** A whole page. `path` is where switching the acting person comes back to. */
export function page(
  context: PageContext,
  parts: { readonly title: string; readonly path: string; readonly project: string | null; readonly main: Markup },
): SimReply {
  const { world, version, refusal } = context;
  const body = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${parts.title} · ${WORKSPACE.name}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/asana/static/page.css">
<script type="module" src="/asana/static/page.js"></script>
</head>
<body data-version="${version}">
<a class="skip" href="#main">Skip to content</a>
<header class="bar">
  <p class="brand"><a href="/asana/">${WORKSPACE.name}</a> <span class="quiet">Asana stand-in, on this machine only</span></p>
  ${actingForm(context, parts.path)}
</header>
<div class="frame">
<nav aria-label="Projects"><ul>${world.projects.all().map((project) => projectLink(project, parts.project))}</ul></nav>
<main id="main">
<p class="notice offline" data-offline hidden>The sandbox does not answer. This page may be out of date.</p>
${refusal !== null && html`<p class="notice refused" role="alert">${refusal}</p>`}
${parts.main}
</main>
</div>
<p class="unseen" role="status" data-status></p>
</body>
</html>
`;
  return {
    status: refusal === null ? 200 : 400,
    headers: {
      "Content-Type": "text/html; charset=utf-8",
      "Content-Security-Policy": POLICY,
      "Cache-Control": "no-store",
      // Not `no-referrer`: with it, browsers send forms with the origin `null`, which the kit refuses.
      "Referrer-Policy": "same-origin",
      "X-Content-Type-Options": "nosniff",
    },
    body: body.text,
  };
}

function projectLink(project: { gid: string; name: string }, current: string | null): Markup {
  const mark = project.gid === current ? html` aria-current="page"` : null;
  return html`<li><a href="/asana/projects/${project.gid}"${mark}>${project.name}</a></li>`;
}

function actingForm({ world, actor }: PageContext, path: string): Markup {
  return html`<form class="acting" method="post" action="/asana/acting">
  <input type="hidden" name="back" value="${path}">
  <span id="acting">You are</span>
  ${playable(world).map(
    (user) =>
      html`<button name="user" value="${user.gid}" aria-pressed="${user.gid === actor.gid ? "true" : "false"}" aria-describedby="acting">${user.name}</button>`,
  )}
</form>`;
}

/** Initials in a disc; the name is in the text beside it. */
export function avatar(world: World, gid: string | null): Markup {
  const people = world.users.all();
  const index = people.findIndex((user) => user.gid === gid);
  const initials = (people[index]?.name ?? "?")
    .split(" ")
    .map((word) => word.slice(0, 1))
    .join("")
    .slice(0, 2);
  return html`<span class="avatar person-${index < 0 ? "none" : index % 4}" aria-hidden="true">${initials}</span>`;
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"] as const;

/** `22 Nov, 17:05` in UTC, with the exact instant behind it. */
export function moment(iso: string): Markup {
  const date = new Date(iso);
  const clock = iso.slice(11, 16);
  return html`<time datetime="${iso}">${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]}, ${clock} UTC</time>`;
}
