import { type Browser, chromium } from 'playwright-core';
import { CHROMIUM_HINT, findChromium } from '../../scripts/find-chromium.ts';

const executablePath = findChromium();

/** Whether tests in a browser can run; without one, they are skipped, except in CI. */
export const hasBrowser = executablePath !== undefined || process.env['CI'] !== undefined;

/** The end of the name of a group of tests, which says why they are skipped. */
export const skipReason = hasBrowser ? '' : ` (skipped: no Chromium: ${CHROMIUM_HINT})`;

/** Starts a headless Chromium. @throws Error when none is installed */
export async function openBrowser(): Promise<Browser> {
  if (executablePath === undefined) throw new Error(`No Chromium is installed: ${CHROMIUM_HINT}`);
  return chromium.launch({ executablePath });
}
