/** One action on every run of a search: first the count, then a confirmation with a reason, then page by page with its report. */
import type { VNode } from "preact";
import { useRef, useState } from "preact/hooks";
import type { Problem } from "../../../src/core/wire.ts";
import type { BulkPage, BulkPreview, RunAction, RunFilterText } from "../../../src/core/wire-ops.ts";
import type { Api } from "../api.ts";
import { previewBulk, runBulk } from "../api-ops.ts";
import { html } from "../html.ts";
import { actionWords, statusWords } from "../state/words.ts";
import { Icon } from "./icons.ts";
import { Foreign } from "./parts.ts";
import { ReasonDialog } from "./reason-dialog.ts";

const OFFERED: readonly RunAction[] = [
  "retry",
  "cancel",
  "pause",
  "resume",
  "kill",
  "release-lease",
  "requeue",
  "fire-timers",
  "flush-outbox",
  "reproject",
];
const DANGEROUS: ReadonlySet<RunAction> = new Set<RunAction>(["cancel", "kill"]);

type Results = BulkPage["results"];

interface Progress {
  readonly results: Results;
  readonly of: number;
  /** `stopped`: by the reader or by a problem. */
  readonly state: "going" | "done" | "stopped";
}

export interface BulkProps {
  readonly api: Api;
  readonly filter: RunFilterText;
  /** Told when all pages are through. */
  readonly done: () => void;
}

function manyRuns(count: number, more = false): string {
  const shown = count.toLocaleString("en");
  if (more) return `more than ${shown} runs`;
  return count === 1 ? "1 run" : `${shown} runs`;
}

function Preview({ seen }: { seen: BulkPreview }): VNode {
  return html`<div>
    <p>${seen.states.map(({ status, count }, index) => html`${index > 0 && ", "}${count.toLocaleString("en")} ${statusWords(status).label.toLowerCase()}`)}.</p>
    <ul class="bulk-first">${seen.items.slice(0, 5).map((run) => html`<li key=${run.runId}><${Foreign} text=${run.title} /></li>`)}</ul>
    ${seen.count > 5 && html`<p class="muted">and ${(seen.count - 5).toLocaleString("en")} more. Runs to which it does not apply say so and stay as they are.</p>`}
  </div>`;
}

function Report({ progress, stop }: { progress: Progress; stop: () => void }): VNode {
  const { results, of, state } = progress;
  const done = results.filter((one) => one.done).length;
  const refused = results.filter((one) => !one.done);
  const words = `${done.toLocaleString("en")} done, ${refused.length.toLocaleString("en")} refused, of ${of.toLocaleString("en")}.`;
  return html`<div class="bulk-report">
    <p role="status">${state === "going" ? "At work: " : state === "done" ? "Finished: " : "Stopped: "}${words}</p>
    ${state === "going" && html`<progress class="bar" aria-label="Runs asked" max=${Math.max(of, 1)} value=${Math.min(results.length, of)}></progress><button type="button" class="button button-small" onClick=${stop}>Stop</button>`}
    ${
      refused.length > 0 &&
      html`<details><summary>${refused.length === 1 ? "1 run refused" : `${refused.length} runs refused`}</summary>
        <ul class="bulk-first">${refused.map((one) => html`<li key=${one.runId}><a href=${`/runs/${encodeURIComponent(one.runId)}`}><${Foreign} text=${one.title} /></a>: <${Foreign} text=${one.detail} /></li>`)}</ul>
      </details>`
    }
  </div>`;
}

/** The bar above a search's results. */
export function BulkActions({ api, filter, done }: BulkProps): VNode {
  const [action, setAction] = useState<RunAction>("retry");
  const [seen, setSeen] = useState<BulkPreview | null>(null);
  const [counting, setCounting] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [progress, setProgress] = useState<Progress | null>(null);
  const stopped = useRef(false);
  const going = progress?.state === "going";

  const count = async (): Promise<void> => {
    setCounting(true);
    setProblem(null);
    setProgress(null);
    const reply = await previewBulk(api, action, filter);
    setCounting(false);
    if (reply.ok) setSeen(reply.value);
    else setProblem(reply.problem);
  };

  const carryOut = async (reason: string, expected: number): Promise<void> => {
    stopped.current = false;
    let cursor: string | null = null;
    const results: Results = [];
    setProgress({ results, of: expected, state: "going" });
    do {
      const reply: Awaited<ReturnType<typeof runBulk>> = await runBulk(
        api,
        { action, filter, reason, expected },
        cursor,
      );
      if (!reply.ok) {
        setProblem(reply.problem);
        setProgress({ results: [...results], of: expected, state: "stopped" });
        return;
      }
      results.push(...reply.value.results);
      cursor = reply.value.nextCursor;
      setProgress({ results: [...results], of: expected, state: cursor === null ? "done" : "going" });
    } while (cursor !== null && !stopped.current);
    if (cursor !== null) setProgress({ results: [...results], of: expected, state: "stopped" });
    done();
  };

  const choose = (event: Event): void => {
    const { currentTarget } = event;
    const found =
      currentTarget instanceof HTMLSelectElement ? OFFERED.find((one) => one === currentTarget.value) : null;
    if (found != null) setAction(found);
  };

  return html`<section class="bulk" aria-label="Act on all of these runs">
    <div class="bulk-bar">
      <label class="bulk-choice"><span>With all of these runs</span>
        <select value=${action} onChange=${choose} disabled=${going}>${OFFERED.map((one) => html`<option key=${one} value=${one}>${actionWords(one).label}</option>`)}</select>
      </label>
      <button type="button" class="button" disabled=${counting || going} onClick=${() => void count()}>${counting ? "Counting…" : "Count first"}</button>
      <p class="muted">${actionWords(action).does}</p>
    </div>
    ${problem !== null && html`<p class="inline-problem" role="alert"><${Icon} name="alert" /><span><strong>Not done.</strong> ${problem.detail}</span></p>`}
    ${progress !== null && html`<${Report} progress=${progress} stop=${() => (stopped.current = true)} />`}
    ${
      seen !== null &&
      html`<${ReasonDialog} title=${`${actionWords(action).label}: ${manyRuns(seen.count, seen.more)}?`} confirm=${`${actionWords(action).label} ${manyRuns(seen.count, seen.more)}`}
        danger=${DANGEROUS.has(action)} reason="needed" close=${() => setSeen(null)} done=${(reason: string) => void carryOut(reason, seen.count)}>
        <${Preview} seen=${seen} />
      <//>`
    }
  </section>`;
}
