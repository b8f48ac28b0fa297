/** Names of devices and countries. Search Console sends codes; one we do not know is shown as it came, as a quotation. */
import type { Inline } from "../../../reporting/document.ts";
import { COUNTRIES } from "./country-names.ts";

const DEVICES: Readonly<Record<string, string>> = { MOBILE: "Mobile", DESKTOP: "Desktop", TABLET: "Tablet" };

/** The name of a segment, or the quotation of its code. */
export function segmentName(dimension: "device" | "country", code: string, quote: string): Inline {
  const names = dimension === "device" ? DEVICES : COUNTRIES;
  const name = Object.hasOwn(names, code) ? names[code] : undefined;
  return name === undefined ? { quote } : { text: name };
}
