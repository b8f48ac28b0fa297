/** Where staff answer what a run asks. The run says which words it understands; Jessie puts a copy on the task. */
import type { VNode } from "preact";
import { useMemo, useState } from "preact/hooks";
import { type Ask, MOST_ANSWERED, type RunDetail } from "../../../src/core/wire.ts";
import type { Api } from "../api.ts";
import { answerRun } from "../api-runs.ts";
import { html } from "../html.ts";
import { AnswerDesk, choiceWords, isFinal } from "../state/run-answer.ts";
import { mayDo } from "../state/session.ts";
import { Icon } from "./icons.ts";
import { Age, Foreign } from "./parts.ts";
import { Dialog } from "./ui/dialog.ts";
import { AreaField } from "./ui/field.ts";
import { tell } from "./ui/toast.ts";

const LABELS: Readonly<Record<Ask["kind"], string>> = {
  question: "Your answer",
  review: "Changes or a question",
  rounds: "Or say more",
  blocked: "Say something to Jessie",
  budget: "",
  change: "",
};
const HINTS: Readonly<Partial<Record<Ask["kind"], string>>> = {
  review: "One point per line. Jessie answers questions from the evidence of this report.",
  blocked: "Jessie looks again at once, as after a comment on the task.",
};
/** Those whose words the callout does not say already. */
const SAYS_ITS_TEXT: ReadonlySet<Ask["kind"]> = new Set<Ask["kind"]>(["question", "change", "rounds"]);

interface AskProps {
  readonly ask: Ask;
  readonly desk: AnswerDesk;
  readonly version: number;
  /** Waits for a decision that ends the run. */
  readonly sure: (ask: Ask, choice: string) => void;
}

function Problem({ ask, desk }: Pick<AskProps, "ask" | "desk">): VNode {
  const { refused } = desk.state.value;
  const said = refused?.to === ask.id ? refused.problem.detail : null;
  return html`<div role="alert" class="answer-problem">${said !== null && html`<p class="inline-problem"><${Icon} name="alert" /><span><strong>Not taken.</strong> ${said}</span></p>`}</div>`;
}

async function give(desk: AnswerDesk, ask: Ask, choice: string | null): Promise<void> {
  if (await desk.give(ask, choice)) tell("Jessie has your answer and reads it now.");
}

/** One question: its words, the choices it understands, and room for others where those count. */
function Question({ ask, desk, version, sure }: AskProps): VNode {
  const { sending } = desk.state.value;
  const draft = desk.draft(ask);
  const busy = sending !== null;
  const choose = (choice: string): void => {
    if (isFinal(choice)) sure(ask, choice);
    else void give(desk, ask, choice);
  };
  const submit = (event: Event): void => {
    event.preventDefault();
    void give(desk, ask, null);
  };
  return html`<form class="ask" onSubmit=${submit}>
    ${SAYS_ITS_TEXT.has(ask.kind) && html`<blockquote><${Foreign} text=${ask.text} /></blockquote>`}
    ${
      ask.choices.length > 0 &&
      html`<p class="next">${ask.choices.map((choice) => html`<button key=${choice} type="button" class=${isFinal(choice) ? "button" : "button button-primary"} disabled=${busy} onClick=${() => choose(choice)}>${choiceWords(ask, choice, version)}</button>`)}</p>`
    }
    ${
      ask.free &&
      html`<${AreaField} id=${`answer-${ask.id}`} label=${LABELS[ask.kind]} hint=${HINTS[ask.kind]} value=${draft} rows=${3} maxlength=${MOST_ANSWERED} disabled=${busy} change=${(text: string) => desk.write(ask, text)} />
        <p class="next"><button type="submit" class=${draft.trim() === "" ? "button" : "button button-primary"} disabled=${busy || draft.trim() === ""}>${sending === ask.id ? "Sending…" : "Send to Jessie"}</button></p>`
    }
    <${Problem} ask=${ask} desk=${desk} />
  </form>`;
}

/** Answers that Jessie has and did not read yet. */
function Unread({ run }: { run: RunDetail }): VNode {
  return html`<div role="status" class="unread">${
    run.unread.length > 0 &&
    html`<ul>${run.unread.map((one) => html`<li key=${one.at}><span class="spinner"></span><span><strong><${Foreign} text=${one.author} /></strong>: “<${Foreign} text=${one.text} />” <span class="muted">is being read, <${Age} at=${one.at} /></span></span></li>`)}</ul>`
  }</div>`;
}

interface Wanted {
  readonly ask: Ask;
  readonly choice: string;
}

const SURE: Readonly<Record<string, string>> = {
  accept: "The run ends with this version. For a change after that a new task is needed.",
  stop: "What is done so far is kept. Trying again goes on from there.",
};

/** The answers of a run's page, kept while what it asks comes and goes. */
export function useAnswerDesk({ runId }: RunDetail, api: Api): AnswerDesk {
  return useMemo(() => new AnswerDesk((answer) => answerRun(api, runId, answer)), [runId, api]);
}

/** What the run asks now, for those who may steer it; for others the way to say it. */
export function RunAnswer({ run, desk }: { run: RunDetail; desk: AnswerDesk }): VNode | null {
  const [wanted, setWanted] = useState<Wanted | null>(null);
  const version = Math.max(0, ...run.artifacts.map((one) => one.version));
  if (run.copy) return null;
  const mine = mayDo("runs.steer", run.businessUnitId);
  if (!mine && run.asks.length > 0)
    return html`<${Unread} run=${run} />
      ${run.asks.filter((ask) => SAYS_ITS_TEXT.has(ask.kind)).map((ask) => html`<blockquote key=${ask.id}><${Foreign} text=${ask.text} /></blockquote>`)}
      <p class="muted">Somebody who may steer this run answers here, or in a comment on the task.</p>`;
  const done = (): void => {
    if (wanted !== null) void give(desk, wanted.ask, wanted.choice);
    setWanted(null);
  };
  // One answer is under way: the form would only invite the same once more. A review takes as many words as people have.
  const open = run.asks.filter((ask) => run.unread.length === 0 || ask.kind === "review" || ask.kind === "rounds");
  const words = wanted === null ? "" : choiceWords(wanted.ask, wanted.choice, version);
  return html`<${Unread} run=${run} />
    ${open.map((ask) => html`<${Question} key=${ask.id} ask=${ask} desk=${desk} version=${version} sure=${(one: Ask, choice: string) => setWanted({ ask: one, choice })} />`)}
    <${Dialog} title=${`${words}?`} open=${wanted !== null} close=${() => setWanted(null)}
      actions=${html`<button type="button" class="button" onClick=${() => setWanted(null)}>Not yet</button><button type="button" class="button button-primary" onClick=${done}>${words}</button>`}>
      <p>${SURE[wanted?.choice ?? ""]}</p>
    <//>`;
}
