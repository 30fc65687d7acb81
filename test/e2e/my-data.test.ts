import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import type { Invocation, Message } from '../../sandbox/discord/index.ts';
import { exportPerson } from '../../src/people/export-person.ts';
import { useBeside } from '../../src/storage/use-beside.ts';
import { imageReply, labelsOf, openTestBed, type TestBed, textOf } from '../support/test-bed.ts';

let bed: TestBed;
afterEach(() => bed.close());

const path = () => join(bed.folder, 'data', 'timeless.db');

/** All bytes of the database's files. */
function storedBytes(): string {
  const files = [path(), `${path()}-wal`].filter((file) => existsSync(file));
  return files.map((file) => readFileSync(file, 'latin1')).join('');
}

const overviewOf = async (name: string, channel = bed.discord.guild.channel('general')) => {
  const asked = await bed.discord.actor(name, channel).command('timeless-me', {}, { subcommand: 'overview' });
  return asked.waitForReply((message) => message.embeds.length > 0);
};
const fieldsOf = (message: Message) =>
  Object.fromEntries((message.embeds[0]?.fields ?? []).map(({ name, value }) => [name, value]));
const ask = (name: string, prompt: string, options: object = {}) =>
  bed.member(name).command('timeless', { prompt, ...options });
const showing = (invocation: Invocation, text: string) =>
  invocation.waitForReply((message) => textOf(message).includes(text));

/** What a member gets by `Export my data`. */
async function exportOf(name: string, overview: Message) {
  const answer = await (await bed.member(name).press(overview, 'Export')).waitForReply(
    (message) => message.content !== '',
  );
  expect(answer.ephemeralFor).toBe(bed.discord.user(name).id);
  return JSON.parse(answer.attachments[0]?.bytes.toString() ?? '');
}

/** What is stored of a member, read beside the bot. */
async function stored(name: string) {
  const { id } = bed.discord.user(name);
  const { files } = await useBeside(`file:${path()}`, { isReadOnly: true }, ({ db }) => exportPerson(db, id));
  return JSON.parse(files[0] ?? '');
}

it('/timeless-me overview says what is left here, in direct messages, and to a blocked member, privately', async () => {
  bed = await openTestBed({
    env: { DM_IMAGES_PER_DAY: '5' },
    settings: { limits: { everyone: { imagesPerDay: 10, jobsAtOnce: 2, cooldownSeconds: 600 } } },
  });
  const fresh = await overviewOf('alice');
  expect(fresh.ephemeralFor).toBe(bed.discord.user('alice').id);
  expect(labelsOf(fresh)).toEqual(['Export my data', 'Delete my data']);
  expect(fieldsOf(fresh)).toMatchObject({
    'Images today': expect.stringMatching(/^10 of 10 left\. Resets <t:\d+:R>\.$/),
    'Concurrent requests': '0 of 2 in the queue or in progress.',
    Cooldown: '10 min between requests.',
  });
  expect(Object.keys(fieldsOf(fresh))).not.toContain('Right now');

  bed.segmind.hold();
  const asked = await ask('alice', 'a red rose', { samples: 3 });
  await showing(asked, 'Sent');
  expect(fieldsOf(await overviewOf('alice'))).toMatchObject({
    'Images today': expect.stringContaining('7 of 10 left'),
    'Concurrent requests': '1 of 2 in the queue or in progress.',
    'Right now': expect.stringMatching(/cooldown.*<t:\d+:R>/),
  });
  bed.segmind.release();
  await imageReply(asked);

  const direct = await overviewOf('alice', bed.discord.directMessages(bed.discord.user('alice')));
  expect(fieldsOf(direct)).toMatchObject({ 'Images today': expect.stringContaining('5 of 5 left') });
  expect(textOf(direct)).toContain('direct messages');

  const block = { member: bed.discord.user('bob').id, reason: 'spam' };
  await (
    await bed.member('moderator').command('timeless-config', block, { group: 'block', subcommand: 'add' })
  ).waitForReply();
  expect(fieldsOf(await overviewOf('bob'))['Right now']).toMatch(/blocked.*spam/);
});

it('Export my data brings all of it as JSON, and nobody else’s buttons work', async () => {
  bed = await openTestBed();
  await imageReply(await ask('alice', 'mine', { private: true }));
  await imageReply(await ask('bob', 'theirs'));
  const overview = await overviewOf('alice');
  const data = await exportOf('alice', overview);
  expect(data).toMatchObject({
    userId: bed.discord.user('alice').id,
    isComplete: true,
    requests: [
      {
        parameters: { prompt: 'mine', samples: 1 },
        isPrivate: true,
        hasInteractionToken: false,
        state: { name: 'delivered' },
        submits: [{ outcome: 'accepted' }],
      },
    ],
    usage: [{ serverId: bed.discord.guild.id, images: 1 }],
  });
  expect(JSON.stringify(data)).not.toContain('theirs');
  const again = await (await bed.member('alice').press(overview, 'Export')).waitForReply();
  expect(again.content).toMatch(/^Slow down: you can do this again <t:\d+:R>\.$/);
  expect([again.ephemeralFor, again.attachments]).toEqual([bed.discord.user('alice').id, []]);

  for (const action of ['export-data', 'erase-data', 'erase-data-confirmed']) {
    const forged = await bed.member('mallory').pressCustomId(`${action}:${bed.discord.user('alice').id}`);
    expect((await forged.waitForReply()).content).toContain('belongs to someone else');
  }
  expect((await stored('alice')).requests).toHaveLength(1);
});

