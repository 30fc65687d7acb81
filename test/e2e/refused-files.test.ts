import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Actor, Invocation } from '../../sandbox/discord/index.ts';
import { PERMISSIONS } from '../../sandbox/discord/permissions.ts';
import { labelsOf, openTestBed, type TestBed, textOf } from '../support/test-bed.ts';

let bed: TestBed;
beforeEach(async () => {
  bed = await openTestBed();
});
afterEach(() => bed.close());

const linkPrefix = () => `http://${bed.segmind.imageHost}/outputs/`;
const linksIn = (text: string) => text.split(linkPrefix()).length - 1;
const delivered = () =>
  bed.discord.waitFor(() => bed.bot.log.find(({ msg }) => msg === 'delivered') !== undefined, 20_000);
const requestsTo = (method: string, path: RegExp) =>
  bed.discord.requests.filter((request) => request.method === method && path.test(request.path));
const uploads = () => bed.discord.requests.filter(({ files }) => files.length > 0);

async function rendering(options: object = {}, channel = bed.discord.guild.channel('general')): Promise<Invocation> {
  bed.segmind.hold();
  const invocation = await bed.discord.actor('alice', channel).command('timeless', { prompt: 'a mill', ...options });
  await invocation.waitForReply((message) => textOf(message).includes('Sent'));
  return invocation;
}

