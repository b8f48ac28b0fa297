/** Short words that steer a run and are no feedback: “go”, “apply”, “keep”. */

const HAIL = "(?:(?:@?jessie|https://\\S+|ok(?:ay)?|yes|please|then|and)[,:]? +)*";
const END = "(?:,? (?:please|now|thanks|thank you|jessie))*[.! ]*";
const GO = new RegExp(
  `^${HAIL}(?:go|go ahead|go on|go for it|proceed|carry on|start|that(?:'s| is| was) (?:all|it)|nothing more)${END}$`,
  "u",
);
const APPLY = new RegExp(`^${HAIL}(?:apply|start over)(?: (?:it|this|that|(?:the )?changes?))?${END}$`, "u");
const KEEP = new RegExp(
  `^${HAIL}(?:keep|leave)(?: (?:it|this|that|the old one))?(?: as (?:it )?(?:is|was))?${END}$`,
  "u",
);

function plain(text: string): string {
  return text
    .toLowerCase()
    .replace(/[‘’]/gu, "'")
    .replace(/[\s"“”*_]+/gu, " ")
    .trim();
}

/** "Go": do not wait for further comments; or: another round is fine; or: this task may begin. */
export function isGo(text: string): boolean {
  return GO.test(plain(text));
}

/** "Apply": start over with what the task says now. */
export function isApply(text: string): boolean {
  return APPLY.test(plain(text));
}

/** "Keep": leave the work as it was agreed. */
export function isKeep(text: string): boolean {
  return KEEP.test(plain(text));
}
