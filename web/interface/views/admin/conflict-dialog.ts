/** Somebody else changed the same thing: both versions side by side, and a choice for each. */
import type { VNode } from "preact";
import { useId, useState } from "preact/hooks";
import { html } from "../../html.ts";
import {
  type Choices,
  type Conflict,
  choiceKey,
  firstChoices,
  isDecided,
  type Piece,
  type Side,
} from "../../state/admin-conflict.ts";
import { fieldName, valueLines } from "../../state/admin-words.ts";
import { Foreign } from "../parts.ts";
import { Dialog } from "../ui/dialog.ts";

interface PieceProps {
  readonly field: string;
  readonly piece: Piece;
  readonly side: Side | undefined;
  readonly choose: (side: Side) => void;
}

function titleOf(field: string, key: string): string {
  return key === "" ? fieldName(field) : `${fieldName(field)}: ${fieldName(key)}`;
}

function Option({
  name,
  label,
  value,
  field,
  checked,
  choose,
}: {
  name: string;
  label: string;
  value: unknown;
  field: string;
  checked: boolean;
  choose: () => void;
}): VNode {
  return html`<label class=${`clash-side${checked ? " clash-taken" : ""}`}>
    <input type="radio" name=${name} checked=${checked} onChange=${choose} />
    <span class="clash-who">${label}</span>
    <span class="clash-value">${valueLines(field, value).map((line, n) => html`<span key=${n}><${Foreign} text=${line} /></span>`)}</span>
  </label>`;
}

function PieceChoice({ field, piece, side, choose }: PieceProps): VNode {
  const name = useId();
  const of = piece.key === "" ? field : piece.key;
  const note =
    piece.side === "mine" ? "Only you changed this." : piece.side === "theirs" ? "Only they changed this." : null;
  return html`<fieldset class="clash">
    <legend>${titleOf(field, piece.key)}${note !== null && html` <span class="muted">${note}</span>`}</legend>
    <div class="clash-sides">
      <${Option} name=${name} label="Yours" value=${piece.mine} field=${of} checked=${side === "mine"} choose=${() => choose("mine")} />
      <${Option} name=${name} label="Theirs, saved already" value=${piece.theirs} field=${of} checked=${side === "theirs"} choose=${() => choose("theirs")} />
    </div>
    ${
      piece.base !== undefined &&
      html`<p class="clash-base muted">Before both: <${Foreign} text=${valueLines(of, piece.base).join("; ")} /></p>`
    }
  </fieldset>`;
}

export interface ConflictDialogProps {
  readonly conflict: Conflict;
  readonly close: () => void;
  readonly resolve: (choices: Choices) => Promise<boolean>;
  readonly saved?: (() => void) | undefined;
}

/** Nothing is saved before every piece is decided; closing it keeps what was typed. */
export function ConflictDialog({ conflict, close, resolve, saved }: ConflictDialogProps): VNode {
  const [choices, setChoices] = useState<Choices>(() => firstChoices(conflict));
  const decided = isDecided(conflict, choices);
  const all = (side: Side): void =>
    setChoices(
      new Map(
        conflict.clashes.flatMap(({ field, pieces }) =>
          pieces.map(({ key }): [string, Side] => [choiceKey(field, key), side]),
        ),
      ),
    );
  const save = async (): Promise<void> => {
    if (await resolve(choices)) saved?.();
  };
  const actions = html`<button type="button" class="button button-quiet" onClick=${close}>Back to the form</button>
    <button type="button" class="button button-primary" disabled=${!decided} onClick=${() => void save()}>Save this</button>`;
  return html`<${Dialog} title="Somebody changed this meanwhile" open=${true} close=${close} actions=${actions} wide=${true}>
    <p class="clash-lead">Nothing was overwritten. Choose what is to stand; the other version stays in the history.</p>
    <p class="clash-all"><button type="button" class="button button-small" autofocus onClick=${() => all("mine")}>All of mine</button>
      <button type="button" class="button button-small" onClick=${() => all("theirs")}>All of theirs</button></p>
    ${conflict.clashes.flatMap(({ field, pieces }) =>
      pieces.map(
        (piece) => html`<${PieceChoice} key=${choiceKey(field, piece.key)} field=${field} piece=${piece}
          side=${choices.get(choiceKey(field, piece.key))}
          choose=${(side: Side) => setChoices(new Map([...choices, [choiceKey(field, piece.key), side]]))} />`,
      ),
    )}
  <//>`;
}
