import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasBrowser, skipReason } from '../support/open-browser.ts';
import { PageBed } from '../support/page-bed.ts';
import { seriousFindings } from '../support/serious-findings.ts';

let bed: PageBed;

beforeAll(async () => {
  if (hasBrowser) bed = await PageBed.start();
});
afterAll(() => bed?.close());

/** Runs in the browser: closes the websocket at the next action, in place of sending it. */
const BREAK_NEXT_ACTION = `{
  const { send } = WebSocket.prototype;
  WebSocket.prototype.send = function () {
    WebSocket.prototype.send = send;
    this.close();
  };
}`;

function composer(page: Page): Locator {
  return page.getByRole('combobox', { name: /^Message/ });
}

async function type(page: Page, text: string): Promise<void> {
  await composer(page).fill(text);
  await composer(page).press('Enter');
}

/** The latest message that shows this text. */
function message(page: Page, text: string | RegExp): Locator {
  return page.locator('.message', { hasText: text }).last();
}

function image(page: Page, prompt: string): Locator {
  return page.locator('.message').last().getByRole('img', { name: prompt });
}

/** The width of an image that the browser has decoded. */
function loadedWidth(shown: Locator): Promise<number> {
  return shown.evaluate(async (element) => {
    // Safe cast: only images are located so. This runs in the browser, whose types tests don't know.
    const picture = element as unknown as { decode(): Promise<void>; naturalWidth: number };
    await picture.decode();
    return picture.naturalWidth;
  });
}

