import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  ActionRowBuilder,
  type AutocompleteInteraction,
  type ChatInputCommandInteraction,
  Client,
  Events,
  LabelBuilder,
  type MessageContextMenuCommandInteraction,
  MessageFlags,
  ModalBuilder,
  type ModalSubmitInteraction,
  RoleSelectMenuBuilder,
  SlashCommandBuilder,
  StringSelectMenuBuilder,
  TextInputBuilder,
  TextInputStyle,
} from 'discord.js';
import { afterEach, beforeEach, expect, it, onTestFinished, vi } from 'vitest';
import type { BotProcess } from '../../sandbox/bot.ts';
import { DiscordSandbox } from '../../sandbox/discord/index.ts';
import type { Violation } from '../../sandbox/segmind/image-violation.ts';
import { SegmindSandbox } from '../../sandbox/segmind/index.ts';
import { FAULTS } from '../../sandbox/session/faults.ts';
import { Feed } from '../../sandbox/terminal/feed.ts';
import { runOnce } from '../../sandbox/terminal/run-once.ts';
import { Session } from '../../sandbox/terminal/session.ts';
import { Caller } from '../support/segmind-caller.ts';

const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

let discord: DiscordSandbox;
let client: Client<true>;
let folder: string;
let failures: unknown[];
let pending: Promise<unknown>[];
let printed: string[];
/** Segmind's stand-in; the calls to it are in `done`, the violations that it reports in `violations`. */
let segmind: Pick<SegmindSandbox, 'script' | 'clearFaults' | 'setCredits' | 'coolDown' | 'hold' | 'release'>;
let done: unknown[][];
let violations: Violation[];

/** Sets limits, lists words and reports usage, like a bot with settings. */
const CONFIG = new SlashCommandBuilder()
  .setName('config')
  .setDescription('Settings')
  .setDefaultMemberPermissions(1n << 40n)
  .addSubcommand((sub) =>
    sub
      .setName('limits')
      .setDescription('Limits')
      .addRoleOption((option) => option.setName('role').setDescription('Role').setRequired(true))
      .addIntegerOption((option) => option.setName('images').setDescription('Images')),
  )
  .addSubcommand((sub) => sub.setName('usage').setDescription('Usage'))
  .addSubcommandGroup((group) =>
    group
      .setName('filter')
      .setDescription('Filter')
      .addSubcommand((sub) =>
        sub
          .setName('remove')
          .setDescription('Removes')
          .addStringOption((option) =>
            option.setName('word').setDescription('Word').setRequired(true).setAutocomplete(true),
          )
          .addChannelOption((option) => option.setName('channel').setDescription('Channel')),
      ),
  );
const TIMELESS = new SlashCommandBuilder().setName('timeless').setDescription('Paints');

async function answer(interaction: ChatInputCommandInteraction): Promise<void> {
  const { options } = interaction;
  if (interaction.commandName === 'timeless') {
    await interaction.reply('No.');
    return;
  }
  switch (options.getSubcommand()) {
    case 'limits':
      await interaction.reply(`<@&${options.getRole('role')?.id}> ${options.getInteger('images')}`);
      return;
    case 'remove':
      await interaction.reply(`${options.getString('word')} <#${options.getChannel('channel')?.id}>`);
      return;
    default:
      await interaction.deferReply({ flags: MessageFlags.Ephemeral });
      await interaction.editReply({
        embeds: [{ title: 'Usage', image: { url: 'attachment://usage.png' } }],
        files: [{ attachment: PNG, name: 'usage.png' }],
      });
      await interaction.followUp({
        flags: MessageFlags.Ephemeral,
        files: [{ attachment: Buffer.from('day,images\n'), name: 'usage.csv' }],
      });
  }
}

const PAGES = [1, 2].map((page) => ({ label: `Page ${page}`, value: `p${page}` }));

/** Posts a select of pages and one of roles. */
async function offerPages(interaction: MessageContextMenuCommandInteraction): Promise<void> {
  const pages = new StringSelectMenuBuilder().setCustomId('pages').setMaxValues(2).addOptions(PAGES);
  const components = [
    new ActionRowBuilder<StringSelectMenuBuilder>().addComponents(pages),
    new ActionRowBuilder<RoleSelectMenuBuilder>().addComponents(new RoleSelectMenuBuilder().setCustomId('roles')),
  ];
  await interaction.reply({ content: interaction.targetMessage.content, components });
}

