/** The one thing a reader of the run's page should know first: what is asked, what is missing, what is ready. */
import type { VNode } from "preact";
import type { RunDetail } from "../../../src/core/wire.ts";
import type { Artifact } from "../../../src/core/wire-artifact.ts";
import { type Api, filePath } from "../api.ts";
import { html } from "../html.ts";
import type { AnswerDesk } from "../state/run-answer.ts";
import { isQuarantined } from "../state/run-verbs.ts";
import type { Tone } from "../state/words.ts";
import { Icon, type IconName } from "./icons.ts";
import { Age, Foreign, GoesOn, OutLink, Span } from "./parts.ts";
import { RunAnswer, useAnswerDesk } from "./run-answer.ts";
import { Progress } from "./run-card.ts";

interface CalloutProps {
  readonly run: RunDetail;
  readonly desk: AnswerDesk;
}

/** The newest report of a run, null before the first. */
export function newestArtifact(run: RunDetail): Artifact | null {
  return run.artifacts.reduce<Artifact | null>(
    (best, one) => (best === null || one.version > best.version ? one : best),
    null,
  );
}

/** Link to the HTML of a report, in its own tab: the control plane serves it without script and without network. */
export function OpenReport({ artifact, primary }: { artifact: Artifact; primary: boolean }): VNode | null {
  const file = artifact.files.find((one) => one.role === "report");
  if (file === undefined) return null;
  return html`<a class=${primary ? "button button-primary" : "button"} href=${filePath(artifact.artifactId, file.fileId)} target="_blank" rel="noopener">
    Open report<${Icon} name="external" /><span class="sr-only"> version ${artifact.version} (opens in a new tab)</span>
  </a>`;
}

function Callout({
  tone,
  icon,
  title,
  children,
}: {
  tone: Tone;
  icon: IconName;
  title: string;
  children?: unknown;
}): VNode {
  return html`<section class=${`callout tone-${tone}`} aria-label=${title}>
    <span class="callout-icon"><${Icon} name=${icon} /></span>
    <div class="callout-body"><h2>${title}</h2>${children}</div>
  </section>`;
}

function Findings({ run }: { run: RunDetail }): VNode | null {
  if (run.findings.length === 0)
    return run.cause === null ? null : html`<p><${Foreign} text=${run.cause.detail} /></p>`;
  return html`<ul class="findings">
    ${run.findings.map((finding, index) => html`<li key=${index}><strong><${Foreign} text=${finding.what} /></strong><span><${Foreign} text=${finding.fix} /></span></li>`)}
  </ul>`;
}

function Waits({ run }: { run: RunDetail }): VNode | null {
  // A run at work shows its progress instead.
  if (run.waitingOn === null || run.waitingOn.kind === "worker") return null;
  const { detail, since, until } = run.waitingOn;
  const how = until === null ? html`Waiting for <${Span} since=${since} />` : html`<${GoesOn} at=${until} />`;
  return html`<p class="waits"><${Foreign} text=${detail} /><span class="muted block">${how}</span></p>`;
}

/** What a reader does next: read the report, then speak in Asana, where the talk about a task happens. */
function Next({ run }: { run: RunDetail }): VNode | null {
  const artifact = newestArtifact(run);
  if (artifact === null && run.taskUrl === null) return null;
  return html`<p class="next">
    ${artifact !== null && html`<${OpenReport} artifact=${artifact} primary=${true} />`}
    ${run.taskUrl !== null && html`<${OutLink} href=${run.taskUrl} button=${true}>Comment in Asana<//>`}
  </p>`;
}

/** Where those who run the system hear of this kind of failure. */
function ErrorTask({ run }: { run: RunDetail }): VNode | null {
  if (run.errorTaskUrl === null) return null;
  return html`<p class="next"><${OutLink} href=${run.errorTaskUrl}>Open the error task in Asana<//></p>`;
}

/** What is asked, and room to answer it. A control plane that does not tell its questions one by one has at least their words. */
function Asked({ run, desk }: CalloutProps): VNode | null {
  if (run.asks.length > 0 || run.unread.length > 0) return html`<${RunAnswer} run=${run} desk=${desk} />`;
  return run.question === null ? null : html`<blockquote><${Foreign} text=${run.question} /></blockquote>`;
}

