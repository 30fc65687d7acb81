import { afterEach, describe, expect, it } from 'vitest';
import { type Guild, type Invocation, type Message, PERMISSIONS } from '../../sandbox/discord/index.ts';
import { imageReply, openTestBed, type TestBed, textOf } from '../support/test-bed.ts';

let bed: TestBed;
afterEach(() => bed.close());

/** What one image costs with 30 steps at 1024×1024, US$. */
const IMAGE_USD = 0.0103;
const NOT_LISTED = "The bot's operator hasn't allowed this server, so I can't make images here.";
const USED_UP = 'My daily budget is used up';

const inGuild = (guild: Guild, name = 'alice') => bed.discord.actor(name, guild.channel('general'));
const ask = (guild: Guild, options: object = {}) =>
  inGuild(guild).command('timeless', { prompt: 'a red rose', ...options });
const config = async (guild: Guild, subcommand: string, options: Record<string, string> = {}) =>
  textOf(await (await inGuild(guild, 'moderator').command('timeless-config', options, { subcommand })).waitForReply());
const answered = (invocation: Invocation) => invocation.waitForReply((message) => !message.thinking);
const chargedUsd = () => 10 - bed.segmind.creditsUsd;
const budgetWarnings = () =>
  bed.bot.log
    .filter(({ msg }) => String(msg).startsWith('daily budget'))
    .map(({ msg, setting, guild }) => [msg, setting, guild]);

/** A server of somebody who has invited the bot, and lifts all that can be lifted there. */
async function createGuild(): Promise<Guild> {
  const guild = bed.discord.createGuild();
  guild.join(bed.discord.user('alice'));
  guild.join(bed.discord.user('moderator'), { permissions: PERMISSIONS.moderateMembers });
  await config(guild, 'limits', { images_per_day: '-1', jobs_at_once: '-1' });
  await config(guild, 'budget', { day: '1000', month: '-1' });
  return guild;
}

/** All of these presses at once, while Segmind holds everything: who got a place, and what the others read. */
async function press(presses: readonly (() => Promise<Invocation>)[]) {
  bed.segmind.hold();
  const invocations = await Promise.all(presses.map((one) => one()));
  const outcomes = await Promise.all(
    invocations.map(async (invocation) => ({ invocation, message: await answered(invocation) })),
  );
  const isRefused = ({ message }: { message: Message }) => textOf(message).includes("You weren't charged.");
  return {
    accepted: outcomes.filter((outcome) => !isRefused(outcome)).map(({ invocation }) => invocation),
    refused: outcomes.filter(isRefused).map(({ message }) => message),
  };
}

describe("the operator's budget", () => {
  it('for each server holds where strangers have lifted every limit, and after a crash', async () => {
    bed = await openTestBed({ env: { GUILD_BUDGET_USD_PER_DAY: '0.50', BUDGET_USD_PER_DAY: '10' } });
    const theirs = await createGuild();
    const largest = { width: 2048, height: 2048, steps: 100 };
    const { accepted, refused } = await press(Array.from({ length: 40 }, () => () => ask(theirs, largest)));
    expect(accepted).toHaveLength(3);
    for (const message of refused) {
      expect(textOf(message)).toContain("The bot's operator allows this server $0.50 per day: $0.09 is left");
      expect(message.ephemeralFor).toBeDefined();
    }
    bed.segmind.release();
    await Promise.all(accepted.map((invocation) => imageReply(invocation)));
    await bed.restart();
    expect(textOf(await answered(await ask(theirs, largest)))).toContain('$0.09 is left');
    expect(await config(theirs, 'budget')).toContain("The bot's operator allows $0.50 per day.");
    expect(await config(theirs, 'view')).toContain("The bot's operator allows $0.50 per day.");
    expect(await config(theirs, 'usage')).toContain("The bot's operator allows $0.50 per day.");
    expect(chargedUsd()).toBeLessThanOrEqual(0.5);
    // What is left for others is not touched.
    await imageReply(await ask(bed.discord.guild));
  });

  it('for all holds over two servers and direct messages together, and only the operator reads its amounts', async () => {
    bed = await openTestBed({ env: { BUDGET_USD_PER_DAY: '0.25' } });
    const { guild: own } = bed.discord;
    await bed.restart({ OPERATOR_GUILD_IDS: own.id });
    const theirs = await createGuild();
    const direct = bed.discord.actor('bob', 'dm');
    const { accepted, refused } = await press([
      () => direct.command('timeless', { prompt: 'directly' }),
      ...Array.from({ length: 20 }, () => [() => ask(own), () => ask(theirs)]).flat(),
    ]);
    expect(accepted).toHaveLength(Math.floor(0.25 / IMAGE_USD));
    for (const message of refused) {
      const text = textOf(message);
      expect(text).toMatch(/^My daily budget is used up.* You weren't charged\. It resets <t:\d+:R>\.$/);
      expect(text.replace(/<t:\d+:R>/, '')).not.toMatch(/\d/);
      expect(message.ephemeralFor).toBeDefined();
    }
    bed.segmind.release();
    await Promise.all(accepted.map((invocation) => imageReply(invocation)));
    expect(chargedUsd()).toBeLessThanOrEqual(0.25);
    await bed.discord.waitFor(() => bed.bot.log.filter(({ msg }) => msg === 'delivered').length === accepted.length);
    expect(await config(own, 'usage')).toContain('All servers today: $0.25 spent, $0.00 reserved, of $0.25');
    expect(await config(theirs, 'usage')).not.toContain('All servers');
    expect(budgetWarnings()).toEqual([
      ['daily budget nearly reached', 'BUDGET_USD_PER_DAY', undefined],
      ['daily budget reached', 'BUDGET_USD_PER_DAY', undefined],
    ]);
    await bed.restart();
    expect(textOf(await answered(await ask(theirs)))).toContain(USED_UP);
  });
});

describe("the operator's list of servers", () => {
  it('lets nothing work in other servers, and everything in direct messages', async () => {
    bed = await openTestBed();
    const theirs = await createGuild();
    const image = await imageReply(await ask(theirs));
    await bed.restart({ ALLOWED_GUILD_IDS: bed.discord.guild.id });
    const presses = [
      await ask(theirs),
      await inGuild(theirs, 'moderator').command('timeless-config', {}, { subcommand: 'view' }),
      await inGuild(theirs).press(image, 'Reroll'),
      await inGuild(theirs).press(image, 'Delete'),
    ];
    for (const one of presses) {
      const message = await one.waitForReply(({ id }) => id !== image.id);
      expect(textOf(message)).toBe(NOT_LISTED);
      expect(message.ephemeralFor).toBeDefined();
    }
    expect(await inGuild(theirs).autocomplete('timeless', 'width', '5')).toEqual([]);
    expect(bed.segmind.submits).toHaveLength(1);
    await imageReply(await ask(bed.discord.guild));
    await imageReply(await bed.discord.actor('alice', 'dm').command('timeless', { prompt: 'directly' }));
  });
});