/** Opens a form with a text and a select. */
async function openForm(interaction: MessageContextMenuCommandInteraction): Promise<void> {
  const prompt = new TextInputBuilder().setCustomId('prompt').setStyle(TextInputStyle.Paragraph).setValue('a\nrose');
  const page = new StringSelectMenuBuilder()
    .setCustomId('page')
    .addOptions(PAGES.map((option, index) => ({ ...option, default: index === 0 })));
  await interaction.showModal(
    new ModalBuilder()
      .setCustomId('form')
      .setTitle('Edit image')
      .addLabelComponents(
        new LabelBuilder().setLabel('Prompt').setTextInputComponent(prompt.setMaxLength(10)),
        new LabelBuilder().setLabel('Where').setStringSelectMenuComponent(page),
      ),
  );
}

async function answerForm(interaction: ModalSubmitInteraction): Promise<void> {
  const { fields } = interaction;
  await interaction.reply(JSON.stringify([fields.getTextInputValue('prompt'), fields.getStringSelectValues('page')]));
}

async function suggest(interaction: AutocompleteInteraction): Promise<void> {
  const channel = interaction.options.get('channel')?.value;
  await interaction.respond([{ name: `kitten in ${channel}`, value: 'id-of-kitten' }]);
}

/** A running sandbox, with the test's own client instead of the built bot. */
function running() {
  const bot: BotProcess = {
    pid: 1,
    stdout: '',
    stderr: '',
    log: [],
    ready: Promise.resolve(),
    exited: new Promise(() => undefined),
    isRunning: true,
    stop: () => Promise.resolve(0),
    kill: () => undefined,
  };
  return { discord, segmind: { ...segmind, violations }, bot, startBot: () => Promise.resolve(), stop };
}

async function stop(): Promise<void> {
  await Promise.all(pending);
  await client.destroy();
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'timeless-session-'));
  failures = [];
  pending = [];
  printed = [];
  violations = [];
  done = [];
  const record =
    (name: string) =>
    (...details: unknown[]) =>
      void done.push([name, ...details]);
  segmind = {
    script: record('script'),
    clearFaults: record('clearFaults'),
    setCredits: record('setCredits'),
    coolDown: record('coolDown'),
    hold: record('hold'),
    release: record('release'),
  };
  for (const stream of ['log', 'error'] as const) {
    vi.spyOn(console, stream).mockImplementation((text) => printed.push(String(text)));
  }
  discord = await DiscordSandbox.start();
  client = new Client<true>({ intents: [], rest: { api: discord.apiUrl } });
  client.on(Events.InteractionCreate, (interaction) => {
    const keep = (answered: Promise<void>) => {
      pending.push(answered.catch((error: unknown) => failures.push(error)));
    };
    if (interaction.isChatInputCommand()) keep(answer(interaction));
    if (interaction.isAutocomplete()) keep(suggest(interaction));
    if (interaction.isMessageContextMenuCommand())
      keep(interaction.commandName === 'Pages' ? offerPages(interaction) : openForm(interaction));
    if (interaction.isAnySelectMenu()) keep(interaction.reply(interaction.values.join()).then(() => undefined));
    if (interaction.isModalSubmit()) keep(answerForm(interaction));
  });
  await client.login(discord.token);
  await discord.waitFor(() => client.isReady());
  await client.application.commands.set([CONFIG, TIMELESS, { type: 3, name: 'Pages' }, { type: 3, name: 'Edit' }]);
});

afterEach(async () => {
  vi.restoreAllMocks();
  await stop();
  await discord.close();
  rmSync(folder, { recursive: true, force: true });
  expect(failures).toEqual([]);
  expect(discord.violations).toEqual([]);
});

function run(session: Session, text: string): Promise<string | undefined> {
  const line = session.parse(text);
  if (line.kind === 'quit') throw new Error('nothing to run');
  return session.run(line);
}

const said = () => discord.messages(discord.guild.channel('general')).map(({ content }) => content);

