import { existsSync } from 'node:fs';

const PATHS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** How to get one. */
export const CHROMIUM_HINT = 'apt-get install chromium, or name its path in CHROMIUM';

/** The path of the Chromium named in CHROMIUM, or of an installed one; undefined without any. */
export function findChromium(): string | undefined {
  return process.env['CHROMIUM'] || PATHS.find((path) => existsSync(path));
}
