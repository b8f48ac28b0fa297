/** What axe finds on a page at rest. */
import AxeBuilder from "@axe-core/playwright";
import type { Page } from "playwright-core";

/** What of a page is looked at. */
export interface Look {
  /** The rules about colours alone, for a page the other rules were asked of already. */
  readonly colours?: boolean;
  /** A part that is left out. */
  readonly without?: string;
}

/** Faults as `rule: markup`. A colour on its way from one theme to the other is neither's, so it is waited for. */
export async function axeFaults(page: Page, { colours, without }: Look = {}): Promise<string[]> {
  await page.evaluate(() =>
    Promise.allSettled(
      document
        .getAnimations()
        .filter((one) => one instanceof CSSTransition)
        .map((one) => one.finished),
    ),
  );
  // Asked in the page itself: a second one, in which axe gathers what it found in frames of other sites, takes twice the time.
  const axe = new AxeBuilder({ page }).setLegacyMode(true);
  if (colours === true) axe.withRules(["color-contrast", "link-in-text-block"]);
  if (without !== undefined) axe.exclude(without);
  const { violations } = await axe.analyze();
  return violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.html).join(" ")}`);
}

/** Faults in both themes. The dark one has the same elements in other colours. */
export async function themeFaults(page: Page): Promise<string[]> {
  await page.emulateMedia({ colorScheme: "light" });
  const light = await axeFaults(page);
  await page.emulateMedia({ colorScheme: "dark" });
  return [...light, ...(await axeFaults(page, { colours: true }))];
}