it('takes roles and channels by name', async () => {
  const session = new Session(running());
  await expect(run(session, '/config limits role:@artists')).rejects.toThrow('alice lacks the permissions');
  await run(session, 'as moderator');
  await run(session, '/config limits role:@artists images:10');
  expect(said()).toEqual([`<@&${discord.guild.role('artists').id}> 10`]);
  const [answered] = discord.messages(discord.guild.channel('general'));
  expect(answered?.referencedInteraction?.name).toBe('config limits');
  await expect(run(session, '/config limits role:@nobody')).rejects.toThrow(
    'role: there is no @nobody; known are @everyone',
  );
});

it('completes with the bot’s suggestions and sends the value of the chosen name', async () => {
  const session = new Session(running());
  await run(session, 'as moderator');
  const art = discord.guild.channel('art');
  expect(await session.complete('/config filter remove channel:#art word:kit')).toMatchObject({
    candidates: [{ text: `kitten in ${art.id} ` }],
    fragment: 'kit',
    current: { name: 'word', description: 'Word' },
  });
  await run(session, `/config filter remove channel:#art word:kitten in ${art.id}`);
  expect(said()).toEqual([`id-of-kitten <#${art.id}>`]);
});

it('uses a menu command on a message, and chooses in a select by label or name', async () => {
  const session = new Session(running());
  await expect(run(session, 'menu Pages')).rejects.toThrow('there is no such message here');
  await run(session, '/timeless');
  await run(session, 'menu pages');
  await run(session, 'choose page 2');
  await run(session, 'choose Page 1, page 2');
  await run(session, 'choose @artists');
  expect(said()).toEqual(['No.', 'No.', 'p2', 'p1,p2', discord.guild.role('artists').id]);
  await expect(run(session, 'choose Page 3')).rejects.toThrow('no select menu here offers "Page 3"');
  await run(session, 'menu Pages 3');
  expect(said().at(-1)).toBe('p2');
  await run(session, 'as moderator');
  await run(session, '/config usage');
  await run(session, 'menu Pages');
  expect(said().at(-1)).toBe('p2');
  expect((await session.complete('choose ')).candidates.map(({ text }) => text)).toContain('Page 1');
});

it('shows a form, keeps it open while it is not valid, and submits it', async () => {
  const session = new Session(running());
  await expect(run(session, 'submit')).rejects.toThrow('there is no open form');
  await run(session, '/timeless');
  expect(await run(session, 'menu Edit')).toBe(
    [
      '** Edit image ** (a form: type submit, with what to change)',
      '    prompt:a\\nrose  (Prompt)',
      '    page:<[Page 1] | Page 2>  (Where)',
    ].join('\n'),
  );
  expect((await session.complete('submit ')).candidates.map(({ text }) => text)).toEqual(['prompt:', 'page:']);
  await expect(run(session, 'submit promt:x')).rejects.toThrow('"promt:x" isn\'t a field; known are prompt: page:');
  await expect(run(session, 'submit prompt:much too long')).rejects.toThrow('prompt must have at most 10 characters');
  await expect(run(session, 'submit page:Page 3')).rejects.toThrow('page has no option Page 3');
  await run(session, 'as bob');
  await expect(run(session, 'submit')).rejects.toThrow('open for another member');
  await run(session, 'as alice');
  await run(session, 'submit page:page 2 prompt:two\\nlines');
  expect(said().at(-1)).toBe(JSON.stringify(['two\nlines', ['p2']]));
  await expect(run(session, 'submit')).rejects.toThrow('there is no open form');
});

