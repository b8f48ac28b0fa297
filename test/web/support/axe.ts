/** What axe finds on a page at rest. */
import AxeBuilder from "@axe-core/playwright";
import type { Page } from "playwright-core";

/** Faults as `rule: markup`. A colour on its way from one theme to the other is neither's, so it is waited for. */
export async function axeFaults(page: Page): Promise<string[]> {
  await page.evaluate(() =>
    Promise.allSettled(
      document
        .getAnimations()
        .filter((one) => one instanceof CSSTransition)
        .map((one) => one.finished),
    ),
  );
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.html).join(" ")}`);
}