it.each([
  ['400001 in the whole server', 'uploadsLimited', false],
  ['20009', 'explicitContent', false],
  ['240000', 'harmfulLink', false],
  ['400001, of a private image', 'uploadsLimited', true],
] as const)('files that are refused with %s are sent as a link in the same message', async (_, refusal, isPrivate) => {
  const invocation = await rendering({ private: isPrivate });
  bed.discord.refused.refuseFiles(bed.discord.guild, refusal);
  bed.segmind.release();
  await delivered();
  const message = invocation.reply();
  expect(message?.attachments).toEqual([]);
  expect(message && textOf(message)).toContain(
    `Discord rejected the file. It's available for a few days at:\n${linkPrefix()}`,
  );
  expect(message && textOf(message)).toContain('a mill');
  const labels = ['New seed', 'Reroll', 'Edit', 'Details', ...(isPrivate ? [] : ['Delete'])];
  expect(message && labelsOf(message)).toEqual(labels);
  expect(uploads().map(({ status }) => status)).toEqual([403]);
  expect(requestsTo('POST', /\/channels\//)).toEqual([]);
});

it('images whose files and links are refused can be fetched later by their requester, for free', async () => {
  const invocation = await rendering();
  bed.discord.refused.refuseFiles(bed.discord.guild.channel('general'), 'explicitContent');
  bed.discord.refused.refuseLinks(bed.discord.guild);
  bed.segmind.release();
  const message = await invocation.waitForReply((reply) => textOf(reply).includes('rejected it everywhere'), 20_000);
  expect(labelsOf(message)).toEqual(['Fetch image', 'Details', 'Delete']);
  expect(linksIn(textOf(message))).toBe(0);
  expect(requestsTo('POST', /\/channels\//)).toEqual([]);

  const denied = await bed.member('bob').press(message, 'Fetch image');
  expect(textOf(await denied.waitForReply())).toContain('Only the person who requested this image, or a moderator');
  bed.discord.refused.clear();
  const configure = async (subcommand: string, options: Parameters<Actor['command']>[1], group?: string) =>
    (
      await bed.member('moderator').command('timeless-config', options, { subcommand, ...(group ? { group } : {}) })
    ).waitForReply();
  // Today's rules hold, also where the image belongs.
  const channel = bed.discord.guild.channel('general').id;
  await configure('deny', { channel }, 'channels');
  const refused = await bed.member('alice').press(message, 'Fetch image');
  expect(textOf(await refused.waitForReply())).toContain('Images are turned off');
  await configure('remove', { channel }, 'channels');
  await configure('safety', { spoilers: true });
  const fetched = await bed.member('alice').press(message, 'Fetch image');
  const image = await fetched.waitForReply(({ attachments }) => attachments.length > 0, 20_000);
  expect(image.attachments).toMatchObject([{ spoiler: true }]);
  expect(textOf(image)).toContain(`Requested by <@${bed.discord.user('alice').id}>`);
  expect(labelsOf(image)).toEqual(['New seed', 'Reroll', 'Edit', 'Details', 'Delete']);
  await bed.discord.waitFor(() => bed.bot.log.some(({ msg }) => msg === 'delivered'));
  const again = await bed.member('alice').press(message, 'Fetch image');
  expect(textOf(await again.waitForReply())).toContain('already been delivered');
  expect(bed.segmind.submits).toHaveLength(1);
});

it('files in several messages are tried once, and then sent as links in the first message', {
  tags: 'slow',
}, async () => {
  bed.segmind.script({ on: 'submit', largeImages: 9 * 1024 * 1024 });
  const invocation = await rendering({ samples: 4 });
  bed.discord.refused.refuseFiles(bed.discord.guild, 'uploadsLimited');
  bed.segmind.release();
  await delivered();
  const message = invocation.reply();
  expect(message && linksIn(textOf(message))).toBe(4);
  expect(invocation.followUps()).toEqual([]);
  expect(uploads()).toHaveLength(1);
});

it('without the permission to attach files after the token has expired (50013), the bot’s own edit has the link', async () => {
  const mute = bed.discord.guild.createChannel({ name: 'mute' });
  mute.overwrites.push({ id: bed.discord.botUserId, type: 'member', allow: 0n, deny: PERMISSIONS.attachFiles });
  const invocation = await rendering({}, mute);
  invocation.expireToken();
  bed.segmind.release();
  await delivered();
  const message = invocation.reply();
  expect(message && linksIn(textOf(message))).toBe(1);
  expect(message && textOf(message)).not.toContain('Rendering');
  expect(requestsTo('PATCH', /\/channels\//).map(({ status }) => status)).toEqual([403, 200]);
  expect(bed.discord.messages(bed.discord.directMessages('alice'))).toEqual([]);
});

it('an image that Discord refuses in the channel is sent as a direct message, and the reply says so', {
  tags: 'slow',
}, async () => {
  const invocation = await rendering();
  // The last progress edit comes during the download, so the next edit is the delivery.
  bed.segmind.script({ on: 'image', delayMs: 3_000 });
  bed.segmind.release();
  await invocation.waitForReply((message) => message.embeds[0]?.title === 'Almost there');
  const respond = { status: 403, body: { code: 240_000, message: 'Message blocked by harmful links filter' } };
  const { id } = bed.discord.guild.channel('general');
  // With the files, with the link in the usual message, with the link in a plain message, and without it.
  for (const path of [/@original$/, new RegExp(`^/channels/${id}/messages/`)]) {
    bed.discord.faults.add({ method: 'PATCH', path, times: 4, respond });
  }
  bed.discord.faults.add({ method: 'POST', path: new RegExp(`^/channels/${id}/messages$`), times: 4, respond });
  await delivered();
  const [direct] = bed.discord.messages(bed.discord.directMessages('alice'));
  expect(direct?.attachments).toHaveLength(1);
  const reply = await invocation.waitForReply((message) => message.embeds.length === 0);
  expect(textOf(reply)).toContain("Your image is ready. It's in a direct message.");
  expect(labelsOf(reply)).toEqual([]);
});

it('an image that cannot be delivered at all leaves a reply that says so', { tags: 'slow' }, async () => {
  const invocation = await rendering();
  bed.discord.closeDms(bed.discord.user('alice'));
  bed.segmind.script({ on: 'image', delayMs: 3_000 });
  bed.segmind.release();
  await invocation.waitForReply((message) => message.embeds[0]?.title === 'Almost there');
  const respond = { status: 403, body: { code: 240_000, message: 'Message blocked by harmful links filter' } };
  const { id } = bed.discord.guild.channel('general');
  for (const path of [/@original$/, new RegExp(`^/channels/${id}/messages/`)]) {
    bed.discord.faults.add({ method: 'PATCH', path, times: 4, respond });
  }
  bed.discord.faults.add({ method: 'POST', path: new RegExp(`^/channels/${id}/messages$`), times: 4, respond });
  const reply = await invocation.waitForReply((message) => textOf(message).includes('Press Fetch image'), 20_000);
  expect(labelsOf(reply)).toEqual(['Fetch image']);
  expect(reply.embeds).toEqual([]);
});
