import { type MessageContextMenuCommandInteraction, MessageFlags } from 'discord.js';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { ImageReports } from '../../../src/commands/image-reports.ts';
import { reportImage } from '../../../src/commands/menus/report-image.ts';
import { CriticalWork } from '../../../src/jobs/critical-work.ts';
import type { LogTrouble } from '../../../src/replies/mod-log/trouble.ts';
import { en } from '../../../src/texts/en.ts';
import { createCommandParts } from '../../support/command-parts.ts';
import { makeJob } from '../../support/job-fixtures.ts';
import { CHANNEL_ID, ELSEWHERE_ID, GUILD_ID, MEMBER_ID, OTHER_ID } from '../../support/settings-fixtures.ts';

const { done, ownImage, noLog, logUnreachable, repeated } = en.menus.report;
const MESSAGE_ID = '500000000000000001';
const job = makeJob({ requesterId: OTHER_ID, guildId: GUILD_ID, channelId: CHANNEL_ID });

let parts: Awaited<ReturnType<typeof createCommandParts>>;
let found: typeof job | undefined;
let trouble: LogTrouble | undefined;
let preview: Buffer | undefined;
const criticalWork = new CriticalWork();

beforeEach(async () => {
  parts = await createCommandParts();
  found = job;
  trouble = undefined;
  preview = undefined;
  Object.assign(parts.context, {
    loadPreview: async () => preview,
    criticalWork,
    jobFinder: { byMessage: async (id: string) => (id === MESSAGE_ID ? found : undefined) },
    imageReports: new ImageReports(),
  });
  Object.assign(parts.context.modLog, { troubleOf: () => trouble });
});

async function report(): Promise<string | undefined> {
  // Safe cast: the menu uses nothing else of it.
  const interaction = parts.interaction as unknown as MessageContextMenuCommandInteraction;
  await reportImage.execute(interaction, MESSAGE_ID, parts.context, parts.invokedBy());
  await criticalWork.drain(1_000);
  const reply = parts.replies.at(-1);
  expect(reply?.flags).toBe(MessageFlags.Ephemeral);
  return reply?.content;
}

describe('Report image', () => {
  it('passes it on to the log channel, once', async () => {
    await parts.set({ logChannelId: CHANNEL_ID });
    expect(await report()).toBe(done);
    expect(await report()).toBe(repeated);
    expect(parts.noted).toEqual([{ kind: 'reported', job, messageId: MESSAGE_ID, byIds: [MEMBER_ID] }]);
    found = makeJob({ ...job, id: '0000000000002' });
    expect(await report()).toMatch(/^Slow down: you can report again <t:\d+:R>\.$/);
  });

  it('shows moderators the image, hidden when the server wants that by now', async () => {
    await parts.set({ logChannelId: CHANNEL_ID, safety: { spoilers: true } });
    preview = Buffer.from('small');
    expect(await report()).toBe(done);
    expect(parts.noted).toMatchObject([{ kind: 'reported', preview, job: { forced: { spoilers: true } } }]);
  });

  it('is noted where the log channel is out of reach, so that it is tried again, and can be made again', async () => {
    await parts.set({ logChannelId: CHANNEL_ID });
    trouble = { name: 'channel_gone', channelId: CHANNEL_ID };
    vi.useFakeTimers({ toFake: ['performance'] });
    onTestFinished(() => void vi.useRealTimers());
    expect(await report()).toBe(logUnreachable);
    expect(await report()).toMatch(/^Slow down/);
    expect(parts.noted).toHaveLength(1);
    trouble = undefined;
    vi.advanceTimersByTime(30_000);
    expect(await report()).toBe(done);
    expect(parts.noted).toHaveLength(2);
  });

  it.each([
    ['without a log channel', {}, () => {}, noLog],
    [
      'of an own image',
      { logChannelId: CHANNEL_ID },
      () => {
        found = makeJob({ ...job, requesterId: MEMBER_ID });
      },
      ownImage,
    ],
    [
      'of an unknown message',
      { logChannelId: CHANNEL_ID },
      () => {
        found = undefined;
      },
      en.menus.unknownMessage,
    ],
    [
      'of a private image',
      { logChannelId: CHANNEL_ID },
      () => {
        found = makeJob({ ...job, isPrivate: true });
      },
      en.menus.unknownMessage,
    ],
    [
      'of an image in another channel',
      { logChannelId: CHANNEL_ID },
      () => {
        found = makeJob({ ...job, channelId: ELSEWHERE_ID });
      },
      en.menus.unknownMessage,
    ],
  ])('%s passes nothing on, and says what to do', async (_, settings, change, text) => {
    await parts.set(settings);
    change();
    expect(await report()).toBe(text);
    expect(parts.noted).toEqual([]);
  });
});
