import type { Channel, DiscordSandbox, Invocation, Message } from '../../sandbox/discord/index.ts';
import { utcDay } from '../../src/settings/calendar.ts';
import { UsageStore } from '../../src/settings/usage-store.ts';
import { openDatabase } from '../../src/storage/database.ts';
import { decodeImages, Studio } from './studio.ts';

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

/** Settings, refusals, usage and the log of a server, as docs/moderators.md shows them. */
export async function takeModerators(): Promise<void> {
  const studio = await Studio.open({
    queueMs: 50,
    renderMs: 400,
    prepare: async ({ discord, databaseUrl }) => {
      addMembers(discord);
      const month = monthSoFar(Date.now(), (name) => discord.user(name).id);
      await store(databaseUrl, discord.guild.id, month);
    },
  });
  const { discord } = studio.stack;
  const { guild } = discord;
  const general = guild.channel('general');
  const art = guild.channel('art');
  const log = guild.channel('mod-log');
  const artists = guild.role('artists');
  const page = await studio.openPage({ width: 1280, height: 1600 }, 2);

  const save = async (name: string, user: string, channel: Channel, message: Message) => {
    await page.getByLabel('Member').selectOption(user);
    await page
      .getByRole('button', { name: `# ${channel.name}`, exact: true })
      .first()
      .click();
    const shown = page.locator(`[data-message-id="${message.id}"]`);
    await shown.waitFor();
    await decodeImages(shown);
    await studio.save(name, shown, 48);
  };
  const ask = (name: string, where: Channel, options: Record<string, string | number | boolean>): Promise<Invocation> =>
    discord.actor(name, where).command('timeless', options);
  const set = async (
    subcommand: string,
    options: Record<string, string | number | boolean> = {},
    group?: string,
  ): Promise<Message> => {
    const path = group === undefined ? { subcommand } : { group, subcommand };
    return (await discord.actor('moderator', general).command('timeless-config', options, path)).waitForReply();
  };
  /** Waits for a text in the log channel, which gets a message every 5 s. */
  const logged = (text: string): Promise<Message> =>
    discord.waitFor(() => discord.messages(log).find((message) => says(message, text)), LOG_TIMEOUT_MS);

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
  await save('moderators-view.png', 'moderator', general, await set('view'));

  const refused = await (await ask('alice', art, { prompt: 'a red rose', samples: 4 })).waitForReply();
  await save('moderators-refusal.png', 'alice', art, refused);
  await logged('a red rose');

  await save('moderators-usage.png', 'moderator', general, await set('usage'));

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
  await save('moderators-log.png', 'moderator', log, entries);
  const question = await (await discord.actor('moderator', log).press(entries, 'Block member 1')).waitForReply();
  await save('moderators-block.png', 'moderator', log, question);
  await studio.close();
}

function addMembers(discord: DiscordSandbox): void {
  const { guild } = discord;
  for (const { name } of HABITS) {
    const isNew = ![...guild.members.values()].some(({ user }) => user.username === name);
    if (isNew) guild.join(discord.createUser(name));
  }
  guild.grant(discord.user('chiara'), guild.role('artists'));
}
