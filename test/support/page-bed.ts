import type { Browser, Page } from 'playwright-core';
import { expect, onTestFinished } from 'vitest';
import { buildPage } from '../../sandbox/page/build-page.ts';
import { PageServer } from '../../sandbox/page/server/page-server.ts';
import { addPlaces } from '../../sandbox/session/add-places.ts';
import { Stack } from '../../sandbox/session/stack.ts';
import { openBrowser } from './open-browser.ts';

/** The sandbox with the built bot, its page's server, and a browser. */
export class PageBed {
  readonly stack: Stack;
  readonly server: PageServer;
  readonly #browser: Browser;

  private constructor(stack: Stack, server: PageServer, browser: Browser) {
    this.stack = stack;
    this.server = server;
    this.#browser = browser;
  }

  /** @param connect connects a bot; default: the built one */
  static async start(connect = (stack: Stack) => stack.startBot()): Promise<PageBed> {
    const browser = await openBrowser();
    const stack = await Stack.create({ queueMs: 50, renderMs: 200, requestsPerMinute: 600 });
    addPlaces(stack.discord);
    const server = await PageServer.start(stack, await buildPage());
    await connect(stack);
    return new PageBed(stack, server, browser);
  }

  /** Opens the page. When the test ends, no request may have left the machine's own page, and the browser complained of nothing. */
  async open(options: Parameters<Browser['newPage']>[0] = {}): Promise<Page> {
    const page = await this.#browser.newPage({ viewport: { width: 1400, height: 900 }, ...options });
    const trouble: string[] = [];
    page.on('console', (message) => message.type() === 'error' && trouble.push(message.text()));
    page.on('pageerror', (error) => trouble.push(String(error)));
    page.on('request', (request) => {
      if (!request.url().startsWith(`${this.server.url}/`)) trouble.push(`a request to ${request.url()}`);
    });
    page.on('websocket', (socket) => {
      if (socket.url() !== `${this.server.url.replace('http', 'ws')}/live`) trouble.push(`a socket to ${socket.url()}`);
    });
    onTestFinished(async () => {
      await page.close();
      expect(trouble).toEqual([]);
      expect(this.stack.discord.violations).toEqual([]);
    });
    await page.goto(this.server.url);
    return page;
  }

  async close(): Promise<void> {
    await this.#browser.close();
    await this.server.close();
    await this.stack.stop();
  }
}
