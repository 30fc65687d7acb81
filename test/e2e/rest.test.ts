import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { startBot } from '../../sandbox/bot.ts';
import { DiscordSandbox, type Invocation, type Message } from '../../sandbox/discord/index.ts';
import { JobStore } from '../../src/jobs/store.ts';
import { openDatabase } from '../../src/storage/database.ts';
import { findFreePort } from '../support/free-port.ts';
import { SILENT } from '../support/silent-log.ts';
import { imageReply, openTestBed, type TestBed, textOf } from '../support/test-bed.ts';

type Fault = Parameters<DiscordSandbox['faults']['add']>[0];

/** The answer to a blocked IP address from the proxy in front of Discord: an HTML page without a wait. */
const BLOCKED = { status: 429, html: '<title>Access denied</title> error code: 1015' };
const UNAUTHORIZED = { status: 401, body: { message: '401: Unauthorized', code: 0 } };
const EVERY_ROUTE = /^\/(channels|users|webhooks|gateway|applications)\b/;
const nowhere = { url: 'http://127.0.0.1:9', apiKey: 'SG_0123456789abcdef', imageHost: '127.0.0.1:9' };

let bed: TestBed;
let isClosed = false;
const open = async (options: Parameters<typeof openTestBed>[0] = {}) => {
  isClosed = false;
  bed = await openTestBed(options);
};
afterEach(async () => {
  if (!isClosed) await bed.close();
});

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const general = () => bed.discord.guild.channel('general');
const requestsTo = (method: string, path: RegExp, discord: DiscordSandbox = bed.discord) =>
  discord.requests.filter((request) => request.method === method && path.test(request.path));
const refusals = (discord: DiscordSandbox = bed.discord) => discord.requests.filter(({ status }) => status === 429);
const questions = () => requestsTo('GET', /^\/users\/@me$/);
const linesOf = (msg: string) => bed.bot.log.filter((line) => line['msg'] === msg);
const always = (fault: Omit<Fault, 'times'>) => bed.discord.faults.add({ ...fault, times: Number.POSITIVE_INFINITY });

/** Starts a request whose image Segmind holds until `release`, and whose reply says that it is rendering. */
async function rendering(member = bed.member('alice')): Promise<Invocation> {
  bed.segmind.hold();
  const invocation = await member.command('timeless', { prompt: 'a lighthouse' });
  await invocation.waitForReply((message) => textOf(message).includes('Sent'));
  return invocation;
}

/** The id of the rendered job, from the log. */
function jobIdOf(): string {
  const [line] = linesOf('delivery call failed');
  return String(line?.['job']);
}

/** Waits for messages with images in a channel. */
function imagesIn(channel = general()): Promise<Message[]> {
  return bed.discord.waitFor(() => {
    const found = bed.discord.messages(channel).filter(({ attachments }) => attachments.length > 0);
    return found.length > 0 && found;
  }, 20_000);
}