it('Delete my data cancels what is queued, lets the image in progress arrive over a restart, and leaves not a byte', async () => {
  bed = await openTestBed({
    env: { SEGMIND_MAX_IN_FLIGHT: '1' },
    settings: { limits: { everyone: { imagesPerDay: 10, jobsAtOnce: -1 } } },
  });
  const ended = await imageReply(await ask('alice', 'prompt-that-has-ended'));
  await imageReply(await ask('bob', 'prompt-of-bob'));
  bed.segmind.hold();
  const inProgress = await ask('alice', 'prompt-in-progress');
  await showing(inProgress, 'Sent');
  const queued = await ask('alice', 'prompt-in-the-queue');
  await showing(queued, "You're next");

  const question = await (await bed.member('alice').press(await overviewOf('alice'), 'Delete')).waitForReply();
  expect(question.content).toContain('today and yesterday stay');
  await bed.member('alice').press(question, 'Delete my data');
  await bed.discord.waitFor(() => textOf(question).includes('I deleted your data.'));
  expect(question.content).toContain('I cancelled 1 request in the queue.');
  expect(question.content).toContain('1 request in progress still finishes');
  expect(labelsOf(question)).toEqual([]);
  await showing(queued, 'cancelled this');
  expect(storedBytes().includes('prompt-that-has-ended')).toBe(false);
  const repeated = await bed.member('alice').pressCustomId(`erase-data-confirmed:${bed.discord.user('alice').id}`);
  expect((await repeated.waitForReply()).content).toMatch(/^Slow down: you can do this again <t:\d+:R>\.$/);

  await bed.restart();
  bed.segmind.release();
  await imageReply(inProgress, 20_000);
  // New data is the member's again.
  await imageReply(await ask('alice', 'prompt-afterwards'));
  await expect.poll(async () => (await stored('alice')).requests.length, { timeout: 30_000, interval: 500 }).toBe(1);
  await expect
    .poll(() => /prompt-(that-has-ended|in-progress|in-the-queue)/.exec(storedBytes())?.[0], { timeout: 10_000 })
    .toBeUndefined();
  expect(storedBytes()).toContain('prompt-of-bob');
  expect(storedBytes()).toContain('prompt-afterwards');

  // The limits weren't reset: two images arrived before the last one, the cancelled one counts no more.
  expect(fieldsOf(await overviewOf('alice'))['Images today']).toContain('7 of 10 left');
  const gone = await (await bed.member('alice').press(ended, 'Details')).waitForReply();
  expect(gone.content).toContain('no longer have a record');
});

it('Delete my data deletes images that could not be delivered, and no restart posts them', async () => {
  bed = await openTestBed();
  bed.segmind.hold();
  const asked = await ask('alice', 'prompt-undelivered', { private: true });
  await showing(asked, 'Sent');
  asked.expireToken();
  const alice = bed.discord.user('alice');
  bed.discord.closeDms(alice);
  bed.segmind.release();
  await bed.discord.waitFor(() => bed.bot.log.some(({ msg }) => msg === 'all delivery routes failed'));
  expect((await stored('alice')).requests).toMatchObject([{ state: { name: 'failed' }, endedAt: null }]);

  const question = await (await bed.member('alice').press(await overviewOf('alice'), 'Delete')).waitForReply();
  await bed.member('alice').press(question, 'Delete my data');
  await bed.discord.waitFor(() => textOf(question).includes('I deleted your data.'));
  expect(await stored('alice')).toMatchObject({ requests: [] });
  expect(/prompt-undelivered/.exec(storedBytes())?.[0]).toBeUndefined();

  bed.discord.openDms(alice);
  await bed.restart();
  await imageReply(await ask('bob', 'the next one'));
  expect(bed.discord.messages(bed.discord.directMessages(alice))).toEqual([]);
});

it('the interaction token of an ended job is gone from the files after the next sweep', async () => {
  bed = await openTestBed();
  const asked = await ask('alice', 'a red rose');
  await imageReply(asked);
  const { token } = asked.interaction;
  expect(token.length).toBeGreaterThan(20);
  await expect.poll(async () => (await stored('alice')).requests[0]?.hasInteractionToken).toBe(false);
  // Each start sweeps.
  await bed.restart();
  await expect.poll(() => storedBytes().includes(token), { timeout: 10_000 }).toBe(false);
  expect(storedBytes()).toContain('a red rose');
});
