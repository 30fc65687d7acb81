import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Ending } from '../../src/jobs/delivery.ts';
import { altText, endMessage, plainEndMessage } from '../../src/replies/ending.ts';
import type { MessageBody } from '../../src/replies/message.ts';
import { makeJob } from '../support/job-fixtures.ts';
import { embedProblems } from '../support/message-limits.ts';

/** What Discord would not take of a message. */
function problemsOf({ content, embeds }: MessageBody): string[] {
  return [
    ...(content.length > 2_000 ? [`content of ${content.length}`] : []),
    ...embedProblems(embeds),
    ...(content.trim() === '' && embeds.length === 0 ? ['nothing in it'] : []),
  ];
}

const link = (length: number, number: number) => `https://images.segmind.com/${number}/`.padEnd(length, 'x');
const facts = {
  submittedAtMs: 0,
  renderedAtMs: 1,
  imageCount: 4,
  imageUrls: [],
  imageFiles: [],
  costUsd: 0.0123,
  renderSeconds: 3_599.9,
};
const image = { bytes: Buffer.alloc(1), extension: 'png' };
const delivered = (missingLinks: string[] = [], images = [image]): Ending => ({
  name: 'delivered',
  facts: { ...facts, imageCount: 4 },
  images,
  missingLinks,
});
const links = fc.array(fc.integer({ min: 30, max: 5_000 }), { maxLength: 4 }).map((lengths) => lengths.map(link));
const text = (maxLength: number) =>
  fc.oneof(
    fc.string({ minLength: 1, maxLength, unit: 'binary' }),
    fc.string({ minLength: 1, maxLength, unit: 'grapheme' }),
    fc.nat({ max: maxLength - 1 }).map((length) => '*'.repeat(length + 1)),
    fc.constantFrom(' ', '\u200b', '\u200b\u200d', '\ufe0f', '\u2800', '\u3164', '\u00ad\u2060'),
  );