describe('a 429 without a usable wait', () => {
  it('holds back everything except acknowledgements, is logged, and the image arrives afterwards', async () => {
    const port = await findFreePort();
    await open({ env: { HTTP_PORT: String(port) } });
    const invocation = await rendering();
    always({ method: 'PATCH', path: /@original/, respond: BLOCKED });
    bed.segmind.release();
    await bed.discord.waitFor(() => refusals().length > 0);
    const sentMs = Date.now();
    const other = await bed.member('bob').command('timeless', { prompt: 'acknowledged at once' });
    await other.acknowledged();
    expect(Date.now() - sentMs).toBeLessThan(700);
    await pause(1_500);
    // One at the start and one after a second.
    expect(refusals().length).toBeLessThanOrEqual(3);
    bed.discord.faults.clear();
    expect((await imageReply(invocation, 20_000)).attachments).toHaveLength(1);
    await imageReply(other, 20_000);
    const [line] = linesOf('requests to Discord held back after a 429');
    expect(line).toMatchObject({ level: 40, route: 'PATCH /webhooks/:id/:token/messages/@original' });
    expect(bed.bot.stdout).not.toContain(invocation.token);
    const metrics = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    expect(metrics).toMatch(/timeless_discord_blocks_total\{route="PATCH [^"]+"\} [1-3]\n/);
    // Requests that were held back were not sent.
    const counted = [...metrics.matchAll(/timeless_discord_requests_total\{.*status="429"\} (\d+)/g)];
    expect(counted.reduce((sum, [, count]) => sum + Number(count), 0)).toBe(refusals().length);
  });

  it('at the login: is retried a few times until it is over', { tags: 'slow' }, async () => {
    isClosed = true;
    const discord = await DiscordSandbox.start();
    discord.faults.add({ path: /gateway\/bot/, times: Number.POSITIVE_INFINITY, respond: BLOCKED });
    const bot = startBot({ discord, segmind: nowhere });
    await discord.waitFor(() => refusals(discord).length > 0);
    await pause(4_000);
    expect(refusals(discord).length).toBeLessThanOrEqual(4);
    discord.faults.clear();
    await bot.ready;
    expect(await bot.stop()).toBe(0);
    expect(discord.violations).toEqual([]);
    await discord.close();
  });

  it('for many requests at once: few refusals in total, and every image arrives', { tags: 'slow' }, async () => {
    await open();
    const members = Array.from({ length: 20 }, (_, index) => bed.discord.createUser(`member${index}`));
    for (const member of members) bed.discord.guild.join(member);
    const invocations = await Promise.all(members.map((member) => rendering(bed.discord.actor(member, general()))));
    always({ path: EVERY_ROUTE, respond: BLOCKED });
    bed.segmind.release();
    await bed.discord.waitFor(() => refusals().length > 0);
    await pause(8_000);
    // Requests in flight at the first 429, and one of each kind after each pause.
    expect(refusals().length).toBeLessThan(40);
    bed.discord.faults.clear();
    for (const invocation of invocations) await imageReply(invocation, 30_000);
  });

  it('of one route: other routes keep working, and do not cause more attempts on it', { tags: 'slow' }, async () => {
    await open();
    const blocked = await rendering();
    const token = new RegExp(blocked.token);
    always({ method: 'PATCH', path: token, respond: { status: 429, body: { retry_after: 0.1, message: 'slow' } } });
    bed.segmind.release();
    await bed.discord.waitFor(() => refusals().length > 0);
    const others: Invocation[] = [];
    for (let index = 0; index < 8; index += 1) {
      others.push(await bed.member('bob').command('timeless', { prompt: `another ${index}` }));
      await pause(1_000);
    }
    expect(refusals().length).toBeLessThanOrEqual(12);
    bed.discord.faults.clear();
    for (const invocation of [blocked, ...others]) await imageReply(invocation, 60_000);
  });
});

describe('a long wait that Discord names', () => {
  const limited = (seconds: number) => ({
    status: 429,
    headers: { 'Retry-After': String(seconds), 'X-RateLimit-Scope': 'user' },
    body: { message: 'You are being rate limited.', retry_after: seconds, global: false },
  });

  it('makes the image take the next route, without further attempts, and is logged', { tags: 'slow' }, async () => {
    await open();
    const invocation = await rendering();
    always({ method: 'PATCH', path: /@original/, respond: limited(64_800) });
    bed.segmind.release();
    const [message, ...others] = await imagesIn();
    expect(message?.id).toBe(invocation.reply()?.id);
    expect(others).toEqual([]);
    expect(refusals()).toHaveLength(1);
    const line = { level: 40, route: 'PATCH /webhooks/:id/:token/messages/@original' };
    expect(linesOf('long wait requested by Discord')).toEqual([expect.objectContaining(line)]);
  });

  it('of some seconds is awaited and logged', { tags: 'slow' }, async () => {
    await open();
    const invocation = await rendering();
    bed.discord.faults.add({ method: 'PATCH', path: /@original/, respond: limited(5) });
    bed.segmind.release();
    await imageReply(invocation, 20_000);
    expect(linesOf('long wait requested by Discord')).toHaveLength(1);
    expect(requestsTo('PATCH', /^\/channels\//)).toEqual([]);
  });

  it('for the action of a button: the member reads about it', { tags: 'slow' }, async () => {
    await open();
    const message = await imageReply(await bed.member('alice').command('timeless', { prompt: 'to be deleted' }));
    bed.discord.faults.add({ method: 'DELETE', path: /messages/, respond: limited(3_600) });
    const pressed = await bed.member('alice').press(message, 'Delete');
    await bed.discord.waitFor(() =>
      pressed.followUps().some((reply) => textOf(reply).includes('Something went wrong')),
    );
  });

  it('at the login, in an HTML page: is obeyed', { tags: 'slow' }, async () => {
    isClosed = true;
    const discord = await DiscordSandbox.start();
    discord.faults.add({ path: /gateway/, respond: { ...BLOCKED, headers: { 'Retry-After': '3600' } } });
    const bot = startBot({ discord, segmind: nowhere });
    await discord.waitFor(() => bot.log.some(({ msg }) => msg === 'login failed'));
    await pause(3_000);
    expect(discord.requests).toHaveLength(1);
    await bot.stop();
    expect(discord.violations).toEqual([]);
    await discord.close();
  });
});

describe('a 401 to the bot’s token', () => {
  it('that is still valid loses nothing: many requests share one check of the token and are resent', async () => {
    await open();
    // discord.js sends one request after the other into a channel.
    const channels = ['one', 'two', 'three'].map((name) => bed.discord.guild.createChannel({ name }));
    const invocations = await Promise.all(channels.map((channel) => rendering(bed.discord.actor('alice', channel))));
    for (const invocation of invocations) invocation.expireToken();
    // A check that fails for another reason is repeated.
    bed.discord.faults.add({ path: /^\/users\/@me$/, respond: { status: 503, body: {} } });
    // Late enough for all three to be in flight.
    for (const { id } of channels) {
      bed.discord.faults.add({ method: 'PATCH', path: new RegExp(id), respond: UNAUTHORIZED, delayMs: 1_500 });
    }
    bed.segmind.release();
    for (const invocation of invocations) {
      await bed.discord.waitFor(() => (invocation.reply()?.attachments.length ?? 0) > 0, 20_000);
    }
    expect(questions().map(({ status }) => status)).toEqual([503, 200]);
    for (const channel of channels) expect(bed.discord.messages(channel)).toHaveLength(1);
  });

  it('that is still valid closes only the route that refuses it again', { tags: 'slow' }, async () => {
    await open();
    const invocation = await rendering();
    invocation.expireToken();
    bed.discord.faults.add({ method: 'PATCH', path: /^\/channels\//, times: 2, respond: UNAUTHORIZED });
    bed.segmind.release();
    const [message] = await imagesIn();
    expect(message?.id).not.toBe(invocation.reply()?.id);
    expect(requestsTo('PATCH', /^\/channels\//)).toHaveLength(2);
    expect(linesOf('request refused: 401 with a valid token')).toEqual([
      expect.objectContaining({ route: 'PATCH /channels/:id/messages/:id' }),
    ]);
    const next = await rendering(bed.member('bob'));
    next.expireToken();
    bed.segmind.release();
    await bed.discord.waitFor(() => (next.reply()?.attachments.length ?? 0) > 0, 20_000);
  });

  it('that was revoked ends the bot with one line and exit code 1, and the image arrives with the next token', async () => {
    await open();
    const invocation = await rendering();
    invocation.expireToken();
    const { bot } = bed;
    const token = bed.discord.resetToken();
    bed.segmind.release();
    expect(await bot.exited).toBe(1);
    expect(bot.stderr.trim().split('\n')).toEqual([expect.stringContaining('the bot token is not valid')]);
    const database = await openDatabase(`file:${join(bed.folder, 'data/timeless.db')}`);
    const job = await new JobStore(database, { log: SILENT }).get(jobIdOf());
    await database.close();
    expect(job?.state.name).toBe('delivering');
    expect(job?.refusedRoutes).toEqual(['reply']);
    await bed.restart({ DISCORD_TOKEN: token });
    await bed.discord.waitFor(() => (invocation.reply()?.attachments.length ?? 0) > 0, 20_000);
  });
});
