import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type BotProcess, startBot } from '../../sandbox/bot.ts';
import { DiscordSandbox } from '../../sandbox/discord/index.ts';
import { registrations } from '../../src/commands/index.ts';

const nowhere = { url: 'http://127.0.0.1:9', apiKey: 'SG_0123456789abcdef', imageHost: '127.0.0.1:9' };
const MANAGE = fileURLToPath(new URL('../../dist/manage-commands.js', import.meta.url));
const OURS = registrations.map(({ name }) => name);

let discord: DiscordSandbox;
let folder: string;
let bot: BotProcess | undefined;
beforeEach(async () => {
  discord = await DiscordSandbox.start();
  folder = mkdtempSync(join(tmpdir(), 'timeless-registration-'));
});
afterEach(async () => {
  await stop();
  expect(discord.violations.filter(({ rule }) => rule !== 'identify limit')).toEqual([]);
  await discord.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Starts a bot on the database of the previous one, for one server or for all. */
async function start(guildId?: string): Promise<BotProcess> {
  const started = startBot({
    discord,
    segmind: nowhere,
    folder,
    ...(guildId ? { env: { DISCORD_GUILD_ID: guildId } } : {}),
  });
  bot = started;
  await started.ready;
  return started;
}

async function stop(): Promise<void> {
  const code = await bot?.stop();
  expect([code, bot?.stderr]).toEqual(bot ? [0, ''] : [undefined, undefined]);
  bot = undefined;
}

/** The names of one server's commands, or of the global ones. */
const namesIn = (guildId?: string) =>
  discord.commands.filter(({ guild_id }) => guild_id === guildId).map(({ name }) => name);
const logged = (msg: string) => bot?.log.find((line) => String(line['msg']).startsWith(msg));
const requestsTo = (path: RegExp) => discord.requests.filter((request) => path.test(request.path));

/** Registers a command as the operator can without the bot. */
async function register(command: object, guildId?: string): Promise<void> {
  const place = guildId === undefined ? '' : `guilds/${guildId}/`;
  const response = await fetch(`${discord.apiUrl}/v10/applications/${discord.applicationId}/${place}commands`, {
    method: 'POST',
    headers: {
      authorization: `Bot ${discord.token}`,
      'content-type': 'application/json',
      'user-agent': 'DiscordBot (https://example.com, 1)',
    },
    body: JSON.stringify(command),
  });
  expect(response.status).toBe(201);
}

async function manage(args: readonly string[], env: Readonly<Record<string, string>>) {
  const child = spawn(process.execPath, [MANAGE, ...args], {
    cwd: folder,
    env: { PATH: process.env['PATH'], DISCORD_TOKEN: discord.token, DISCORD_API_URL: discord.apiUrl, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = new Promise<number | null>((resolve) => child.once('close', resolve));
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { code: await exited, stdout, stderr };
}

describe('the commands', () => {
  it('are registered next to an Entry Point command, which stays unchanged', async () => {
    await register({ type: 4, name: 'launch', handler: 2, name_localizations: { de: 'start' }, contexts: [0, 1] });
    const [before] = discord.commands;
    await start();
    await discord.waitFor(() => namesIn().length === OURS.length + 1);
    expect(namesIn().toSorted()).toEqual(['launch', ...OURS].toSorted());
    expect({ ...discord.commands.find(({ name }) => name === 'launch'), version: '' }).toEqual({
      ...before,
      version: '',
    });
  });

  it('move to another server with the setting, and other commands stay there', {
    tags: 'slow',
  }, async () => {
    const [first, second] = [discord.guild, discord.createGuild()];
    await start(first.id);
    await discord.waitFor(() => namesIn(first.id).length === OURS.length);
    await register({ name: 'somebody-elses', description: 'Not ours' }, first.id);
    await stop();
    await start(second.id);
    await discord.waitFor(() => namesIn(first.id).length === 1);
    expect([namesIn(first.id), namesIn(second.id)]).toEqual([['somebody-elses'], OURS]);
    expect(await discord.waitFor(() => logged('leftover commands removed'))).toMatchObject({
      guildId: first.id,
      commands: OURS,
    });
    await stop();
    await start();
    await discord.waitFor(() => namesIn(second.id).length === 0);
    expect(namesIn()).toEqual(OURS);
    await discord.waitFor(() => logged('leftover commands removed'));
    await stop();
    const asked = requestsTo(/\/guilds\/\d+\/commands/).length;
    const askedGlobally = requestsTo(/applications\/\d+\/commands$/).length;
    await start();
    await discord.waitFor(() => requestsTo(/applications\/\d+\/commands$/).length > askedGlobally);
    await stop();
    expect(requestsTo(/\/guilds\/\d+\/commands/)).toHaveLength(asked);
  });

  it('stay registered globally when the setting names a server, until the operator removes them', {
    tags: 'slow',
  }, async () => {
    await start();
    await discord.waitFor(() => namesIn().length === OURS.length);
    await register({ name: 'somebody-elses', description: 'Not ours' });
    await stop();
    await start(discord.guild.id);
    expect(await discord.waitFor(() => logged('duplicate commands'))).toMatchObject({ level: 40, commands: OURS });
    expect([namesIn(), namesIn(discord.guild.id)]).toEqual([[...OURS, 'somebody-elses'], OURS]);
    expect((await manage(['remove-global'], {})).stderr).toContain('DISCORD_GUILD_ID is not set');
    expect(namesIn()).toHaveLength(OURS.length + 1);
    const env = { DISCORD_GUILD_ID: discord.guild.id };
    expect(await manage(['remove-global'], env)).toEqual({
      code: 0,
      stdout: expect.stringMatching(
        /^Removed the global commands \/timeless, .+, Remix image, and Report image, and what admins had set for them\.\n$/,
      ),
      stderr: '',
    });
    expect([namesIn(), namesIn(discord.guild.id)]).toEqual([['somebody-elses'], OURS]);
    expect((await manage(['remove-global'], env)).stdout).toBe('There are no global commands of this bot.\n');
  });

  it('are retried until Discord accepts them', { tags: 'slow' }, async () => {
    discord.faults.add({ path: /\/commands/, times: 2, respond: { status: 503, body: {} } });
    await start();
    await discord.waitFor(() => namesIn().length === OURS.length);
    const failures = bot?.log.filter(({ msg }) => msg === 'commands not registered') ?? [];
    expect(failures.map(({ level, pauseMs }) => [level, pauseMs])).toEqual([
      [50, 2_000],
      [50, 4_000],
    ]);
    expect(bot?.log.filter(({ msg }) => msg === 'invite address')).toHaveLength(1);
  });
});

describe('a DISCORD_GUILD_ID', () => {
  async function isNamed(guildId: string): Promise<void> {
    await start(guildId);
    const line = await discord.waitFor(() => logged('commands not registered'));
    expect(line['msg']).toContain('DISCORD_GUILD_ID');
    expect(line).toMatchObject({ level: 50, guildId, pauseMs: 3_600_000 });
    // Only with it can the operator invite the bot to that server.
    const { invite } = await discord.waitFor(() => logged('invite address'));
    expect(invite).toContain(`client_id=${discord.applicationId}`);
    const started = Date.now();
    await stop();
    expect(Date.now() - started).toBeLessThan(5_000);
    expect(requestsTo(/\/commands$/)).toHaveLength(1);
  }

  it('of a server without the bot is logged in one line, retried hourly, and does not delay a stop', async () => {
    const guild = discord.createGuild();
    discord.kickBot(guild);
    await isNamed(guild.id);
  });

  it.each([
    ['of an unknown server', 404, 10_004],
    ['that is not an id', 400, 50_035],
  ])('%s is handled alike', { tags: 'slow' }, async (_, status, code) => {
    discord.faults.add({ path: /\/commands$/, times: 5, respond: { status, body: { code, message: 'No' } } });
    await isNamed('100000000000000000');
  });

  it('that was wrong leaves nothing to remove later', { tags: 'slow' }, async () => {
    await start('100000000000000000');
    await discord.waitFor(() => logged('commands not registered'));
    await stop();
    await start(discord.guild.id);
    await discord.waitFor(() => namesIn(discord.guild.id).length === OURS.length);
    await discord.waitFor(() => requestsTo(/applications\/\d+\/commands$/).length > 0);
    await stop();
    expect(requestsTo(/guilds\/100000000000000000\/commands/)).toHaveLength(1);
  });
});

describe('npm run commands', () => {
  it('reports mistakes, and then removes nothing', async () => {
    const usage = { code: 1, stdout: '', stderr: 'Usage: npm run commands -- remove-global\n' };
    for (const args of [[], ['remove'], ['remove-global', 'now']]) expect(await manage(args, {})).toEqual(usage);
    const env = { DISCORD_GUILD_ID: discord.guild.id };
    for (const [wrong, expected] of [
      [{ DISCORD_TOKEN: '' }, 'DISCORD_TOKEN is required'],
      [{ DISCORD_GUILD_ID: 'here' }, 'DISCORD_GUILD_ID must be a server id'],
      [{ DISCORD_API_URL: 'http://127.0.0.1:4' }, 'ECONNREFUSED'],
    ] as const) {
      const { code, stderr } = await manage(['remove-global'], { ...env, ...wrong });
      expect(stderr).toContain(expected);
      expect(stderr.trim().split('\n')).toHaveLength(1);
      expect(code).toBe(1);
    }
  });
});
