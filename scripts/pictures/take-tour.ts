import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { decodeImages, Studio, saveFile } from './studio.ts';

const PROMPT = 'a red rose in a golden field';
const FRAME_WIDTH = 640;
const TYPING_MS = 90;

/** The page as a whole for the top of the README, and an animation of a job from its prompt to its image. */
export async function takeTour(): Promise<void> {
  const studio = await Studio.open({ queueMs: 3_000, renderMs: 4_000 });
  const film = await studio.openPage({ width: 640, height: 620 });
  const frames: { png: Buffer; ms: number }[] = [];
  const shoot = async (ms: number) => {
    frames.push({ png: await film.screenshot({ animations: 'disabled' }), ms });
  };
  await shoot(800);
  const composer = film.getByRole('combobox', { name: /^Message/ });
  const text = `/timeless prompt:${PROMPT} seed:7`;
  for (let length = 4; length <= text.length; length += 6) {
    await composer.fill(text.slice(0, length));
    await settle(film);
    await shoot(TYPING_MS);
  }
  await composer.fill(text);
  await settle(film);
  await shoot(700);
  await composer.press('Enter');
  for (const title of ['Queued at Segmind', 'Rendering']) {
    await film.locator('.embed-title', { hasText: title }).waitFor();
    // The clock stands still. From here on, a second for each frame has passed since the request.
    for (const seconds of [1, 2]) {
      await setTimeSinceStart(film, title === 'Rendering' ? seconds + 3 : seconds);
      await shoot(900);
    }
  }
  await film.getByRole('button', { name: 'Reroll' }).waitFor();
  await showEnd(film);
  await shoot(3_500);
  await film.close();
  saveFile('prompt-to-image.webp', await animate(frames));

  const page = await studio.openPage({ width: 960, height: 760 });
  await page.getByRole('img', { name: PROMPT }).waitFor();
  // Processes, ports and the times of requests differ in each run.
  await page.locator('.layout').evaluate((layout) => {
    layout.querySelector('aside')?.remove();
    // Safe cast: this runs in the browser, whose types the scripts don't know.
    (layout as unknown as { style: { gridTemplateColumns: string } }).style.gridTemplateColumns = '220px 1fr';
  });
  await showEnd(page);
  await studio.save('page.png', page.locator('.layout'));
  await studio.close();
}

/** Waits until suggestions for what was typed have arrived. */
async function settle(page: Page): Promise<void> {
  await page.locator('sandbox-composer').evaluate(async (composer) => {
    // Safe cast: lit's elements have this promise.
    await (composer as unknown as { updateComplete: Promise<unknown> }).updateComplete;
  });
  await page.waitForTimeout(250);
}

async function setTimeSinceStart(page: Page, seconds: number): Promise<void> {
  const started = page.locator('relative-time').last();
  const atMs = Number(await started.getAttribute('at-ms'));
  await page.clock.setFixedTime(atMs + seconds * 1_000);
  await started.evaluate((element) => element.setAttribute('at-ms', element.getAttribute('at-ms') ?? ''));
}

/** Scrolls to the end once all images are there. */
async function showEnd(page: Page): Promise<void> {
  await decodeImages(page.locator('.messages'));
  await page.locator('.messages').evaluate((list) => {
    list.scrollTop = list.scrollHeight;
  });
}

async function animate(frames: readonly { png: Buffer; ms: number }[]): Promise<Buffer> {
  const images = await Promise.all(frames.map(({ png }) => sharp(png).resize(FRAME_WIDTH).png().toBuffer()));
  return sharp(images, { join: { animated: true } })
    .webp({ loop: 0, delay: frames.map(({ ms }) => ms), quality: 80, effort: 6 })
    .toBuffer();
}
