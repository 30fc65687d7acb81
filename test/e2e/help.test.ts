import { afterEach, expect, it } from 'vitest';
import type { Channel, Message } from '../../sandbox/discord/index.ts';
import { imageReply, labelsOf, openTestBed, type TestBed, textOf } from '../support/test-bed.ts';

let bed: TestBed;
afterEach(() => bed.close());

async function helpFor(name: string, channel: Channel): Promise<Message> {
  const actor = bed.discord.actor(name, channel);
  const page = await (await actor.command('timeless-help')).waitForReply((message) => message.embeds.length > 0);
  expect(page.ephemeralFor).toBe(actor.user.id);
  return page;
}

it('/timeless-help knows what a server allows, and its prompts post images like /timeless, within its limits', async () => {
  const limits = { imagesPerDay: 1, maxSteps: 25, maxMegapixels: 1.04 };
  bed = await openTestBed({
    env: { GUILD_BUDGET_USD_PER_DAY: '2' },
    settings: { filterWords: ['horse'], limits: { everyone: limits }, safety: { privateAllowed: false } },
  });
  const { guild } = bed.discord;
  const general = guild.channel('general');
  const alice = bed.member('alice');
  const help = await helpFor('alice', general);
  for (const fact of [
    'Images today: 1 of 1 left',
    'up to 25 steps, 4 samples, and 1.04 megapixels',
    '$2.00 of $2.00 left',
    "doesn't allow private images",
    'Send a moderator a link',
    'Portrait 7:9 (896×1152)',
  ])
    expect(textOf(help)).toContain(fact);
  expect(textOf(help)).not.toContain('Square 1:1');
  expect(labelsOf(help)).toHaveLength(2);
  expect(labelsOf(help).join()).not.toContain('horse');

  const image = await imageReply(await alice.press(help, 'a lighthouse'));
  expect(image.ephemeralFor).toBeUndefined();
  expect(image.channelId).toBe(general.id);
  expect(textOf(image)).toContain(`Requested by <@${alice.user.id}>`);
  expect(bed.segmind.submits.at(-1)?.body).toMatchObject({ prompt: labelsOf(help)[0], num_inference_steps: 25 });
  const refused = await (await alice.press(help, 'a lighthouse')).waitForReply();
  expect(refused.ephemeralFor).toBe(alice.user.id);
  expect(textOf(refused)).toContain('1 image per day');
  const details = await (await alice.press(image, 'Details')).waitForReply();
  expect(textOf(details)).toContain('/timeless-help');

  const allow = await bed
    .member('moderator')
    .command('timeless-config', { channel: guild.channel('art').id }, { group: 'channels', subcommand: 'allow' });
  await allow.waitForReply();
  const elsewhere = await helpFor('bob', general);
  expect(textOf(elsewhere)).toContain(`Try <#${guild.channel('art').id}>.`);
  expect(labelsOf(elsewhere)).toEqual([]);

  const direct = await helpFor('bob', bed.discord.directMessages(bed.discord.user('bob')));
  expect(textOf(direct)).toContain('Choose Apps and Report image');
  expect(textOf(direct)).not.toContain('this server');
  expect(labelsOf(direct)).toHaveLength(3);
  await imageReply(await bed.discord.actor('bob', 'dm').press(direct, 'a teapot'));
});
