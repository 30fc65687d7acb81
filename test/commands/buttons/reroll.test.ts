import { MessageFlags, MessageFlagsBitField } from 'discord.js';
import { beforeEach, describe, expect, it } from 'vitest';
import { newSeed, reroll } from '../../../src/commands/buttons/reroll.ts';
import type { Job } from '../../../src/jobs/job.ts';
import { en } from '../../../src/texts/en.ts';
import { createCommandParts } from '../../support/command-parts.ts';
import { makeJob } from '../../support/job-fixtures.ts';
import { CHANNEL_ID, ELSEWHERE_ID, GUILD_ID, MEMBER_ID, OTHER_ID } from '../../support/settings-fixtures.ts';

let parts: Awaited<ReturnType<typeof createCommandParts>>;
const job = makeJob({ requesterId: MEMBER_ID, guildId: GUILD_ID, channelId: CHANNEL_ID, isPrivate: false });

beforeEach(async () => {
  parts = await createCommandParts();
  parts.jobs.set(job.id, job);
});

const press = (button: typeof reroll, userId = MEMBER_ID) =>
  button.execute(parts.interaction, job.id, parts.context, parts.invokedBy({ ...parts.invoker, userId }));
const expectRefused = (text: string) => {
  expect(parts.replies).toEqual([{ content: expect.stringContaining(text), flags: MessageFlags.Ephemeral }]);
  expect([parts.accepted, parts.deferred]).toEqual([[], []]);
};

describe('Reroll', () => {
  it("repeats a job with the member's own parameters and the same seed, and leaves out what was forced on it", async () => {
    parts.jobs.set(job.id, { ...job, forced: { spoilers: true, negativePrompt: 'gore' } });
    await press(reroll);
    expect(parts.accepted).toMatchObject([{ parameters: job.parameters, requesterId: MEMBER_ID, isPrivate: false }]);
    expect(parts.accepted[0]?.forced).toEqual({ spoilers: false });
    expect(parts.accepted[0]?.id).not.toBe(job.id);
  });

  it("is the new member's, where the server lets everyone press it, and theirs alone where it does not", async () => {
    await parts.set({ buttons: { reroll: { who: 'anyone' } } });
    await press(reroll, OTHER_ID);
    expect(parts.accepted).toMatchObject([{ requesterId: OTHER_ID }]);
    parts.accepted.length = 0;
    parts.deferred.length = 0;
    await parts.set({ buttons: { reroll: { who: 'requester' } } });
    await press(reroll, OTHER_ID);
    expectRefused('repeat it');
  });

  const rendered = { submittedAtMs: 0, renderedAtMs: 1, imageCount: 1, imageUrls: [], imageFiles: [] };
  const delivered = { name: 'delivered', ...rendered } as const;
  it.each<[string, Partial<Job>, boolean]>([
    ['has its image', { state: delivered }, true],
    [
      'has an image that did not arrive',
      { state: { name: 'failed', failure: { kind: 'undeliverable' }, rendered } },
      true,
    ],
    ['has no image', { state: { name: 'unknown' } }, false],
    [
      'had a negative prompt of the server',
      { state: delivered, forced: { spoilers: false, negativePrompt: 'gore' } },
      false,
    ],
    ['was hidden', { state: delivered, forced: { spoilers: true } }, true],
  ])(
    'of a job that %s knows where it comes from, and whether the image is to be the same',
    async (_, change, isSame) => {
      parts.jobs.set(job.id, { ...job, ...change });
      await press(reroll);
      expect(parts.accepted[0]?.origin).toEqual({ button: 'reroll', jobId: job.id, repeatsImage: isSame });
    },
  );

  it('of a private job is private', async () => {
    parts.jobs.set(job.id, { ...job, isPrivate: true });
    await press(reroll);
    expect(parts.accepted).toMatchObject([{ isPrivate: true }]);
    expect(parts.deferred).toEqual([{ flags: MessageFlags.Ephemeral }]);
  });

  it('of what has become too long offers Edit, since no option can be changed here', async () => {
    const long = { ...job.parameters, negativePrompt: 'x'.repeat(2_000) };
    parts.jobs.set(job.id, { ...job, parameters: long });
    await parts.set({ safety: { negativePrompt: 'gore' } });
    Object.assign(parts.interaction, { isButton: () => true });
    await press(reroll);
    expectRefused('Use Edit to shorten it by 6.');
  });

  it.each([
    ['private message', MessageFlags.Ephemeral, true],
    ['message that everyone sees', 0, false],
  ])('on the %s of a shared job is as private as that', async (_, flags, isPrivate) => {
    parts.jobs.set(job.id, { ...job, sharedAtMs: 1 });
    const message = { flags: new MessageFlagsBitField(flags), attachments: { size: 1 } };
    const { interaction, context, invokedBy } = parts;
    await reroll.execute(Object.assign(interaction, { message }), job.id, context, invokedBy());
    expect(parts.accepted).toMatchObject([{ isPrivate }]);
  });

  it.each([
    ['is gone', undefined],
    ['is private', { ...job, isPrivate: true }],
    ['stands in another channel', { ...job, channelId: ELSEWHERE_ID }],
    ['stands in another server', { ...job, guildId: '1' }],
  ])('tells others nothing of a job that %s', async (_, stored) => {
    parts.jobs.clear();
    if (stored) parts.jobs.set(job.id, stored);
    await press(reroll, OTHER_ID);
    expectRefused(en.refusal.imageForgotten);
  });
});

describe('New seed', () => {
  it('repeats a job with another seed and nothing else changed', async () => {
    await press(newSeed);
    const [request] = parts.accepted;
    expect(request?.parameters).toEqual({ ...job.parameters, seed: expect.any(Number) });
    expect(request?.parameters.seed).not.toBe(job.parameters.seed);
    expect(request?.origin).toEqual({ button: 'new-seed', jobId: job.id, repeatsImage: false });
  });
});
