/** The one search box: fields and words, with suggestions that the keyboard reaches. */
import type { VNode } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { RunStatusSchema } from "../../../src/core/wire.ts";
import { html } from "../html.ts";
import { type Suggestion, suggestionsFor, type Vocabulary } from "../state/search.ts";
import { statusWords } from "../state/words.ts";
import { Icon } from "./icons.ts";
import { Foreign } from "./parts.ts";

export interface SearchBoxProps {
  readonly query: string;
  readonly vocabulary: Vocabulary;
  /** Told with every key. */
  readonly change: (query: string) => void;
  /** Told on Enter. */
  readonly submit: (query: string) => void;
}

const FIELD_HELP: Readonly<Record<string, string>> = {
  "client:": "a client",
  "skill:": "what Jessie does",
  "status:": "where it stands",
  "requester:": "who asked",
  "code:": "why it ended or stands still",
  "waiting:": "what it waits on",
};

function helpOf(label: string): string | null {
  const named = /^status:(\w+)$/.exec(label)?.[1];
  const status = RunStatusSchema.options.find((one) => one === named);
  return status === undefined ? (FIELD_HELP[label] ?? null) : statusWords(status).label;
}

interface OptionProps {
  readonly one: Suggestion;
  readonly id: string;
  readonly active: boolean;
  readonly pick: () => void;
}

function Option({ one, id, active, pick }: OptionProps): VNode {
  const help = helpOf(one.label);
  // Pressing the mouse would take the focus out of the box before the click.
  return html`<li id=${id} role="option" aria-selected=${active ? "true" : "false"} onMouseDown=${(event: Event) => event.preventDefault()} onClick=${pick}>
    <code><${Foreign} text=${one.label} /></code>${help !== null && html`<span class="muted">${help}</span>`}
  </li>`;
}

/** The box. Arrow keys walk the suggestions, Enter takes one or searches, Escape closes them. */
export function SearchBox({ query, vocabulary, change, submit }: SearchBoxProps): VNode {
  const input = useRef<HTMLInputElement>(null);
  const wantedCaret = useRef<number | null>(null);
  const [open, setOpen] = useState(false);
  const [active, setActive] = useState(-1);
  const [caret, setCaret] = useState(query.length);
  const found = open ? suggestionsFor(query, Math.min(caret, query.length), vocabulary) : [];
  const shown = found.length > 0;

  useLayoutEffect(() => {
    const at = wantedCaret.current;
    if (at === null || input.current === null) return;
    wantedCaret.current = null;
    input.current.setSelectionRange(at, at);
  });

  const noteCaret = (): void => setCaret(input.current?.selectionStart ?? query.length);
  const pick = (one: Suggestion): void => {
    wantedCaret.current = one.caret;
    setCaret(one.caret);
    setActive(-1);
    change(one.text);
  };
  const typed = (): void => {
    setOpen(true);
    setActive(-1);
    noteCaret();
    change(input.current?.value ?? "");
  };
  const move = (step: number): void => {
    if (!open) setOpen(true);
    else if (shown) setActive((active + step + found.length + (active === -1 && step < 0 ? 1 : 0)) % found.length);
  };
  const key = (event: KeyboardEvent): void => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      move(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Escape" && shown) {
      event.preventDefault();
      setOpen(false);
      setActive(-1);
    } else if (event.key === "Enter") {
      const chosen = found[active];
      if (chosen !== undefined) pick(chosen);
      else {
        setOpen(false);
        submit(query);
      }
    }
  };

  return html`<div class="search" role="search">
    <${Icon} name="search" />
    <input ref=${input} type="text" role="combobox" aria-label="Search runs" aria-expanded=${shown ? "true" : "false"} aria-controls="search-suggestions"
      aria-autocomplete="list" aria-activedescendant=${active >= 0 && shown ? `search-option-${active}` : undefined}
      placeholder="Search: client:, status:, code:, or words" value=${query} maxlength="200" autocomplete="off" autocapitalize="off" spellcheck=${false}
      onInput=${typed} onKeyDown=${key} onClick=${() => {
        noteCaret();
        setOpen(true);
      }} onBlur=${() => setOpen(false)} />
    <ul id="search-suggestions" role="listbox" aria-label="Suggestions" hidden=${!shown}>
      ${found.map((one, index) => html`<${Option} key=${one.label} one=${one} id=${`search-option-${index}`} active=${index === active} pick=${() => pick(one)} />`)}
    </ul>
  </div>`;
}
