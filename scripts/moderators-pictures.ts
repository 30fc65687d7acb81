/**
 * Creates the screenshots of docs/moderators.md: the built bot between the stand-ins, in a server with settings.
 * They show the current month, so run it towards the end of a month, and after a build:
 *
 *     npm run build && npx tsx scripts/moderators-pictures.ts
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { startBot } from '../sandbox/bot.ts';
import { type Channel, DiscordSandbox, type Invocation, type Message } from '../sandbox/discord/index.ts';
import { renderMessage } from '../sandbox/picture/index.ts';
import { SegmindSandbox } from '../sandbox/segmind/index.ts';
import { utcDay } from '../src/settings/calendar.ts';
import { UsageStore } from '../src/settings/usage-store.ts';
import { openDatabase } from '../src/storage/database.ts';

const OUT = fileURLToPath(new URL('../docs/', import.meta.url));
const DAY_MS = 24 * 60 * 60_000;
const USD_AN_IMAGE = 0.0103;
const LOG_TIMEOUT_MS = 30_000;

/** How many images a member requests at most on a busy day. */
const HABITS = [
  { name: 'bob', most: 34 },
  { name: 'chiara', most: 22 },
  { name: 'alice', most: 14 },
  { name: 'emeka', most: 12 },
  { name: 'fumiko', most: 9 },
  { name: 'dmitri', most: 6 },
  { name: 'ines', most: 4 },
  { name: 'noor', most: 3 },
  { name: 'mallory', most: 2 },
] as const;

/** How many images alice has used today; four more exceed her limit of 20. */
const ALICE_TODAY = 18;

interface Used {
  readonly memberId: string;
  readonly atMs: number;
  readonly images: number;
  readonly costUsd: number;
}