function Review({ run, desk }: CalloutProps): VNode {
  const artifact = newestArtifact(run);
  return html`<${Callout} tone="review" icon="person" title="Ready for review">
    ${
      artifact !== null &&
      artifact.answer.length > 0 &&
      html`<ul class="answer">${artifact.answer.map((sentence, index) => html`<li key=${index}><${Foreign} text=${sentence} /></li>`)}</ul>`
    }
    <${Waits} run=${run} />
    <${Next} run=${run} />
    <${Asked} run=${run} desk=${desk} />
  <//>`;
}

function Accepted({ run }: { run: RunDetail }): VNode {
  const artifact = newestArtifact(run);
  const by = artifact?.acceptedBy ?? null;
  return html`<${Callout} tone="good" icon="check" title="Accepted">
    <p>${by === null ? "The report was accepted" : html`<${Foreign} text=${by} /> accepted version ${artifact?.version}`}${artifact?.acceptedAt != null && html`${" "}<${Age} at=${artifact.acceptedAt} />`}.</p>
    ${artifact !== null && html`<p><${OpenReport} artifact=${artifact} primary=${true} /></p>`}
  <//>`;
}

/** What keeps a run from working although its state says that it is at work. */
const STANDS: Readonly<Record<string, string>> = {
  pause: "Paused",
  hold: "Held back",
  budget: "A budget is used up",
  retry: "Waiting for another try",
  queue: "Waiting for a free worker",
};

function Working({ run, desk }: CalloutProps): VNode {
  const stands = run.lease === null ? STANDS[run.waitingOn?.kind ?? ""] : undefined;
  const works = run.status === "running" ? "Jessie is working" : "Jessie is revising the report";
  return html`<${Callout} tone=${stands === undefined ? "run" : "wait"} icon="clock" title=${stands ?? works}>
    <${Progress} progress=${run.progress} /><${Waits} run=${run} /><${Asked} run=${run} desk=${desk} />
  <//>`;
}

function Failed({ run }: { run: RunDetail }): VNode {
  const [title, text] = isQuarantined(run)
    ? [
        "In quarantine",
        "It is not tried again by itself. Everything finished so far is kept; say what was mended, and it goes on.",
      ]
    : ["This run failed", "Everything finished so far is kept. Trying again goes on from there."];
  return html`<${Callout} tone="bad" icon="alert" title=${title}><${Findings} run=${run} /><p class="muted">${text}</p><${ErrorTask} run=${run} /><//>`;
}

/** A copy offers nothing to do: where it is from, it may have gone on long ago. */
function Copied({ run }: { run: RunDetail }): VNode {
  return html`<${Callout} tone="idle" icon="file" title="A copy of another system's run">
    <p>It shows the run as it was when it was exported. Nothing here moves it, so nothing can be asked of it here.</p>
    <${Findings} run=${run} />
  <//>`;
}

/** What to know first, by status. */
export function RunCallout({ run, api }: { run: RunDetail; api: Api }): VNode | null {
  const desk = useAnswerDesk(run, api);
  if (run.copy) return html`<${Copied} run=${run} />`;
  switch (run.status) {
    case "needs_clarification":
      return html`<${Callout} tone="wait" icon="question" title="Jessie asked a question">
        <${Asked} run=${run} desk=${desk} /><${Waits} run=${run} />
        <p class="muted">A comment on the task answers it too; this run goes on by itself.</p>
        <${Next} run=${run} />
      <//>`;
    case "blocked":
      return html`<${Callout} tone="bad" icon="alert" title="Something is missing"><${Findings} run=${run} />${run.findings.length > 0 && html`<${Waits} run=${run} />`}<${Asked} run=${run} desk=${desk} /><//>`;
    case "failed":
      return html`<${Failed} run=${run} />`;
    case "cancelled":
    case "ignored":
      return html`<${Callout} tone="idle" icon="cross" title=${run.status === "cancelled" ? "Cancelled" : "Not a task for Jessie"}><${Findings} run=${run} /><//>`;
    case "review_ready":
      return html`<${Review} run=${run} desk=${desk} />`;
    case "accepted":
      return html`<${Accepted} run=${run} />`;
    case "running":
    case "revision_running":
      return html`<${Working} run=${run} desk=${desk} />`;
    case "observed":
    case "assessing":
    case "ready":
    case "revision_requested":
      return run.waitingOn === null
        ? null
        : html`<${Callout} tone="idle" icon="clock" title=${STANDS[run.waitingOn.kind] ?? "Waiting"}><${Waits} run=${run} /><${Asked} run=${run} desk=${desk} /><//>`;
  }
}
