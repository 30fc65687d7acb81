import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const PATHS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const executablePath = PATHS.find((path) => existsSync(path));

/** Whether tests in a browser can run; without one, they are skipped, except in CI. */
export const hasBrowser = executablePath !== undefined || process.env['CI'] !== undefined;

const INSTALL = 'apt-get install chromium';

/** The end of the name of a group of tests, which says why they are skipped. */
export const skipReason = hasBrowser ? '' : ` (skipped: no Chromium; install it: ${INSTALL})`;

/** Starts a headless Chromium. @throws Error when none is installed */
export async function openBrowser(): Promise<Browser> {
  if (executablePath === undefined) throw new Error(`No Chromium is installed: ${INSTALL}`);
  return chromium.launch({ executablePath });
}
