import { MessageFlags } from 'discord.js';
import { beforeEach, describe, expect, it } from 'vitest';
import { generate } from '../../src/commands/generate.ts';
import { en } from '../../src/texts/en.ts';
import { createCommandParts } from '../support/command-parts.ts';
import { makeJob } from '../support/job-fixtures.ts';
import { CHANNEL_ID, GUILD_ID, MEMBER_ID, NO_OPERATOR_LIMITS } from '../support/settings-fixtures.ts';

let parts: Awaited<ReturnType<typeof createCommandParts>>;
beforeEach(async () => {
  parts = await createCommandParts();
});

const { parameters } = makeJob();
const ask = (isPrivate = false, facts = parts.invoker) =>
  generate(parts.interaction, { parameters, isPrivate }, parts.context, parts.invokedBy(facts));

describe('a request for an image', () => {
  it('becomes a job with all that is needed to answer it, and is counted', async () => {
    await parts.set({ forced: { negativePrompt: 'gore' } });
    await ask();
    expect(parts.accepted).toEqual([
      {
        id: expect.stringMatching(/^[0-9a-z]{13}$/),
        interactionId: parts.interaction.id,
        applicationId: parts.interaction.applicationId,
        interactionToken: 'token',
        receivedAtMs: expect.any(Number),
        requesterId: MEMBER_ID,
        guildId: GUILD_ID,
        channelId: CHANNEL_ID,
        locale: 'de',
        isPrivate: false,
        attachmentSizeLimit: 10_485_760,
        parameters,
        forced: expect.objectContaining({ spoilers: false }),
      },
    ]);
    expect([parts.deferred, parts.replies, parts.edits]).toEqual([[{}], [], []]);
    expect(await parts.imagesUsed()).toBe(1);
  });

  it('is acknowledged privately when only the member is to see it, also in direct messages', async () => {
    const { guildId: _, ...direct } = parts.invoker;
    await ask(true, direct);
    expect(parts.deferred).toEqual([{ flags: MessageFlags.Ephemeral }]);
    expect(parts.accepted[0]).not.toHaveProperty('guildId');
  });

  it('that the settings forbid is refused privately, noted for moderators, and not counted', async () => {
    await parts.set({ limits: { everyone: { imagesPerDay: 1, jobsAtOnce: -1 } } });
    await ask();
    await ask();
    expect(parts.accepted).toHaveLength(1);
    expect(parts.replies).toEqual([{ content: expect.stringContaining('1 image'), flags: MessageFlags.Ephemeral }]);
    expect(parts.refusals).toHaveLength(1);
    expect(parts.noted).toMatchObject([{ kind: 'refused', memberId: MEMBER_ID, text: parameters.prompt }]);
    expect(await parts.imagesUsed()).toBe(1);
  });

  it.each([
    ['name', { name: 'Gore' }, 'Gore'],
    ['prompt', { prompt: 'gore' }, `${parameters.prompt}, gore`],
    ['negative prompt', { negativePrompt: 'gore' }, 'gore'],
  ])('is noted with the text in which the filter found a word, also the %s of a style', async (_, texts, text) => {
    await parts.set({ filterWords: ['gore'] });
    const style = { name: 'Noir', parameters: {}, ...texts };
    const asked = { parameters: { ...parameters, negativePrompt: '' }, style, isPrivate: false };
    await generate(parts.interaction, asked, parts.context, parts.invokedBy());
    expect(parts.accepted).toEqual([]);
    expect(parts.noted).toMatchObject([{ kind: 'refused', reason: { name: 'filtered', field: 'style' }, text }]);
  });

  it.each([
    [{ name: 'full', minutes: 4 } as const, '4'],
    [
      { name: 'share_full', minutes: 2, isDirectMessage: false } as const,
      "This server's share of the queue is full. You weren't charged. Try again in about 2 minutes.",
    ],
    [
      { name: 'share_full', minutes: 1, isDirectMessage: true } as const,
      "The queue's share for direct messages is full. You weren't charged. Try again in about a minute.",
    ],
    [{ name: 'stopped', reason: 'credits' } as const, 'credits'],
    [{ name: 'restarting' } as const, 'restart'],
  ])('is refused privately, and not counted, while no job is taken: %j', async (refusal, text) => {
    parts.refusal = refusal;
    await ask();
    expect(parts.replies).toEqual([{ content: expect.stringContaining(text), flags: MessageFlags.Ephemeral }]);
    expect([parts.refusals, parts.deferred, await parts.imagesUsed()]).toEqual([[refusal.name], [], 0]);
  });

  it.each([
    [{ name: 'full', minutes: 4 } as const, ['full']],
    ['not_stored' as const, []],
  ])(
    'that is not kept after its acknowledgement says so in the reply, and is given back: %j',
    async (acceptance, refusals) => {
      parts.acceptance = acceptance;
      await ask();
      expect(parts.edits).toHaveLength(1);
      expect([parts.refusals, parts.replies]).toEqual([refusals, []]);
      await expect.poll(parts.imagesUsed).toBe(0);
    },
  );

  it("that exceeds the operator's budget over all processes says so in the reply, and is given back", async () => {
    parts = await createCommandParts({ operatorLimits: { ...NO_OPERATOR_LIMITS, dayUsd: 5 } });
    await parts.spendElsewhere(5);
    await ask();
    expect(parts.edits).toMatchObject([
      { content: expect.stringMatching(/^My daily budget is used up.* You weren't charged\. It resets <t:\d+:R>\.$/) },
    ]);
    expect([parts.refusals, parts.replies, parts.accepted]).toEqual([['operator_budget'], [], []]);
    expect(parts.noted).toMatchObject([{ kind: 'refused', reason: { name: 'operator_budget' } }]);
    await expect.poll(parts.imagesUsed).toBe(0);
  });

  it('that is known already says nothing more', async () => {
    parts.acceptance = 'duplicate';
    await ask();
    expect([parts.edits, parts.replies]).toEqual([[], []]);
    await expect.poll(parts.imagesUsed).toBe(0);
  });

  it('is given back when its acknowledgement fails', async () => {
    parts.acknowledge = async () => {
      throw new Error('10062');
    };
    await expect(ask()).rejects.toThrow('10062');
    await expect.poll(parts.imagesUsed).toBe(0);
  });

  it('is put off while the settings cannot be read', async () => {
    const invoker = { ...parts.invoker, rules: new Promise<never>(() => {}) };
    await generate(parts.interaction, { parameters, isPrivate: false }, parts.context, invoker);
    expect(parts.replies).toEqual([{ content: en.refusal.busy, flags: MessageFlags.Ephemeral }]);
    expect(parts.refusals).toEqual(['busy']);
  });
});
