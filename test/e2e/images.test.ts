import { afterEach, describe, expect, it } from 'vitest';
import { type Actor, buttonsOf, type Message, selectsOf } from '../../sandbox/discord/index.ts';
import { imageReply, labelsOf, openTestBed, storedReply, type TestBed, textOf } from '../support/test-bed.ts';

let bed: TestBed;
afterEach(() => bed.close());

const alice = (): Actor => bed.member('alice');
const paint = async (prompt: string, options: object = {}, actor = alice()): Promise<Message> =>
  storedReply(bed, await actor.command('timeless', { prompt, ...options }));
const open = async (actor = alice()): Promise<Message> => {
  const list = await (await actor.command('timeless-images', {})).waitForReply((message) => message.content !== '');
  expect(list.ephemeralFor).toBe(actor.user.id);
  return list;
};
const promptsOf = ({ embeds }: Message) => embeds.map(({ description = '' }) => /“(.*)”/.exec(description)?.[1]);
const shows = (list: Message, text: string) => bed.discord.waitFor(() => textOf(list).includes(text));

describe('/timeless-images', () => {
  it('lists one’s own images page by page, with what can be done to each', async () => {
    bed = await openTestBed();
    expect(textOf(await open())).toContain('You have no images here yet');
    await paint('of bob', {}, bed.member('bob'));
    for (const number of [1, 2, 3, 4, 5]) await paint(`number ${number}`);
    const hidden = await paint('number 6', { private: true });
    const list = await open();
    expect(promptsOf(list)).toEqual(['number 6', 'number 5', 'number 4', 'number 3', 'number 2']);
    const shown = await fetch(list.embeds[0]?.thumbnail?.url ?? '');
    expect(Buffer.from(await shown.arrayBuffer()).equals(hidden.attachments[0]?.bytes ?? Buffer.alloc(0))).toBe(true);

    await alice().press(list, 'Older');
    await shows(list, 'Page 2 of 2');
    expect(promptsOf(list)).toEqual(['number 1']);
    await alice().press(list, 'Newer');
    await shows(list, 'number 6');
    const [select] = selectsOf(list);
    const fourth = select?.options?.find(({ label }) => label.includes('number 4'))?.value ?? '';
    await alice().select(list, 'Choose an image', [fourth]);
    await bed.discord.waitFor(() => buttonsOf(list).some(({ customId }) => customId === `reroll:${fourth}`));
    expect(labelsOf(list).slice(0, 3)).toEqual(['Run again', 'Edit', '★ Star']);
    const editing = await alice().press(list, 'Edit');
    const edited = await storedReply(bed, await alice().submitModal(editing, { prompt: 'number 4, edited' }));
    expect(textOf(edited)).toContain('Edited from [this image]');
    await alice().press(edited, 'Delete');
    await alice().press(list, '★ Star');
    await shows(list, '★ “number 4”');
    const again = await storedReply(bed, await alice().press(list, 'Run again'));
    expect(textOf(again)).toContain(`number 4\n\n1024×1024`);
    expect(again.ephemeralFor).toBeUndefined();

    // A deleted image isn't shown; a star stays, and can be taken away.
    await alice().press(again, 'Delete');
    await bed.discord.waitFor(() => bed.bot.log.filter(({ msg }) => msg === 'deleted').length === 2);
    const later = await open();
    expect(promptsOf(later)).toEqual(['number 6', 'number 5', 'number 4', 'number 3', 'number 2']);
    expect(textOf(later)).toContain('★ “number 4”');
    await alice().select(later, 'Choose an image', [fourth]);
    await bed.discord.waitFor(() => labelsOf(later).includes('★ Unstar'));
    await alice().press(later, '★ Unstar');
    await bed.discord.waitFor(() => !textOf(later).includes('★ “number 4”'));

    // In direct messages: from everywhere. Nobody stars what isn't theirs.
    const direct = bed.discord.actor('alice', 'dm');
    expect(promptsOf(await open(direct))).toContain('number 6');
    await (await bed.member('mallory').pressCustomId(`images-star:${fourth}.0`)).acknowledged();
    expect(textOf(await open())).not.toContain('★ “');

    // A forged press on what everyone sees doesn't write there.
    const seen = await imageReply(await alice().press(later, 'Run again'));
    const forged = await bed.member('mallory').pressCustomId('images-page:0', seen);
    const own = await forged.waitForReply((message) => message.content !== '');
    expect([own.ephemeralFor, seen.content]).toEqual([bed.discord.user('mallory').id, '']);
  });

  it('fetches an image that could not be delivered, where the rules allow it', async () => {
    bed = await openTestBed();
    const { guild, faults } = bed.discord;
    bed.segmind.hold();
    const lost = await alice().command('timeless', { prompt: 'a lost rose' });
    await lost.waitForReply((message) => textOf(message).includes('Sent'));
    lost.expireToken();
    bed.discord.closeDms(bed.discord.user('alice'));
    const respond = { status: 403, body: { code: 50_001, message: 'Missing Access' } };
    faults.add({ path: new RegExp(`^/channels/${guild.channel('general').id}/`), times: 1_000, respond });
    bed.segmind.release();
    await bed.discord.waitFor(() => bed.bot.log.some(({ msg }) => msg === 'all delivery routes failed'), 20_000);
    faults.clear();
    const elsewhere = bed.discord.actor('alice', guild.channel('art'));
    const deny = { group: 'channels', subcommand: 'deny' };
    const channel = guild.channel('art').id;
    await (await bed.member('moderator').command('timeless-config', { channel }, deny)).waitForReply();
    const list = await open(elsewhere);
    expect(textOf(list)).toContain('Not delivered. Press Fetch image');
    const refused = await (await elsewhere.press(list, 'Fetch image')).waitForReply();
    expect(textOf(refused)).toContain('Images are turned off');
    await imageReply(await alice().press(await open(), 'Fetch image'));
    expect(bed.segmind.submits).toHaveLength(1);
    await bed.discord.waitFor(() => bed.bot.log.some(({ msg }) => msg === 'delivered'));
    expect(textOf(await open())).toContain('Jump to image');
  });

  it('has no link to what was fetched in direct messages, where others don’t see it', async () => {
    bed = await openTestBed();
    const { faults } = bed.discord;
    bed.segmind.hold();
    const lost = await alice().command('timeless', { prompt: 'a lost rose' });
    await lost.waitForReply((message) => textOf(message).includes('Sent'));
    lost.expireToken();
    const respond = { status: 403, body: { code: 50_001, message: 'Missing Access' } };
    faults.add({ path: /^\/channels\//, times: 1_000, respond });
    bed.segmind.release();
    await bed.discord.waitFor(() => bed.bot.log.some(({ msg }) => msg === 'all delivery routes failed'), 20_000);
    faults.clear();
    const direct = bed.discord.actor('alice', 'dm');
    const fetched = await imageReply(await direct.press(await open(direct), 'Fetch image'));
    await bed.discord.waitFor(() => bed.bot.log.some(({ msg }) => msg === 'delivered'));
    expect(textOf(await open())).not.toContain('Jump to image');
    await direct.press(fetched, 'Delete');
    await bed.discord.waitFor(() => bed.bot.log.some(({ msg }) => msg === 'deleted'));
    expect(fetched.deleted).toBe(true);
    expect(textOf(await open())).toContain('You have no images here yet');
  });

  it('shows no small image of what is hidden behind a click, and nothing of erased data', async () => {
    bed = await openTestBed({ settings: { safety: { spoilers: true } } });
    await paint('a hidden rose');
    const [embed] = (await open()).embeds;
    expect(embed).toBeDefined();
    expect(embed).not.toHaveProperty('thumbnail');
    const overview = await (await alice().command('timeless-me', {}, { subcommand: 'overview' })).waitForReply(
      (message) => message.embeds.length > 0,
    );
    const question = await (await alice().press(overview, 'Delete')).waitForReply();
    const erased = await alice().press(question, 'Delete');
    await erased.waitForReply((message) => textOf(message).includes('I deleted your data'));
    expect(textOf(await open())).toContain('You have no images here yet');
  });
});