describe('the message at the end', () => {
  it('names the style, and says what limits lowered', () => {
    const job = makeJob({
      style: { name: 'No_ir', prompt: 'film noir', parameters: {} },
      lowered: [
        { name: 'size', wanted: '1344x768' },
        { name: 'samples', wanted: '4' },
      ],
    });
    const description = endMessage(job, delivered()).embeds[0]?.description;
    expect(description).toContain('style No\\_ir · 1024×1024');
    expect(description).toContain(
      "This server's limits lowered size from 1344×768 to 1024×1024.\nThis server's limits lowered samples from 4 to 1.",
    );
    expect(description).not.toContain('film noir');
  });

  it('stays within Discord’s limits and has no empty field, whatever the prompts and however many and long the links', () => {
    fc.assert(
      fc.property(text(4_000), text(2_000), links, links, links, fc.nat({ max: 4 }), (prompt, negative, ...rest) => {
        const [missingLinks, tooLarge, refused, lost] = rest;
        const forced = { negativePrompt: negative.slice(0, 1_000), spoilers: true };
        const job = makeJob({ forced, isPrivate: true });
        const parameters = {
          ...job.parameters,
          prompt,
          negativePrompt: negative,
          samples: 4,
          seed: 999_999_999_999_999,
        };
        const report = { reencoded: lost, tooLarge, refused, lost, withheld: 0 };
        for (const message of [endMessage, plainEndMessage]) {
          const body = message({ ...job, parameters }, delivered(missingLinks), report);
          expect(problemsOf(body)).toEqual([]);
        }
        const failure = { kind: 'images_unavailable' as const, links: [...missingLinks, ...tooLarge] };
        expect(problemsOf(endMessage({ ...job, parameters }, { name: 'failed', failure }))).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  it('gives each address whole or not at all, and says when there was no room for one', () => {
    const job = makeJob();
    const parameters = { ...job.parameters, prompt: 'p'.repeat(4_000) };
    const addresses = [1_200, 1_200, 1_200, 1_200].map(link);
    const report = { reencoded: 0, tooLarge: addresses, refused: [], lost: 0, withheld: 0 };
    const description = endMessage({ ...job, parameters }, delivered(), report).embeds[0]?.description ?? '';
    const shown = description.split('\n').filter((line) => line.startsWith('https:'));
    expect(shown).toEqual(addresses.slice(0, shown.length));
    expect(shown.length).toBeGreaterThan(0);
    expect(shown.length).toBeLessThan(4);
    expect(description).toMatch(/\n…$/);
  });

  it('hides links where the server hides images', () => {
    const addresses = [300, 300].map(link);
    const report = { reencoded: 0, tooLarge: addresses, refused: [], lost: 0, withheld: 0 };
    const { content } = plainEndMessage(makeJob({ forced: { spoilers: true } }), delivered(), report);
    expect(addresses.every((address) => content.includes(`||${address}||`))).toBe(true);
  });

  it('leaves nothing out where there is room', () => {
    const addresses = [300, 300, 300, 300].map(link);
    const report = { reencoded: 0, tooLarge: addresses, refused: [], lost: 0, withheld: 0 };
    const { description = '' } = endMessage(makeJob(), delivered(), report).embeds[0] ?? {};
    expect(addresses.every((address) => description.includes(address))).toBe(true);
    expect(description).not.toContain('…');
  });

  it.each([
    [1, 1, 'The image is too large to attach here'],
    [3, 3, '3 of 3 images are too large to attach here'],
    [4, 1, '1 of 4 images is too large to attach here'],
    [4, 2, '2 of 4 images are too large to attach here'],
  ])('of %i images says honestly that %i are lost', (came, lost, says) => {
    const images = Array.from({ length: came }, () => image);
    const report = { reencoded: 0, tooLarge: [], refused: [], lost, withheld: 0 };
    const [embed] = endMessage(makeJob(), delivered([], images), report).embeds;
    expect(embed?.description).toContain(says);
    expect(embed?.title).toBe(came === lost ? 'No image' : undefined);
  });

  it('has a plain form without a word of the member’s', () => {
    const endings: Ending[] = [
      delivered(),
      { name: 'failed', failure: { kind: 'internal' } },
      { name: 'unknown' },
      { name: 'cancelled', cancelledBy: '1' },
    ];
    for (const ending of endings) {
      const body = plainEndMessage(makeJob(), ending);
      expect(body.content).toContain('Reference 0000000000001');
      expect(body.embeds).toEqual([]);
      expect(JSON.stringify(body)).not.toContain('a red rose');
    }
  });

  const job = makeJob();
  const descriptionOf = (change: object, ending = delivered()) =>
    endMessage({ ...job, ...change }, ending).embeds[0]?.description;

  it('is compact: the prompt, then how the image was made, in how long and for how much', () => {
    const parameters = { ...job.parameters, width: 832, height: 1216 };
    const line = '832×1216 · 30 steps · guidance 7 · DPM2 Karras · seed 7 · 3,599.9 s · $0.01';
    expect(descriptionOf({ parameters })).toBe(`a red rose\n\n${line}`);
    const { renderSeconds: _, costUsd: __, ...unknown } = facts;
    const ending: Ending = {
      name: 'delivered',
      facts: { ...unknown, imageCount: 1 },
      images: [image],
      missingLinks: [],
    };
    expect(descriptionOf({}, ending)).toBe('a red rose\n\n1024×1024 · 30 steps · guidance 7 · DPM2 Karras · seed 7');
  });

  it('tells of a repeated image that it is to be the same, and who asked for it', () => {
    const origin = { button: 'reroll', jobId: '0000000000002', repeatsImage: true } as const;
    const asked = 'Requested by <@100000000000000003>';
    expect(descriptionOf({ origin })).toMatch(
      new RegExp(`\nSame prompt, same seed: expect the same image\\.\n${asked}$`),
    );
    expect(descriptionOf({ origin: { ...origin, repeatsImage: false } })).not.toContain('same image');
    expect(plainEndMessage({ ...job, origin }, delivered()).content).toContain(asked);
  });

  const failed = (failure: Extract<Ending, { name: 'failed' }>['failure'], isRendered = false): Ending => ({
    name: 'failed',
    failure,
    ...(isRendered ? { rendered: facts } : {}),
  });
  it.each<[Ending, string, string[]]>([
    [delivered(), '', ['New seed', 'Reroll', 'Edit', 'Details', 'Delete']],
    [failed({ kind: 'internal' }), 'Reference 0000000000001', ['Try again', 'Details', 'Delete']],
    [
      failed({ kind: 'inference_failed', detail: '' }),
      'Reference 0000000000001',
      ['Try again', 'Edit', 'Details', 'Delete'],
    ],
    [failed({ kind: 'undeliverable' }, true), 'Reference 0000000000001', ['Fetch image', 'Details', 'Delete']],
    [failed({ kind: 'internal' }, true), 'Reference 0000000000001', ['Fetch image', 'Try again', 'Details', 'Delete']],
    [{ name: 'unknown' }, 'Reference 0000000000001', ['Try again', 'Details', 'Delete']],
    [{ name: 'cancelled', cancelledBy: '1' }, '', ['Try again', 'Details', 'Delete']],
  ])('of a job that ended as %j has the reference that helps, and the buttons', (ending, reference, labels) => {
    const bodyOf = (isPrivate: boolean) => endMessage(makeJob({ isPrivate }), ending);
    expect(bodyOf(false).embeds[0]?.footer?.text ?? '').toBe(reference);
    const privacy = 'Moderators can see the prompt.';
    expect(bodyOf(true).embeds[0]?.footer?.text).toBe([reference, privacy].filter(Boolean).join(' · '));
    const labelsOf = ({ components }: ReturnType<typeof bodyOf>) =>
      components.flatMap((row) => row.components.map((button) => ('label' in button ? button.label : '')));
    expect(labelsOf(bodyOf(false))).toEqual(labels);
    // Discord's own Dismiss takes the place of Delete under a private image.
    const isImage = ending.name === 'delivered';
    expect(labelsOf(bodyOf(true))).toEqual(labels.map((label) => (isImage && label === 'Delete' ? 'Share' : label)));
  });

  it('offers nothing to share where nobody else is, or without a file', () => {
    const { guildId, ...direct } = makeJob({ isPrivate: true });
    const refused = ['https://images.segmind.com/1.png'];
    const report = { reencoded: 0, tooLarge: [], refused, lost: 0, withheld: 0 };
    const bodies = [endMessage(direct, delivered()), endMessage({ ...direct, guildId: '1' }, delivered(), report)];
    for (const { components } of bodies) expect(JSON.stringify(components)).not.toContain('Share');
  });

  it.each([
    [1, 'a red rose'],
    [4, 'Image 2 of 4: a red rose'],
  ])('describes each of %i images to a screen reader', (samples, text) => {
    expect(altText({ ...job, parameters: { ...job.parameters, samples } }, 2)).toBe(text);
  });
});