it('lists in help who has which role', async () => {
  const help = (await run(new Session(running()), 'help')) ?? '';
  expect(help).toContain('@artists (held by bob)');
  expect(help).toMatch(/^channels +#general, #art, #nsfw, #sketches$/m);
  expect(help).toMatch(/^categories +#studio$/m);
});

it('injects faults by name, and clears them', async () => {
  const session = new Session(running());
  expect(await run(session, 'fail no-credits')).toContain('no credits');
  expect(await run(session, 'fail 429')).toContain('too many requests');
  expect(await run(session, 'slow')).toContain('longer');
  expect(await run(session, 'fail cold-start')).toContain('longer');
  expect(await run(session, 'fail slow-render')).toContain('longer to render');
  expect(done).toEqual([
    ['setCredits', 0],
    ['script', { on: 'submit', rateLimit: 20_000 }],
    ['coolDown', 45_000],
    ['coolDown', 45_000],
    ['script', { on: 'submit', renderLongerMs: 20_000 }],
  ]);
  expect(await run(session, 'fail everything')).toMatch(/^which fault\? Try: fail .*no-credits/);
  await run(session, 'fail discord');
  expect(discord.faults.take('PATCH', ['/webhooks/1/token/messages/@original'])).toBeDefined();
  await run(session, 'fix');
  expect(discord.faults.take('PATCH', ['/webhooks/1/token/messages/@original'])).toBeUndefined();
  expect(done.slice(5)).toEqual([['clearFaults'], ['setCredits', 10], ['coolDown', 0], ['release']]);
});

it.each(Object.entries(FAULTS))('fail %s is accepted by the stand-ins', async (_, fault) => {
  const real = await SegmindSandbox.start();
  onTestFinished(() => real.close());
  expect(() => fault.inject({ discord, segmind: real })).not.toThrow();
});

it.each([
  ['500', [500, 500, 200], 'application/json'],
  ['gateway-page', [502, 200], 'text/html; charset=utf-8'],
] as const)('fail %s has submits answered with %j', async (name, statuses, type) => {
  const real = await SegmindSandbox.start();
  onTestFinished(() => real.close());
  FAULTS[name]?.inject({ discord, segmind: real });
  for (const [index, status] of statuses.entries()) {
    const response = await new Caller(real).post();
    expect(response.status).toBe(status);
    if (index === 0) expect(response.headers.get('content-type')).toBe(type);
    if (status === 500) expect(await response.json()).toEqual({ error: 'Internal server error' });
  }
});

it('names the address of the page', async () => {
  expect(await run(new Session(running(), 'http://127.0.0.1:8080'), 'page')).toBe('http://127.0.0.1:8080');
  expect(await run(new Session(running()), 'page')).toContain('--no-page');
});

it('prints private answers and saves their files', async () => {
  const session = new Session(running());
  const feed = new Feed(running(), folder, (text) => printed.push(text));
  await run(session, 'as moderator');
  await run(session, '/config usage');
  const general = discord.guild.channel('general');
  await discord.waitFor(() => {
    const messages = discord.messages(general);
    return messages.length === 2 && messages.every(({ thinking }) => !thinking);
  });
  feed.printNews();
  feed.close();
  const transcript = printed.join('\n');
  expect(transcript).toContain('#general  Timeless (only moderator sees this), message 1');
  expect(transcript).toContain('(image usage.png)');
  expect(transcript).toContain(`file ${join(folder, 'usage.csv')} (1 KiB)`);
  expect(feed.imageCount).toBe(1);
  expect(readdirSync(folder).sort()).toEqual(['usage.csv', 'usage.png']);
  expect(readFileSync(join(folder, 'usage.csv'), 'utf8')).toBe('day,images\n');
  expect(readFileSync(join(folder, 'usage.png')).equals(PNG)).toBe(true);
});

it.each([
  ['/config limits role:@artists images:1', 'moderator', 0, '    @artists 1'],
  ['/config usage', 'moderator', 0, 'usage.csv (1 KiB)'],
  ['/config usage', 'alice', 1, 'alice lacks the permissions for /config'],
  ['/config usage', 'nobody', 1, 'no user nobody'],
  ['/config limits role:@nobody', 'moderator', 1, 'there is no @nobody'],
  ['/timeless', 'alice', 1, '    No.'],
])('--once %j as %s exits %i', async (text, as, code, words) => {
  expect(await runOnce(running(), { text, as, place: '#art', folder })).toBe(code);
  expect(printed.join('\n')).toContain(words);
});

it('--once exits 1 when a rule of Segmind’s was broken, and prints it once', async () => {
  violations.push({ atMs: 0, rule: 'image without key', detail: '/outputs/1.jpeg' });
  const options = { text: '/config usage', as: 'moderator', place: '#art', folder };
  expect(await runOnce(running(), options)).toBe(1);
  expect(printed.join('\n').split("! A rule of Segmind's was broken: image without key: /outputs/1.jpeg")).toHaveLength(
    2,
  );
});
