import axe from 'axe-core';
import type { Page } from 'playwright-core';

/** What axe calls serious or critical on a page, one line each. */
export async function seriousFindings(page: Page): Promise<string[]> {
  // Evaluated by the browser's debugger, which the page's policy doesn't bind.
  await page.evaluate(axe.source);
  const findings = await page.evaluate(
    async () =>
      // Safe cast: the source above has defined it.
      (await (globalThis as unknown as { axe: typeof import('axe-core') }).axe.run()).violations,
  );
  return findings
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html}: ${failureSummary}`));
}