/** Returns numbers from 0 to 1 that look random but are the same in every run. */
function createChance(): () => number {
  let state = 7;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

/** Usage in the current month: busy weekends, quiet days, and members with different habits. */
function monthSoFar(nowMs: number, idOf: (name: string) => string): Used[] {
  const chance = createChance();
  const todayMs = Math.floor(nowMs / DAY_MS) * DAY_MS;
  const days = Array.from({ length: new Date(nowMs).getUTCDate() }, (_, before) => todayMs - before * DAY_MS);
  return days.reverse().flatMap((atMs) => {
    const isWeekend = [0, 6].includes(new Date(atMs).getUTCDay());
    return HABITS.flatMap(({ name, most }) => {
      const isThere = chance() < (isWeekend ? 0.85 : 0.55);
      const asked = Math.ceil(chance() * most * (isWeekend ? 1 : 0.6));
      const costUsd = USD_AN_IMAGE * (0.8 + 1.4 * chance());
      const images = name === 'alice' && atMs === todayMs ? ALICE_TODAY : isThere ? asked : 0;
      return images === 0 ? [] : [{ memberId: idOf(name), atMs, images, costUsd: images * costUsd }];
    });
  });
}

async function store(databaseUrl: string, guildId: string, month: readonly Used[]): Promise<void> {
  const database = await openDatabase(databaseUrl);
  const usage = new UsageStore(database);
  for (const [index, { memberId, atMs, images, costUsd }] of month.entries()) {
    const jobId = `seed-${index}`;
    const reservation = { jobId, memberId, day: utcDay(atMs), images, estimateUsd: costUsd, acceptedAtMs: atMs };
    await usage.reserve(guildId, reservation, database.db);
    await usage.replaceEstimate(jobId, costUsd);
  }
  await database.close();
}

function says(message: Message, text: string): boolean {
  const { content, embeds } = message;
  return JSON.stringify([content, embeds]).includes(text);
}

const discord = await DiscordSandbox.start();
const segmind = await SegmindSandbox.start({ queueMs: 50, renderMs: 400, requestsPerMinute: 600 });
const folder = mkdtempSync(join(tmpdir(), 'timeless-pictures-'));
const { guild } = discord;
const general = guild.channel('general');
const art = guild.channel('art');
const log = guild.createChannel({ name: 'mod-log' });
const artists = guild.role('artists');
const known = new Set(['alice', 'bob', 'mallory']);
for (const { name } of HABITS) if (!known.has(name)) guild.join(discord.createUser(name));
guild.grant(discord.user('chiara'), artists);

const month = monthSoFar(Date.now(), (name) => discord.user(name).id);
await store(`file:${join(folder, 'data', 'timeless.db')}`, guild.id, month);
const bot = startBot({ discord, segmind, folder, env: { SEGMIND_REQUESTS_PER_MINUTE: '600' } });
await bot.ready;
await discord.waitFor(() => discord.commands.length > 0);

async function save(name: string, message: Message): Promise<void> {
  const drawn = await renderMessage(message, { names: discord.names() });
  // Few colours are enough for text on a plain background, and make the file much smaller.
  const small = { palette: true, colours: 16, dither: 0, compressionLevel: 9, effort: 10 };
  const bytes = await sharp(drawn).png(small).toBuffer();
  writeFileSync(join(OUT, name), bytes);
  console.log(`docs/${name}: ${Math.ceil(bytes.length / 1024)} KiB`);
}

function ask(name: string, where: Channel, options: Record<string, string | number | boolean>): Promise<Invocation> {
  return discord.actor(name, where).command('timeless', options);
}

async function set(
  subcommand: string,
  options: Record<string, string | number | boolean> = {},
  group?: string,
): Promise<Message> {
  const path = group === undefined ? { subcommand } : { group, subcommand };
  return (await discord.actor('moderator', general).command('timeless-config', options, path)).waitForReply();
}

/** Waits for a text in the log channel, which gets a message every 5 s. */
function logged(text: string): Promise<Message> {
  return discord.waitFor(() => discord.messages(log).find((message) => says(message, text)), LOG_TIMEOUT_MS);
}

await set('log', { channel: log.id });
await set('limits', { images_per_day: '20', cooldown: '10' });
await set('limits', { role: artists.id, images_per_day: '100', cooldown: '0', jobs_at_once: '5' });
await set('allow', { channel: guild.channel('studio').id }, 'channels');
await set('safety', { negative_prompt: 'text, watermark' });
await set('add', { word: 'gore, blood*, red light district' }, 'filter');
await set('add', { member: discord.user('mallory').id, duration: '7d', reason: 'Spam in #art' }, 'block');
await set('defaults', { size: '832x1216', steps: 40 });
await set('budget', { day: '2.50', month: '40' });
await set('buttons', { button: 'reroll', who: 'role', role: artists.id });
await logged('Who can use Reroll');
await save('moderators-view.png', await set('view'));

const refused = await (await ask('alice', art, { prompt: 'a red rose', samples: 4 })).waitForReply();
await save('moderators-refusal.png', refused);
await logged('a red rose');

await save('moderators-usage.png', await set('usage'));

await Promise.all(
  ['a pool of gore', 'a sea of gore'].map(async (prompt) => (await ask('emeka', art, { prompt })).waitForReply()),
);
await set('defaults', { steps: 30 });
const requests = [
  { name: 'bob', options: { prompt: 'a lighthouse on a cliff, oil on canvas', seed: 1962 } },
  { name: 'alice', options: { prompt: 'my cat as an astronaut', seed: 7, private: true } },
];
for (const { name, options } of requests) {
  const invocation = await ask(name, art, options);
  await invocation.waitForReply((message) => message.attachments.length > 0);
}
const entries = await logged('my cat as an astronaut');
await save('moderators-log.png', entries);
const question = await (await discord.actor('moderator', log).press(entries, 'Block member 1')).waitForReply();
await save('moderators-block.png', question);

const code = await bot.stop();
await Promise.all([discord.close(), segmind.close()]);
rmSync(folder, { recursive: true, force: true });
const violations = [...discord.violations, ...segmind.violations];
for (const { rule, detail } of violations) console.error(`A rule was broken: ${rule}: ${detail}`);
if (code !== 0 || violations.length > 0) process.exitCode = 1;
