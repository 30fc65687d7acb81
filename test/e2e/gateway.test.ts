import { afterEach, describe, expect, it } from 'vitest';
import { type BotProcess, startBot } from '../../sandbox/bot.ts';
import { DiscordSandbox } from '../../sandbox/discord/index.ts';
import { registrations } from '../../src/commands/index.ts';
import { BOT_TOKEN } from '../support/bot-token.ts';
import { imageReply, openTestBed, type TestBed, textOf } from '../support/test-bed.ts';

const nowhere = { url: 'http://127.0.0.1:9', apiKey: 'SG_0123456789abcdef', imageHost: '127.0.0.1:9' };

let bed: TestBed | undefined;
afterEach(async () => {
  const opened = bed;
  bed = undefined;
  await opened?.close();
});

describe('the connection to Discord', () => {
  it.each([
    ['drops', (discord: DiscordSandbox) => discord.gateway.drop()],
    ['is asked to reconnect', (discord: DiscordSandbox) => discord.gateway.reconnect()],
  ] as const)('resumes when it %s, and jobs in flight complete', async (_, disturb) => {
    bed = await openTestBed();
    const { discord, segmind } = bed;
    segmind.hold();
    const invocation = await bed.member('alice').command('timeless', { prompt: 'unshaken' });
    await invocation.waitForReply();
    disturb(discord);
    await discord.waitFor(() => discord.gateway.resumes === 1);
    segmind.release();
    await imageReply(invocation);
    await imageReply(await bed.member('bob').command('timeless', { prompt: 'afterwards' }));
    expect(discord.gateway.identifies).toBe(1);
  });

  it('starts a new session when the old one is invalid', { tags: 'slow' }, async () => {
    bed = await openTestBed();
    const { discord } = bed;
    discord.gateway.invalidateSession(false);
    await discord.waitFor(() => discord.gateway.identifies === 2, 20_000);
    await discord.waitFor(() => discord.gateway.connections === 1);
    await imageReply(await bed.member('bob').command('timeless', { prompt: 'afterwards' }), 20_000);
  });

  it('registers its commands once, and not again when Discord has them', { tags: 'slow' }, async () => {
    // Two bots at once, because a restarted bot would have to wait before it identifies.
    bed = await openTestBed({ expectedViolations: ['identify limit'] });
    const { discord, segmind } = bed;
    const puts = () =>
      discord.requests.filter(({ method, path }) => method === 'PUT' && path.includes('/commands')).length;
    expect(puts()).toBe(1);
    expect(discord.commands.map(({ name }) => name)).toEqual(registrations.map(({ name }) => name));
    const second = startBot({ discord, segmind });
    await second.ready;
    await discord.waitFor(() => discord.requests.filter(({ path }) => path.endsWith('/commands')).length === 3);
    await second.stop();
    expect(puts()).toBe(1);
  });

  it.each([['a wrong token', {}, BOT_TOKEN, 'the bot token is not valid']])(
    'exits with one clear line and code 1 on %s',
    async (_, env, token, line) => {
      const discord = await DiscordSandbox.start();
      const bot: BotProcess = startBot({ discord: { apiUrl: discord.apiUrl, token }, segmind: nowhere, env });
      expect(await bot.exited).toBe(1);
      expect(bot.stderr.trim().split('\n')).toHaveLength(1);
      expect(bot.stderr).toContain(line);
      expect(bot.stderr + bot.stdout).not.toContain(token);
      await discord.close();
    },
  );

  async function exitsOnClose(code: number): Promise<void> {
    const discord = await DiscordSandbox.start();
    const bot = startBot({ discord, segmind: nowhere });
    await bot.ready;
    discord.gateway.closeWith(code);
    expect(await bot.exited).toBe(1);
    expect(bot.stderr.trim().split('\n')).toHaveLength(1);
    expect(bot.stderr).toContain(String(code));
    await discord.close();
  }
  it.each([4004])('exits with one clear line and code 1 on the fatal close %i', exitsOnClose);
  it.each([4010, 4011, 4012, 4013, 4014])('... and on %i', { tags: 'slow' }, exitsOnClose);

  it('waits for Discord when it is unavailable at the start', async () => {
    const discord = await DiscordSandbox.start();
    discord.faults.add({ path: /gateway\/bot/, times: 2, respond: { status: 503, body: {} } });
    const bot = startBot({ discord, segmind: nowhere });
    await bot.ready;
    expect(await bot.stop()).toBe(0);
    await discord.close();
  });

  it('prints a line for each invalid setting, without its value', async () => {
    const discord = await DiscordSandbox.start();
    const env = { QUEUE_LIMIT: 'many', SEGMIND_MODE: 'warp' };
    const bot = startBot({ discord, segmind: { ...nowhere, apiKey: 'SG_oops' }, env });
    expect(await bot.exited).toBe(1);
    expect(bot.stderr.trim().split('\n')).toHaveLength(3);
    expect(bot.stderr).not.toMatch(/many|warp|oops/);
    await discord.close();
  });
});

describe('a forged interaction', () => {
  it('is answered privately, and the bot keeps working', async () => {
    bed = await openTestBed();
    const mallory = bed.member('mallory');
    for (const customId of ['delete', 'explode:0000000000001', 'x'.repeat(100), 'delete:0000000000001:1']) {
      const reply = await (await mallory.pressCustomId(customId)).waitForReply();
      expect(reply.ephemeralFor).toBe(bed.discord.user('mallory').id);
      expect(textOf(reply)).toContain("don't know this command or button");
    }
    for (const action of ['reroll', 'new-seed', 'details', 'cancel', 'delete']) {
      const reply = await (await mallory.pressCustomId(`${action}:0000000000001`)).waitForReply();
      expect(textOf(reply)).toContain('no longer have a record of this image');
    }
    const unknown = await mallory.command('nonsense', {}, { force: true });
    expect(textOf(await unknown.waitForReply())).toContain("don't know this command");
    expect(await mallory.autocomplete('nonsense', 'x', 'y', {}, { force: true })).toEqual([]);
    await imageReply(await bed.member('alice').command('timeless', { prompt: 'still here' }));
  });

  it('that repeats an event creates no second job', async () => {
    bed = await openTestBed({ expectedViolations: ['already acknowledged'] });
    const alice = bed.member('alice');
    const invocation = await alice.command('timeless', { prompt: 'only once' });
    alice.deliverAgain(invocation);
    await imageReply(invocation);
    expect(bed.segmind.submits).toHaveLength(1);
  });

  it('whose acknowledgement fails starts nothing', async () => {
    bed = await openTestBed();
    bed.discord.faults.add({
      path: /callback/,
      respond: { status: 404, body: { code: 10_062, message: 'Unknown interaction' } },
    });
    await bed.member('alice').command('timeless', { prompt: 'unheard' });
    await imageReply(await bed.member('alice').command('timeless', { prompt: 'heard' }));
    expect(bed.segmind.submits.map(({ body }) => body['prompt'])).toEqual(['heard']);
  });
});
