/** What a person can ask of a run: the likely thing as a button, the rest behind one. The run's own answer is shown when it refuses. */
import type { ComponentChildren, VNode } from "preact";
import { useRef, useState } from "preact/hooks";
import type { Problem, RunDetail } from "../../../src/core/wire.ts";
import { type Api, exportPath, type RunVerb } from "../api.ts";
import { actorPage } from "../api-ops.ts";
import { html } from "../html.ts";
import { actionOf, isQuarantined, type RestartPoint, verbsOf } from "../state/run-verbs.ts";
import { mayDo } from "../state/session.ts";
import { Icon } from "./icons.ts";
import { ReasonDialog } from "./reason-dialog.ts";

interface Asking {
  readonly verb: RunVerb;
  readonly from?: RestartPoint;
}

interface VerbWords {
  readonly button: string;
  readonly sent: string;
  readonly title: string;
  readonly text: string;
  readonly keep: string;
  readonly confirm: string;
  readonly reason: "needed" | "optional";
  readonly danger: boolean;
}

const VERBS: Readonly<Record<RunVerb, VerbWords>> = {
  cancel: {
    button: "Cancel run",
    sent: "Cancelling…",
    title: "Cancel this run?",
    text: "Jessie stops before the next step. Finished steps and reports stay as they are; the task in Asana stays open.",
    keep: "Keep running",
    confirm: "Cancel the run",
    reason: "optional",
    danger: true,
  },
  kill: {
    button: "Kill",
    sent: "Killing…",
    title: "Kill this run?",
    text: "The lease is taken back at once: whatever a worker still does for this run can no longer be written anywhere. Cancel is gentler.",
    keep: "Keep running",
    confirm: "Kill the run",
    reason: "needed",
    danger: true,
  },
  pause: {
    button: "Pause",
    sent: "Pausing…",
    title: "Pause this run?",
    text: "It stops at the end of the step it is at and waits until somebody resumes it.",
    keep: "Keep running",
    confirm: "Pause the run",
    reason: "optional",
    danger: false,
  },
  resume: {
    button: "Resume",
    sent: "Resuming…",
    title: "Resume this run?",
    text: "It goes on where it stopped.",
    keep: "Leave it paused",
    confirm: "Resume the run",
    reason: "optional",
    danger: false,
  },
  retry: {
    button: "Try again",
    sent: "Asking…",
    title: "Try again?",
    text: "It goes on from the last finished step.",
    keep: "Leave it",
    confirm: "Try again",
    reason: "optional",
    danger: false,
  },
  restart: {
    button: "Make again",
    sent: "Asking…",
    title: "Make the report again?",
    text: "",
    keep: "Leave it",
    confirm: "Make it again",
    reason: "optional",
    danger: false,
  },
};

const RESTARTS: readonly { readonly from: RestartPoint; readonly button: string; readonly text: string }[] = [
  {
    from: "narrate",
    button: "Word it anew",
    text: "Same figures, worded anew. A version that is there stays in the list.",
  },
  {
    from: "compute",
    button: "Compute it anew",
    text: "Same data, computed and worded anew. A version that is there stays in the list.",
  },
  {
    from: "fetch",
    button: "Fetch the data anew",
    text: "Everything is read from its sources once more, and the report is made anew.",
  },
];

/** These need no second thought: asking is one click, the log says who. */
const AT_ONCE: ReadonlySet<RunVerb> = new Set<RunVerb>(["retry", "resume"]);

interface MenuProps {
  readonly run: RunDetail;
  readonly verbs: readonly RunVerb[];
  readonly disabled: boolean;
  readonly ask: (asking: Asking) => void;
}

/** What is asked before a run in quarantine begins again; the run refuses without it. */
const MENDED = "It ended its workers at the same place again and again. Say what was mended before it goes on.";
const NEEDS_MENDING: ReadonlySet<RunVerb> = new Set<RunVerb>(["retry", "restart"]);

function wordsFor(verb: RunVerb, run: RunDetail): VerbWords {
  const words = VERBS[verb];
  return isQuarantined(run) && NEEDS_MENDING.has(verb) ? { ...words, reason: "needed" } : words;
}

