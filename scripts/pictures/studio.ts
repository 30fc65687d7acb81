import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium, type Locator, type Page } from 'playwright-core';
import sharp from 'sharp';
import { buildPage } from '../../sandbox/page/build-page.ts';
import { PageServer } from '../../sandbox/page/server/page-server.ts';
import { addPlaces } from '../../sandbox/session/add-places.ts';
import { Stack } from '../../sandbox/session/stack.ts';
import { CHROMIUM_HINT, findChromium } from '../find-chromium.ts';

const DOCS = fileURLToPath(new URL('../../docs/', import.meta.url));
const HOOK = fileURLToPath(new URL('./shift-clock.mjs', import.meta.url));
/** How far the browser's clock is ahead of the sandbox's start: all that happened so far was "1 minute ago", however fast it went. */
const BROWSER_AHEAD_MS = 90_000;

interface StudioOptions {
  /** How long an image of 1024×1024 with 30 steps takes, and before that the queue. */
  readonly renderMs: number;
  readonly queueMs: number;
  /** Called before the bot starts. */
  readonly prepare?: (stack: Stack) => Promise<void>;
}

/** The sandbox at its fixed time, and a browser that looks at its page. */
export class Studio {
  readonly stack: Stack;
  readonly #server: PageServer;
  readonly #browser: Browser;
  readonly #startMs = Date.now();

  private constructor(stack: Stack, server: PageServer, browser: Browser) {
    this.stack = stack;
    this.#server = server;
    this.#browser = browser;
  }

  /** @throws Error when no Chromium is installed */
  static async open({ renderMs, queueMs, prepare }: StudioOptions): Promise<Studio> {
    const executablePath = findChromium();
    if (executablePath === undefined) throw new Error(`No Chromium is installed: ${CHROMIUM_HINT}`);
    const stack = await Stack.create(
      { renderMs, queueMs, requestsPerMinute: 600 },
      { nodeOptions: ['--import', HOOK], env: { CLOCK_SHIFT_MS: process.env['CLOCK_SHIFT_MS'] ?? '0' } },
    );
    addPlaces(stack.discord);
    await prepare?.(stack);
    await stack.startBot();
    const server = await PageServer.start(stack, await buildPage());
    return new Studio(stack, server, await chromium.launch({ executablePath }));
  }

  /** Opens the page in the dark theme, with a clock that stands still. */
  async openPage(viewport: { width: number; height: number }, scale = 1): Promise<Page> {
    const page = await this.#browser.newPage({
      viewport,
      deviceScaleFactor: scale,
      colorScheme: 'dark',
      timezoneId: 'UTC',
      locale: 'en-US',
    });
    await page.clock.setFixedTime(this.#startMs + BROWSER_AHEAD_MS);
    await page.goto(this.#server.url);
    await page.locator('[data-bot-state="running"]').waitFor({ state: 'attached' });
    return page;
  }

  /** Takes a picture of one part of the page and saves it in docs/. @param colours default all; few are enough for text, and make the file smaller */
  async save(name: string, part: Locator, colours?: number): Promise<void> {
    await hideReferences(part);
    const taken = await part.screenshot({ animations: 'disabled' });
    const png = colours === undefined ? {} : { palette: true, colours, dither: 0 };
    saveFile(
      name,
      await sharp(taken)
        .png({ ...png, compressionLevel: 9, effort: 10 })
        .toBuffer(),
    );
  }

  /** Ends everything. @throws Error when a rule was broken, since the pictures would show a bot that misbehaves */
  async close(): Promise<void> {
    await this.#browser.close();
    await this.#server.close();
    const { discord, segmind } = this.stack;
    const broken = [...discord.violations, ...segmind.violations].map(({ rule, detail }) => `${rule}: ${detail}`);
    await this.stack.stop();
    if (broken.length > 0) throw new Error(`Rules were broken:\n${broken.join('\n')}`);
  }
}

/** Saves a file in docs/ and prints its size. */
export function saveFile(name: string, bytes: Buffer): void {
  writeFileSync(join(DOCS, name), bytes);
  console.log(`docs/${name}: ${Math.ceil(bytes.length / 1024)} KiB`);
}

/** Waits until an image, or all in a part of the page, can be painted. */
export async function decodeImages(part: Locator): Promise<void> {
  for (const image of await part.locator('img').all()) {
    // Safe cast: this runs in the browser, whose types the scripts don't know.
    await image.evaluate((element) => (element as unknown as { decode(): Promise<void> }).decode());
  }
}

/** Replaces the references of jobs, which differ in each run, by one that could be theirs. */
async function hideReferences(part: Locator): Promise<void> {
  for (const holder of await part.locator('code, small').all()) {
    await holder.evaluate((element) => {
      for (const node of element.childNodes) {
        const text = node.nodeValue ?? '';
        if (/\b(?=[a-z]*\d)[0-9a-z]{13}\b/.test(text))
          node.nodeValue = text.replace(/\b(?=[a-z]*\d)[0-9a-z]{13}\b/g, '1ck088k77db88');
      }
    });
  }
}