describe.skipIf(!hasBrowser)(`the page of the sandbox, in a browser${skipReason}`, () => {
  it('completes a command, shows its progress and then its image, and opens that large', async () => {
    const page = await bed.open();
    await composer(page).pressSequentially('/timel');
    await page
      .getByRole('option', { name: /^\/timeless / })
      .first()
      .waitFor();
    await composer(page).press('Enter');
    await composer(page).pressSequentially('prompt:a yellow boat sam');
    await page.getByRole('option', { name: /^samples:/ }).waitFor();
    await composer(page).press('Tab');
    await composer(page).pressSequentially('2');
    expect(await page.locator('.hint').textContent()).toContain('1 to 4');
    await composer(page).press('Enter');
    await page.locator('.message', { hasText: /thinking|Starting|Queued|Rendering|Almost there/ }).waitFor();
    const gallery = page.locator('.message').last().locator('.gallery.of-2');
    await gallery.waitFor();
    expect(await loadedWidth(gallery.getByRole('img').first())).toBe(1024);
    await gallery.getByRole('button').first().click();
    await page.getByRole('dialog', { name: 'Image' }).getByRole('img').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  });

  it('rerolls an image with the same seed', async () => {
    const page = await bed.open();
    await type(page, '/timeless prompt:a green hill seed:77');
    await message(page, 'seed 77').getByRole('button', { name: 'Reroll' }).click();
    const rerolled = page.locator('.message', { hasText: 'seed 77' }).nth(1);
    await rerolled.getByRole('img', { name: 'a green hill' }).waitFor();
  });

  it('lists a member’s images with thumbnails', async () => {
    const page = await bed.open();
    await type(page, '/timeless prompt:a small harbour');
    await image(page, 'a small harbour').waitFor();
    await type(page, '/timeless-images ');
    const thumbnail = message(page, 'Only you can see this').locator('.embed-thumbnail img').first();
    expect(await loadedWidth(thumbnail)).toBeGreaterThan(0);
  });

  it('stays the same member in the same channel when its connection breaks', async () => {
    const page = await bed.open();
    await page.getByLabel('Member').selectOption('bob');
    await page.getByRole('button', { name: '# art' }).click();
    await page.getByText('Welcome to #art').waitFor();
    await page.evaluate(BREAK_NEXT_ACTION);
    await type(page, 'still bob?');
    await page.locator('.banner', { hasText: 'The sandbox has ended' }).waitFor();
    await page.locator('.banner').waitFor({ state: 'hidden' });
    // The text is back, since it wasn't sent.
    await composer(page).press('Enter');
    const said = message(page, 'still bob?');
    await said.waitFor();
    expect(await said.locator('.author strong').textContent()).toBe('Bob');
    expect(await page.locator('.bar').textContent()).toMatch(/#art\s+as bob/);
  });

  it('edits an image in the form, which is filled in', async () => {
    const page = await bed.open();
    await type(page, '/timeless prompt:a brown bear seed:78');
    await message(page, 'a brown bear').getByRole('button', { name: 'Edit' }).click();
    const form = page.getByRole('dialog');
    const prompt = form.getByLabel('Prompt', { exact: false }).first();
    expect(await prompt.inputValue()).toBe('a brown bear');
    await prompt.fill('a white bear');
    await form.getByRole('button', { name: 'Submit' }).click();
    const edited = message(page, 'a white bear');
    await edited.getByRole('img', { name: 'a white bear' }).waitFor();
    expect(await edited.textContent()).toContain('seed 78');
  });

  it('refuses an option out of range as Discord’s client does, and keeps what was typed', async () => {
    const page = await bed.open();
    const before = bed.stack.discord.interactions.length;
    await type(page, '/timeless prompt:a hill steps:500');
    await page.getByRole('alert').filter({ hasText: 'steps must be at most 100' }).waitFor();
    expect(await composer(page).inputValue()).toBe('/timeless prompt:a hill steps:500');
    const sent = bed.stack.discord.interactions.slice(before);
    // Typing asks the bot for suggestions, but the command itself was never sent.
    expect(sent.filter(({ type: kind }) => kind === 2)).toEqual([]);
  });

  it('shows a member the limit that a moderator has just set', async () => {
    const page = await bed.open();
    await page.getByLabel('Member').selectOption('moderator');
    await type(page, '/timeless-config limits max_samples:1');
    await message(page, /Max samples/).waitFor();
    await page.getByLabel('Member').selectOption('bob');
    await type(page, '/timeless prompt:many hills samples:4');
    const refusal = message(page, 'Only you can see this');
    await refusal.waitFor();
    expect(await refusal.textContent()).toMatch(/samples/i);
    await page.getByRole('button', { name: 'Dismiss message' }).last().click();
    await refusal.waitFor({ state: 'detached' });
    await page.getByLabel('Member').selectOption('moderator');
    await type(page, '/timeless-config limits max_samples:4');
    await message(page, /Max samples/).waitFor();
  });

  it('shows the image of a bot that was killed during the render and started again', async () => {
    const page = await bed.open();
    await page.getByRole('button', { name: 'stuck', exact: true }).click();
    await page.getByRole('status').filter({ hasText: 'finishes no image' }).waitFor();
    await type(page, '/timeless prompt:a patient tortoise');
    await page.locator('.submits', { hasText: 'PROCESSING a patient tortoise' }).waitFor();
    await page.getByRole('button', { name: 'Kill it' }).click();
    await page.locator('[data-bot-state="stopped"]').waitFor();
    await page.getByRole('button', { name: 'fix', exact: true }).click();
    await page.getByRole('button', { name: 'Start it again' }).click();
    await image(page, 'a patient tortoise').waitFor();
    expect(await page.locator('[data-bot-state="running"]').count()).toBe(1);
  });

  it('can be used with the keyboard alone', async () => {
    const page = await bed.open();
    /** Presses Tab until something with this name has the focus. */
    const tabTo = async (name: RegExp) => {
      for (let step = 0; step < 200; step += 1) {
        await page.keyboard.press('Tab');
        const focused = page.locator(':focus');
        const texts = await focused.evaluateAll((all) =>
          all.map((element) => `${element.getAttribute('aria-label')} ${element.textContent}`),
        );
        if (texts.some((text) => name.test(text))) return;
      }
      throw new Error(`Tab never reaches ${name}`);
    };
    await tabTo(/# art/);
    await page.keyboard.press('Enter');
    await tabTo(/Message #art/);
    await page.keyboard.type('/timeless prompt:an owl seed:5');
    await page.keyboard.press('Enter');
    await image(page, 'an owl').waitFor();
    await tabTo(/Messages in #art/);
    await tabTo(/Details/);
    await page.keyboard.press('Space');
    await message(page, 'Only you can see this').waitFor();
    await tabTo(/Dismiss message/);
    await page.keyboard.press('Enter');
    await message(page, 'Only you can see this').waitFor({ state: 'detached' });
  });

  it('shows a hostile prompt as nothing but text, and links to http and https only', async () => {
    const page = await bed.open();
    const hostile =
      '<img src=x onerror=alert(1)><script>alert(2)</script> javascript:alert(3) [here](javascript:alert(4)) "><b>bold</b>';
    await type(page, `/timeless prompt:${hostile} seed:1`);
    const reply = message(page, 'alert(2)');
    await reply.locator('.gallery').waitFor();
    expect(await reply.textContent()).toContain('<script>alert(2)</script>');
    expect(await reply.locator('script, b:not(.badge), .body a, img[src="x"]').count()).toBe(0);
    await page.getByLabel('Member').selectOption('alice');
    await type(page, 'see [this](javascript:alert(5)), [that](http://127.0.0.1/that) and https://example.com/x');
    const said = message(page, 'see [this]');
    await said.getByRole('link').first().waitFor();
    const targets = await said.getByRole('link').evaluateAll((links) => links.map((link) => link.getAttribute('href')));
    expect(targets).toEqual(['http://127.0.0.1/that', 'https://example.com/x']);
    expect(await said.getByRole('link').first().getAttribute('rel')).toBe('noopener noreferrer');
  });

  it.each([
    { colorScheme: 'dark', viewport: { width: 1400, height: 900 } },
    { colorScheme: 'light', viewport: { width: 1400, height: 900 } },
    { colorScheme: 'light', viewport: { width: 390, height: 844 } },
  ] as const)('has nothing that axe calls serious or critical: $colorScheme, $viewport.width px', async (look) => {
    const page = await bed.open(look);
    await type(page, '/timeless prompt:a small boat');
    await image(page, 'a small boat').waitFor();
    await type(page, '/timeless prompt:a hill steps:500');
    await page.getByRole('alert').filter({ hasText: 'steps' }).waitFor();
    await composer(page).fill('/');
    await page.getByRole('listbox').getByRole('option').first().waitFor();
    const overflow = await page.locator('html').evaluate((element) => element.scrollWidth - element.clientWidth);
    expect(overflow).toBe(0);
    expect(await seriousFindings(page)).toEqual([]);
    if (look.viewport.width > 500) return;
    await page.getByRole('button', { name: 'Panel' }).click();
    await page.getByRole('complementary').waitFor();
    expect(await seriousFindings(page)).toEqual([]);
  });
});
