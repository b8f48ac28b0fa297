/** Words of questions about a report that narrow a figure to no part of it. Any other word may, so it is never passed over. */

const list = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));

/** Stand between a preposition and what it is about. */
export const DETERMINERS = list(
  "the a an our their my your his her its this that these those all any some each both new old other same main own latest",
);

/** What follows one of these narrows the question. */
export const PREPOSITIONS = list(
  "for on in from at by before after since until than vs versus against like unlike per via through among amongst within with without during across to under of about around excluding including only just",
);

/** What follows one of these may be who or what the figure is asked of: "how many clicks did the newsletter bring". */
export const AUXILIARIES = list("did do does has have had was were is are got gets brought brings drove drives");

/** Names of figures; a word right before one says which part of it is meant: "campaign clicks". */
export const FIGURES = list(
  "click clicks traffic visit visits visitor visitors impression impressions visibility ctr rate rates position positions session sessions event events conversion conversions lead leads revenue sales turnover rank ranks ranking rankings share",
);

const ORDINARY = list(`
  i me we us you he she it they them one ones who whom whose which what when where why how much many more most less least
  few fewer and or but so if then than as not no nor yes ok okay too also again still already ever never yet please thanks
  thank hi hello hey dear jessie can could may might must shall should will would am be been being isn't aren't wasn't weren't
  don't doesn't didn't hasn't haven't can't couldn't what's that's it's there's there here now tell say says said show shows
  shown see look looks looking know think mean means meant explain explains explained understand understood wonder wondering
  ask asked asking question questions answer answers give gives gave given want wants need needs get getting make makes made
  count counts counted counting calculate calculated calculates calculation compute computed define defined definition
  measure measured measures metric metrics figure figures number numbers value values total totals overall whole sum average
  mean median report reports reported version page's site website domain property client data evidence source sources
  section table chart graph appendix line google search console analytics organic seo web results result engine engines jessie's
  accuranker tracked compare compared compares comparing comparison versus vs against before after ago since until between
  same different difference change changes changed changing develop developed development move moved movement trend trends go goes
  went going come comes came up down rise rises rose risen rising fall falls fell fallen falling drop drops dropped dropping
  decline declines declined declining decrease decreased decreases increase increases increased increasing grow grows grew
  grown growth gain gained gains lose loses lost losing loss improve improved improves improvement worse better best worst
  good bad high higher highest low lower lowest big bigger biggest large larger largest small smaller smallest top bottom
  while whereas although though despite even nearly almost such rest keep keeps kept stay stays stayed stable steady flat
  strong weak sudden suddenly sharp sharply slightly clearly clear really very quite rather exactly actually roughly about
  normal usual unusual typical significant real right wrong correct true sure happy surprised surprising odd strange expected
  reason reasons cause caused causes because due period periods month months year years day days date previous last prior
  past current first second third week weeks quarter quarters time times new old per cent percent percentage point points
  share shares voice key brand branded brands nonbrand non-brand non list listed hidden anonymous anonymised anonymized
  unlisted withheld list lists click-through clickthrough clicked through visible people user users per anything something
  nothing everything everybody anybody somebody else other others instead maybe perhaps happened happen happens work works
  worked like let like out off over into way well job great nice curious quick quickly short long two three four five
  january february march april may june july august september october november december jan feb mar apr jun jul aug sep sept
  oct nov dec`);

/** True for a word that says nothing about a part of the figures. */
export function isOrdinary(word: string): boolean {
  const plain = word.toLowerCase().replaceAll("’", "'");
  const bare = plain.replace(/'s$|'$/u, "");
  return [plain, bare].some(
    (one) =>
      ORDINARY.has(one) || DETERMINERS.has(one) || PREPOSITIONS.has(one) || AUXILIARIES.has(one) || FIGURES.has(one),
  );
}
