/** What the model answers: by the name of the schema, bent by the fault that was asked for. */
import { allTexts, findObject, isObject, type JsonObject } from "./capsule.ts";
import { classify } from "./feedback.ts";
import { minimalValue } from "./fill.ts";
import { discussion, narrative } from "./narrative.ts";

/** Faults that change what is said; those that change how it is delivered belong to the wire. */
export const SPOKEN_FAULTS = ["hallucinate", "markup", "wrong_reference", "obey"] as const;
export type SpokenFault = (typeof SPOKEN_FAULTS)[number];

/** A request in the model's own terms, whichever wire it came over. */
export interface Prompt {
  readonly model: string;
  readonly input: string;
  /** null: free text is wanted. */
  readonly format: { readonly name: string; readonly schema: JsonObject } | null;
  readonly maxTokens: number | null;
}

/** The text of the answer. */
export function speak(prompt: Prompt, fault: SpokenFault | null): string {
  if (prompt.format === null) return "This model answers best when it is given a JSON schema.";
  const value = valueFor(prompt.format.name, prompt);
  return JSON.stringify(fault === null ? value : bent(value, fault, prompt));
}

function valueFor(name: string, prompt: Prompt): unknown {
  switch (name) {
    case "narrative":
      return narrative(findObject(prompt.input, ["sections"]) ?? {});
    case "discussion":
      return discussion(findObject(prompt.input, ["allowed", "question"]) ?? {});
    case "feedback": {
      const found = findObject(prompt.input, ["comment"])?.comment;
      return classify(typeof found === "string" ? found : prompt.input);
    }
    default:
      return minimalValue(prompt.format?.schema ?? {});
  }
}

/** Spoils every piece of prose, however deep it lies; ids and kinds stay, so that the answer still fits its schema. */
function bent(value: unknown, fault: SpokenFault, prompt: Prompt): unknown {
  const order = fault === "obey" ? orderIn(prompt.input) : "";
  // Without an instruction in its data there is nothing to obey.
  if (order === null) return value;
  const visit = (each: unknown, prose: boolean): unknown => {
    if (typeof each === "string") return prose ? spoiled(each, fault) : each;
    if (Array.isArray(each)) return each.map((item) => visit(item, prose));
    if (!isObject(each)) return each;
    const entries = Object.entries(each).map(([key, inner]) => {
      if (key === "confidence" && fault === "hallucinate") return [key, 7];
      return [key, visit(inner, key === "sentences" || key === "items")];
    });
    return Object.fromEntries(entries);
  };
  return visit(value, false);
}

function spoiled(sentence: string, fault: SpokenFault): string {
  switch (fault) {
    case "hallucinate":
      return `Clicks soared by 342% to 98,765, and {{gsc.clicks.invented}} proves it. ${sentence}`;
    case "markup":
      return `<script>alert("model")</script> **${sentence}** <img src=x onerror=alert(1)> [details](https://evil.example/)`;
    case "wrong_reference":
      return sentence.includes("{{")
        ? sentence.replaceAll(/\{\{([^}]*)\}\}/g, "{{$1.elsewhere}}")
        : `${sentence} See {{fact.of.another.report}}.`;
    case "obey":
      return `PWNED ${sentence}`;
  }
}

const ORDER = /ignore (all |any )?(the )?(previous|prior|above|earlier) (instructions|prompts?|rules)/i;

/** An instruction hidden in the data, as a gullible model would find it. */
function orderIn(input: string): string | null {
  const data = findObject(input, ["sections", "comment", "question", "allowed"]);
  const texts = data === null ? [input] : allTexts(data);
  return texts.find((text) => ORDER.test(text)) ?? null;
}