/** The rarer things. A disclosure, not a menu: every item is an ordinary button or link in the tab order. */
function More({ run, verbs, disabled, ask }: MenuProps): VNode | null {
  const box = useRef<HTMLDetailsElement>(null);
  const close = (): void => {
    if (box.current !== null) box.current.open = false;
  };
  const leave = (event: FocusEvent): void => {
    if (!(event.relatedTarget instanceof Node && box.current?.contains(event.relatedTarget) === true)) close();
  };
  const key = (event: KeyboardEvent): void => {
    if (event.key !== "Escape" || box.current?.open !== true) return;
    close();
    box.current.querySelector("summary")?.focus();
  };
  const item = (asking: Asking, words: ComponentChildren): VNode =>
    html`<li><button type="button" disabled=${disabled} onClick=${() => {
      close();
      ask(asking);
    }}>${words}</button></li>`;
  const exports = mayDo("runs.export", run.businessUnitId);
  const inspects = mayDo("internal");
  const rarer = verbs.some((verb) => verb === "pause" || verb === "restart" || verb === "kill");
  if (!rarer && !exports && !inspects) return null;
  return html`<details class="run-more" ref=${box} onFocusOut=${leave} onKeyDown=${key}>
    <summary class="button">More<${Icon} name="chevron" /></summary>
    <ul>
      ${verbs.includes("pause") && item({ verb: "pause" }, VERBS.pause.button)}
      ${verbs.includes("restart") && RESTARTS.map((one) => item({ verb: "restart", from: one.from }, one.button))}
      ${verbs.includes("kill") && item({ verb: "kill" }, VERBS.kill.button)}
      ${exports && html`<li><a href=${exportPath(run.runId)} download=${`${run.runId}.json`}>Export the run bundle</a></li>`}
      ${inspects && html`<li><a href=${actorPage(run)}>Inspect the actor</a></li>`}
    </ul>
  </details>`;
}

/** The buttons a run's state allows. While a request is on its way, and until the run answers, they wait. */
export function RunActions({ run, api }: { run: RunDetail; api: Api }): VNode {
  const [asking, setAsking] = useState<Asking | null>(null);
  const [sent, setSent] = useState<{ verb: RunVerb; version: number } | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const verbs = verbsOf(run).filter((verb) => mayDo(actionOf(verb), run.businessUnitId));
  const waiting = sent !== null && run.version <= sent.version ? sent.verb : null;

  const send = async ({ verb, from }: Asking, reason: string): Promise<void> => {
    setProblem(null);
    setSent({ verb, version: run.version });
    const body = { ...(reason === "" ? {} : { reason }), ...(from === undefined ? {} : { from }) };
    const reply = await api.ask(run.runId, verb, body);
    if (reply.ok) return;
    setSent(null);
    setProblem(reply.problem);
  };
  const ask = (wanted: Asking): void => {
    const atOnce = AT_ONCE.has(wanted.verb) && wordsFor(wanted.verb, run).reason === "optional";
    if (atOnce) void send(wanted, "");
    else setAsking(wanted);
  };
  const button = (verb: RunVerb): VNode | false =>
    verbs.includes(verb) &&
    html`<button type="button" class=${AT_ONCE.has(verb) ? "button button-primary" : "button"} disabled=${waiting !== null} onClick=${() => ask({ verb })}>
      ${verb === "retry" && html`<${Icon} name="retry" />`}${waiting === verb ? VERBS[verb].sent : VERBS[verb].button}
    </button>`;
  const words = asking === null ? null : wordsFor(asking.verb, run);

  return html`<div class="actions">
    ${button("retry")}${button("resume")}${button("cancel")}
    <${More} run=${run} verbs=${verbs} disabled=${waiting !== null} ask=${ask} />
    ${
      asking !== null &&
      words !== null &&
      html`<${ReasonDialog} title=${words.title} confirm=${words.confirm} keep=${words.keep} danger=${words.danger} reason=${words.reason}
        close=${() => setAsking(null)} done=${(reason: string) => void send(asking, reason)}>
        <p><bdi>${run.title}</bdi></p><p>${RESTARTS.find((one) => one.from === asking.from)?.text ?? words.text}</p>${words.reason === "needed" && isQuarantined(run) && html`<p>${MENDED}</p>`}
      <//>`
    }
    <div role="alert" class="actions-problem">${problem !== null && html`<p><${Icon} name="alert" /><span><strong>Not done.</strong> ${problem.detail}</span></p>`}</div>
  </div>`;
}
