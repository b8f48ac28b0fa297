/**
 * When a comment accepts a report. A wrong acceptance is the worst mistake the reading of comments can make, so the
 * rules accept only what is nothing but acceptance, and a model's acceptance is vetoed by any sign of doubt.
 */

/** Emoji that add nothing but good mood; any other, 🙄 for one, keeps a comment from being an acceptance. */
const CHEER =
  /[\u{1F44D}\u{1F389}\u{1F64C}\u{1F44F}\u{2705}\u{1F642}\u{1F60A}\u{1F600}\u{1F603}\u{1F604}\u{1F680}\u{2764}\u{1F4AF}\u{1F44C}\u{1F64F}]|\p{Emoji_Modifier}|\u{FE0F}/gu;

const OBJECT =
  "(?: (?:(?:this|that|the|your|it)(?: (?:new|revised|updated|latest|final|seo))?(?: (?:report|version|revision|one))?|(?:version |v)(\\d{1,3})))?(?: as (?:it )?is)?";
const BY = "(?: (?:by|from|for|to) (?:me|us))?(?: now)?";
const ACCEPTING: readonly RegExp[] = [
  `(?:i|we|i'm|we're|i am|we are)?(?: (?:hereby|happily|gladly|can|happy to|glad to))*? ?(?:accept|accepted|accepting|approve|approved|approving)${OBJECT}${BY}`,
  `(?:it|this|that|the report|version (\\d{1,3})|v(\\d{1,3}))?(?: is|'s)? ?(?:accepted|approved|signed off|good to go|ready to go)${BY}`,
  `(?:it|this|that|the report|this report|this version)? ?looks? (?:good|great|perfect|excellent)${BY}`,
  `lgtm|ship it|all good|sign(?:ed)? off|consider (?:it|this) (?:accepted|approved)`,
  `(?:i|we|i'm|we're|i am|we are)? ?happy with (?:it|this|that|the report|this report|this version)(?: as (?:it )?is)?`,
].map((source) => new RegExp(`^(?:${source})$`, "u"));

const PLEASANTRY: readonly RegExp[] = [
  "(?:hi|hello|hey|dear)(?: (?:jessie|team|all|there))?|@?jessie",
  "thanks?(?: you)?(?: (?:so much|a lot|very much|again|all|jessie|for this|for the report|for your work))*|many thanks|cheers|much appreciated|appreciated",
  "yes|yep|yeah|ok|okay|right|done|super",
  "great|nice|good|excellent|perfect|brilliant|lovely|awesome|fantastic|(?:great|nice|good|excellent) (?:work|job|stuff|one|report)|well done|love it",
  "(?:and )?no (?:further |more |other )?(?:changes|edits|comments|remarks|notes)(?: needed| required)?(?: from (?:me|us|my side|our side))?",
].map((source) => new RegExp(`^(?:${source})$`, "u"));

const LONGEST = 300;

/** The clauses of a comment in plain form: lower case, straight apostrophes, without cheer and punctuation. */
export function clausesOf(comment: string): readonly string[] {
  return comment
    .toLowerCase()
    .replace(/[‘’]/gu, "'")
    .replace(CHEER, " ")
    .split(/[.!,;:\n\r]+|\s[-–—]+\s|\band\b/u)
    .map((clause) => clause.replace(/[\s"“”*_]+/gu, " ").trim())
    .filter((clause) => clause !== "");
}

/** True for words of courtesy that ask for nothing and decide nothing. */
export function isPleasantry(clause: string): boolean {
  return PLEASANTRY.some((pattern) => pattern.test(clause));
}

/**
 * True when every clause accepts or is a courtesy, and at least one accepts. A clause that names a version accepts
 * that version alone.
 */
export function isAcceptance(comment: string, version: number): boolean {
  if (comment.length > LONGEST) return false;
  let accepts = false;
  for (const clause of clausesOf(comment)) {
    const match = ACCEPTING.map((pattern) => pattern.exec(clause)).find((found) => found !== null);
    if (match === undefined && !isPleasantry(clause)) return false;
    const named = match?.slice(1).find((group) => group !== undefined);
    if (named !== undefined && Number(named) !== version) return false;
    accepts ||= match !== undefined;
  }
  return accepts;
}

const DOUBT =
  /\?|n't\b|\b(?:cannot|can not|not|no|never|nothing|none|neither|hardly|unless|until|till|before|once|if|when|after|provided|assuming|but|however|except|although|though|apart|besides|wait|hold|stop|still|sorry|mistake|pending|almost|nearly|yet|later|write|un(?:accept|approv)\w*|please|could|would|should|must|needs?|want|wish|wrong|missing|change|fix|add|remove|reject|decline|refuse|rather|instead)\b|[\u{1F644}\u{1F612}\u{1F615}\u{1F914}\u{1F621}\u{1F44E}\u{1F62C}\u{1F61E}]/iu;
/** A comment that speaks to a machine instead of about a report. */
const COMMAND =
  /\b(?:ignore|disregard|forget|override|bypass|instructions?|prompt|system|assistant|rules?|classif\w*|kind|confidence|output|respond|reply|return|json|mark|set|status|acceptance|pretend|act as|you are|admin|developer|model)\b|[{}<>[\]]/iu;

/** True when nothing in the comment speaks against a model that read it as an acceptance of `version`. */
export function mayAccept(comment: string, version: number): boolean {
  if (comment.length > LONGEST || DOUBT.test(comment.replace(/[‘’]/gu, "'")) || COMMAND.test(comment)) return false;
  const named = [...comment.matchAll(/\b(?:version |v)(\d{1,3})\b/giu)].map((match) => Number(match[1]));
  return named.every((one) => one === version);
}
