import { describe, expect, it } from 'vitest';
import type { Job } from '../../src/jobs/job.ts';
import { imagesPage } from '../../src/replies/images-page.ts';
import { en } from '../../src/texts/en.ts';
import { makeJob, makeJobIn } from '../support/job-fixtures.ts';
import { embedProblems } from '../support/message-limits.ts';

const rendered = { submittedAtMs: 0, renderedAtMs: 1, imageCount: 1, imageUrls: [], imageFiles: [] };
const image = (number: number, change: Partial<Job> = {}) =>
  makeJobIn({ name: 'delivered', ...rendered }, { id: `000000000000${number}`, createdAtMs: 1_000, ...change });
const facts = { page: 0, pages: 1, isDirectMessage: false, starredDays: 400 };
const show = (jobs: readonly Job[], change: Partial<Parameters<typeof imagesPage>[0]> = {}) =>
  imagesPage({ ...facts, jobs, ...change }, en);
const ofJob = (job: Job) => show([job]).embeds[0]?.description?.split('\n');
/** The custom ids of all components, row by row; those of disabled ones in brackets. */
const idsOf = ({ components }: ReturnType<typeof imagesPage>) =>
  components.map((row) =>
    row.components.map((its) => {
      const id = 'custom_id' in its ? its.custom_id : '';
      return 'disabled' in its && its.disabled ? `(${id})` : id;
    }),
  );

describe('the page of a member’s images', () => {
  it('shows each with its number, prompt, seed, time and link, and buttons for the first', () => {
    const page = show([image(1, { thumbnailUrl: 'https://cdn.test/1.png' }), image(2)], { page: 2, pages: 4 });
    expect(page.content).toMatch(/^Your images in this server, newest first. Page 3 of 4.\n.*400 days/);
    expect(page.embeds[0]).toMatchObject({
      description:
        '**11** “a red rose”\n<t:1:R> · seed 7 · [Jump to image](https://discord.com/channels/100000000000000009/100000000000000004/100000000000000005)',
      thumbnail: { url: 'https://cdn.test/1.png' },
    });
    expect(page.embeds[1]).not.toHaveProperty('thumbnail');
    expect(idsOf(page)).toEqual([
      ['images-choose:2'],
      ['reroll:0000000000001', 'edit:0000000000001', 'images-star:0000000000001.2'],
      ['images-page:1', 'images-page:3'],
    ]);
    expect(page.components[0]?.components[0]).toMatchObject({
      options: [
        { label: '11. a red rose', value: '0000000000001', default: true },
        { label: '12. a red rose', value: '0000000000002', default: false },
      ],
    });
  });

  it('has buttons for the image that was chosen', () => {
    const page = show([image(1), image(2, { starredAtMs: 5 })], { selectedId: '0000000000002' });
    expect(idsOf(page)[1]).toEqual(['reroll:0000000000002', 'edit:0000000000002', 'images-star:0000000000002.0']);
    expect(page.components[1]?.components[2]).toMatchObject({ label: '★ Unstar' });
    expect(page.embeds[1]?.description).toMatch(/^\*\*2\*\* ★ /);
  });

  it.each([
    [0, ['(images-page:0)', 'images-page:1']],
    [1, ['images-page:0', '(images-page:2)']],
  ])('turns from page %i of two only where there is one', (page, ids) => {
    expect(idsOf(show([image(1)], { page, pages: 2 }))[2]).toEqual(ids);
  });

  it('has no link to what only the member saw, or nobody yet', () => {
    expect(ofJob(image(1, { isPrivate: true }))?.[1]).toBe('<t:1:R> · seed 7 · private');
    const { guildId, ...direct } = image(1);
    expect(ofJob(direct)?.[1]).toContain('https://discord.com/channels/@me/100000000000000004/100000000000000005');
  });

  it('offers to fetch what was not delivered', () => {
    const failed = makeJob({ state: { name: 'failed', failure: { kind: 'undeliverable' }, rendered } });
    expect(ofJob(failed)?.[2]).toBe("Not delivered. Press Fetch image: that's free.");
    expect(idsOf(show([failed]))[1]?.[0]).toBe(`fetch-image:${failed.id}`);
  });

  it('says how to begin when there is none', () => {
    expect(show([])).toEqual({ content: en.myImages.none, embeds: [], components: [] });
  });

  it('is within the limits of Discord, whatever the prompts', () => {
    for (const prompt of ['*'.repeat(4_000), '\u200b', '🏴\u{E0067}'.repeat(400)]) {
      const jobs = [1, 2, 3, 4, 5].map((number) => image(number, { parameters: { ...image(1).parameters, prompt } }));
      const page = show(jobs, { page: 99_999, pages: 100_000 });
      expect(embedProblems(page.embeds)).toEqual([]);
      const [select] = page.components[0]?.components ?? [];
      const labels = select && 'options' in select ? select.options.map(({ label }) => label.length) : [];
      expect(labels).toHaveLength(5);
      expect(Math.max(...labels)).toBeLessThanOrEqual(100);
    }
  });
});
