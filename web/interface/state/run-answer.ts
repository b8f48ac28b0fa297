/** Answering what a run asks: what is being written, sent and refused. Nothing that was written is lost by a refusal. */
import { type ReadonlySignal, signal } from "@preact/signals";
import { type Ask, MOST_ANSWERED, type Problem } from "../../../src/core/wire.ts";
import type { Reply } from "../api.ts";
import type { GivenAnswer } from "../api-runs.ts";

export interface AnswerState {
  /** Words by what they were written to. */
  readonly drafts: Readonly<Record<string, string>>;
  /** Id of the question whose answer is on its way. */
  readonly sending: string | null;
  /** Why the last answer was not taken, and to which question it was. */
  readonly refused: { readonly to: string; readonly problem: Problem } | null;
}

const WORDS: Readonly<Record<string, string>> = {
  "go on": "Go on",
  stop: "Stop here",
  apply: "Start over with it",
  keep: "Keep it as it was agreed",
  go: "Go ahead",
  "yes, please": "Yes, please",
};

/** What the button of a choice says. */
export function choiceWords(ask: Ask, choice: string, version: number): string {
  if (choice === "accept") return `Accept version ${version}`;
  if (choice === "go" && ask.kind === "review") return "Have it read now";
  if (choice === "go on" && ask.kind === "rounds") return "Allow another round";
  return WORDS[choice] ?? choice.slice(0, 1).toUpperCase() + choice.slice(1);
}

/** Choices that end the run: a slip of the hand would do it too. */
const FINAL: ReadonlySet<string> = new Set(["accept", "stop"]);

export function isFinal(choice: string): boolean {
  return FINAL.has(choice);
}

/** What of a question tells it from others. */
type Asked = Pick<Ask, "kind" | "id">;

/**
 * Under what the words to a question are kept. A review goes on with the next version, which may come while somebody
 * still writes; what they wrote so far is there again then.
 */
export function keptUnder({ kind, id }: Asked): string {
  return kind === "review" ? kind : id;
}

/** The answers of one run's page. */
export class AnswerDesk {
  readonly #state = signal<AnswerState>({ drafts: {}, sending: null, refused: null });
  readonly #send: (answer: GivenAnswer) => Promise<Reply<null>>;

  constructor(send: (answer: GivenAnswer) => Promise<Reply<null>>) {
    this.#send = send;
  }

  get state(): ReadonlySignal<AnswerState> {
    return this.#state;
  }

  /** What is written to a question so far. */
  draft(ask: Asked): string {
    return this.#state.value.drafts[keptUnder(ask)] ?? "";
  }

  write(ask: Asked, text: string): void {
    const at = this.#state.peek();
    this.#state.value = { ...at, drafts: { ...at.drafts, [keptUnder(ask)]: text.slice(0, MOST_ANSWERED) } };
  }

  /** Sends the words of a choice, or what was written. True: the run has taken them. One at a time; a second press does nothing. */
  async give(ask: Asked, choice: string | null = null): Promise<boolean> {
    const before = this.#state.peek();
    const [to, kept] = [ask.id, keptUnder(ask)];
    const text = (choice ?? before.drafts[kept] ?? "").trim();
    if (before.sending !== null || text === "") return false;
    this.#state.value = { ...before, sending: to, refused: null };
    const reply = await this.#send({ to, text });
    const { drafts } = this.#state.peek();
    const refused = reply.ok ? null : { to, problem: reply.problem };
    this.#state.value = {
      drafts: reply.ok && choice === null ? without(drafts, kept) : drafts,
      sending: null,
      refused,
    };
    return reply.ok;
  }
}

function without(drafts: AnswerState["drafts"], to: string): AnswerState["drafts"] {
  const { [to]: _sent, ...rest } = drafts;
  return rest;
}
