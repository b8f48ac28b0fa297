/** Names of devices and countries. Search Console sends codes; one we do not know is shown as it came, as a quotation. */
import type { Inline } from "../../../reporting/document.ts";

const DEVICES: Readonly<Record<string, string>> = { MOBILE: "Mobile", DESKTOP: "Desktop", TABLET: "Tablet" };

/** ISO 3166-1 alpha-3, lower case, as the API sends them; the markets agencies report on most. */
const COUNTRIES: Readonly<Record<string, string>> = {
  are: "United Arab Emirates",
  arg: "Argentina",
  aus: "Australia",
  aut: "Austria",
  bel: "Belgium",
  bgd: "Bangladesh",
  bra: "Brazil",
  can: "Canada",
  che: "Switzerland",
  chl: "Chile",
  chn: "China",
  col: "Colombia",
  cze: "Czechia",
  deu: "Germany",
  dnk: "Denmark",
  egy: "Egypt",
  esp: "Spain",
  fin: "Finland",
  fra: "France",
  gbr: "United Kingdom",
  grc: "Greece",
  hkg: "Hong Kong",
  hun: "Hungary",
  idn: "Indonesia",
  ind: "India",
  irl: "Ireland",
  isr: "Israel",
  ita: "Italy",
  jpn: "Japan",
  ken: "Kenya",
  kor: "South Korea",
  mex: "Mexico",
  mys: "Malaysia",
  nga: "Nigeria",
  nld: "Netherlands",
  nor: "Norway",
  nzl: "New Zealand",
  pak: "Pakistan",
  phl: "Philippines",
  pol: "Poland",
  prt: "Portugal",
  rou: "Romania",
  sau: "Saudi Arabia",
  sgp: "Singapore",
  swe: "Sweden",
  tha: "Thailand",
  tur: "Türkiye",
  twn: "Taiwan",
  ukr: "Ukraine",
  usa: "United States",
  vnm: "Vietnam",
  zaf: "South Africa",
};

/** The name of a segment, or the quotation of its code. */
export function segmentName(dimension: "device" | "country", code: string, quote: string): Inline {
  const names = dimension === "device" ? DEVICES : COUNTRIES;
  const name = Object.hasOwn(names, code) ? names[code] : undefined;
  return name === undefined ? { quote } : { text: name };
}
