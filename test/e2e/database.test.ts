import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import { type BotProcess, startBot } from '../../sandbox/bot.ts';
import { DiscordSandbox, type Invocation, PERMISSIONS } from '../../sandbox/discord/index.ts';
import { utcDay } from '../../src/settings/calendar.ts';
import { type Database, openDatabase } from '../../src/storage/database.ts';
import { chooseDriver } from '../../src/storage/drivers.ts';
import type { NewJobRow } from '../../src/storage/schema.ts';
import { endingsOf, submitsOf } from '../support/invariants.ts';
import { jobRow } from '../support/storage/rows.ts';
import { imageReply, openTestBed, type TestBed, textOf } from '../support/test-bed.ts';

const DAY_MS = 24 * 60 * 60_000;
const NOT_STORED = "couldn't save your request. You weren't charged.";

let bed: TestBed | undefined;
afterEach(async () => {
  const opened = bed;
  bed = undefined;
  await opened?.close();
});

const ask = (opened: TestBed, prompt: string, name = 'alice') => opened.member(name).command('timeless', { prompt });
const showing = (invocation: Invocation, text: string, timeoutMs?: number) =>
  invocation.waitForReply((message) => textOf(message).includes(text), timeoutMs);
const pathOf = (folder: string) => join(folder, 'data', 'timeless.db');
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Holds the database's write lock, as a backup or a shell does, until the returned function is called. */
async function lock(opened: TestBed): Promise<() => void> {
  const driver = await chooseDriver();
  const connection = driver.open(pathOf(opened.folder), { busyTimeoutMs: 5_000 });
  connection.execute('begin immediate');
  let isHeld = true;
  const release = () => {
    if (!isHeld) return;
    isHeld = false;
    connection.execute('commit');
    connection.close();
  };
  onTestFinished(release);
  return release;
}

describe('a database that another program locks', () => {
  it('for some seconds: commands are acknowledged, presses answered, and all requests completed afterwards', {
    tags: 'slow',
  }, async () => {
    bed = await openTestBed();
    const { segmind } = bed;
    const finished = await imageReply(await ask(bed, 'finished'));
    segmind.hold();
    const before = await ask(bed, 'under way');
    await showing(before, 'Sent');
    const release = await lock(bed);
    segmind.release();
    const during = [await ask(bed, 'while held one'), await ask(bed, 'while held two', 'bob')];
    for (const invocation of during) await invocation.acknowledged();
    const press = await bed.member('mallory').press(finished, 'Delete');
    expect(textOf(await press.waitForReply())).toContain('Only the person who requested this image');
    await pause(4_000);
    expect(segmind.submits).toHaveLength(2);
    expect(before.reply()?.attachments).toEqual([]);
    release();
    for (const invocation of [before, ...during]) await imageReply(invocation);
    for (const prompt of ['under way', 'while held one', 'while held two']) {
      expect(endingsOf(bed, prompt)).toHaveLength(1);
      expect(submitsOf(bed, prompt)).toHaveLength(1);
    }
  });

  it('for longer than ten seconds: the member reads that nothing was started, which is true', {
    tags: 'slow',
    timeout: 45_000,
  }, async () => {
    bed = await openTestBed();
    await imageReply(await ask(bed, 'before'));
    const release = await lock(bed);
    const invocation = await ask(bed, 'in vain');
    await invocation.acknowledged();
    expect(textOf(await showing(invocation, NOT_STORED, 20_000))).toContain('Reference');
    release();
    await imageReply(await ask(bed, 'afterwards'));
    expect(submitsOf(bed, 'in vain')).toEqual([]);
    expect(await stored(bed.folder)).toHaveLength(2);
  });

  it('while settings are loaded: the member reads to try again, which works', {
    tags: 'slow',
  }, async () => {
    bed = await openTestBed();
    const release = await lock(bed);
    const refused = await (await ask(bed, 'too early')).waitForReply();
    expect(textOf(refused)).toContain("I'm busy right now. You weren't charged. Try again in a few seconds.");
    release();
    await imageReply(await ask(bed, 'a few seconds later'));
    expect(submitsOf(bed, 'too early')).toEqual([]);
  });

  it('while the bot is killed after the acknowledgement: nothing is submitted, and the next start works', {
    tags: 'slow',
  }, async () => {
    bed = await openTestBed();
    await imageReply(await ask(bed, 'before'));
    const release = await lock(bed);
    const invocation = await ask(bed, 'never stored');
    await invocation.acknowledged();
    await bed.crash();
    release();
    await bed.restart();
    await imageReply(await ask(bed, 'after the crash'));
    expect(submitsOf(bed, 'never stored')).toEqual([]);
    expect(await stored(bed.folder)).toHaveLength(2);
  });
});

/** Whether processes can have their own mounts here, as in containers. */
const canMount = spawnSync('unshare', ['--map-root-user', '--mount', 'true']).status === 0;

describe('a full disk', { tags: 'slow' }, () => {
  const ways = [
    {
      name: 'a limit on the size of files',
      code: 'SQLITE_IOERR',
      isPossible: process.platform === 'linux',
      // A soft limit can be lifted again.
      wrapper: ['bash', '-c', 'ulimit -S -f 300; exec "$@"', 'bash'],
      makeSpace({ pid }: BotProcess) {
        expect(spawnSync('prlimit', ['--pid', String(pid), '--fsize=unlimited']).status).toBe(0);
      },
    },
    {
      name: 'a disk of one MiB that something else fills',
      code: 'SQLITE_FULL',
      isPossible: canMount,
      wrapper: [
        ...['unshare', '--map-root-user', '--mount', 'bash', '-c'],
        'cp -r data before && mount -t tmpfs -o size=1m tmpfs data && cp before/* data && head -c 600k /dev/zero > data/other; exec "$@"',
        'bash',
      ],
      makeSpace({ pid }: BotProcess, folder: string) {
        rmSync(`/proc/${pid}/root${folder}/data/other`);
      },
    },
  ];

  for (const { name, code, isPossible, wrapper, makeSpace } of ways) {
    it.skipIf(!isPossible)(
      `${name} (${code}): members read that nothing was started, nothing is charged, and queued requests resume when there is space`,
      async () => {
        bed = await openTestBed({ wrapper });
        const { bot, segmind, folder } = bed;
        const asked: { readonly prompt: string; readonly invocation: Invocation }[] = [];
        const isTold = ({ invocation }: { readonly invocation: Invocation }) => {
          const reply = invocation.reply();
          return reply !== undefined && textOf(reply).includes(NOT_STORED);
        };
        while (!asked.some(isTold)) {
          expect(asked.length).toBeLessThan(40);
          const prompt = `room for ${String(asked.length).padStart(2, '0')} more`;
          const invocation = await ask(bed, prompt);
          asked.push({ prompt, invocation });
          await invocation.waitForReply();
        }
        const told = asked.filter(isTold);
        // The log line and the reply arrive independently.
        await bed.discord.waitFor(() => bot.log.some(({ err }) => JSON.stringify(err ?? '').includes(code)));
        makeSpace(bot, folder);
        for (const { invocation } of asked.filter((one) => !told.includes(one))) await imageReply(invocation, 45_000);
        await imageReply(await ask(bed, 'with space again'));
        for (const { prompt } of told) expect(submitsOf(bed, prompt)).toEqual([]);
        expect(segmind.submits).toHaveLength(asked.length - told.length + 1);
      },
      90_000,
    );
  }
});

describe('an unusable database', () => {
  interface Row {
    readonly name: string;
    /** Creates the file or folder that the bot finds. */
    readonly prepare: (path: string) => Promise<void> | void;
    readonly says: string;
    readonly nodeOptions?: readonly string[];
  }

  const isRoot = process.getuid?.() === 0;
  const rows: Row[] = [
    {
      name: 'not a database at all',
      prepare: (path) => writeFileSync(path, 'Dear diary, today I painted a rose.\n'.repeat(500)),
      says: 'is not a SQLite database',
    },
    {
      name: 'damaged in the middle',
      async prepare(path) {
        await insertRows(
          path,
          Array.from({ length: 200 }, (_, index) => jobRow(`job ${index}`)),
        );
        const bytes = readFileSync(path);
        writeFileSync(path, bytes.fill(0x5a, bytes.length / 4, bytes.length / 2));
      },
      says: 'is damaged',
    },
    {
      name: 'cut off',
      async prepare(path) {
        await insertRows(
          path,
          Array.from({ length: 200 }, (_, index) => jobRow(`job ${index}`)),
        );
        writeFileSync(path, readFileSync(path).subarray(0, 20_000));
      },
      says: 'is damaged',
    },
    {
      name: 'written by a newer release',
      async prepare(path) {
        const database = await openDatabase(`file:${path}`);
        await database.db.insertInto('schema_version').values({ version: 999, migrated_at: 0 }).execute();
        await database.close();
      },
      says: 'was written by a newer release',
    },
    {
      name: 'in a folder where there is a file',
      prepare(path) {
        rmSync(dirname(path), { recursive: true });
        writeFileSync(dirname(path), 'in the way');
      },
      says: 'a file is where a folder should be',
    },
    {
      name: 'in a folder without the right to write',
      prepare(path) {
        if (isRoot) chownSync(dirname(dirname(path)), 0, 0);
        chmodSync(dirname(dirname(path)), 0o755);
        chmodSync(dirname(path), 0o555);
      },
      says: 'permission denied',
      // Root may write everywhere, so the bot runs as nobody.
      ...(isRoot
        ? { nodeOptions: ['--import', 'data:text/javascript,process.setgid(65534);process.setuid(65534);'] }
        : {}),
    },
  ];

  for (const { name, prepare, says, nodeOptions } of rows) {
    it(`${name}: one clear line, exit code 1, and the database is unchanged`, async () => {
      const folder = mkdtempSync(join(tmpdir(), 'timeless-unusable-'));
      onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
      mkdirSync(join(folder, 'data'));
      await prepare(pathOf(folder));
      const before = fingerprint(folder);
      const discord = await DiscordSandbox.start();
      const nowhere = { url: 'http://127.0.0.1:9', apiKey: 'SG_0123456789abcdef', imageHost: '127.0.0.1:9' };
      const bot = startBot({ discord, segmind: nowhere, folder, ...(nodeOptions ? { nodeOptions } : {}) });
      expect(await bot.exited).toBe(1);
      expect(bot.stderr.trim().split('\n')).toHaveLength(1);
      expect(bot.stderr).toContain(says);
      expect(discord.gateway.identifies).toBe(0);
      expect(fingerprint(folder)).toEqual(before);
      await discord.close();
    });
  }
});

describe('retention', { tags: 'slow' }, () => {
  it('removes old jobs, and servers that removed the bot a month ago, at the start; presses on removed jobs are answered', async () => {
    bed = await openTestBed({ env: { JOB_RETENTION_DAYS: '7' } });
    await bed.crash();
    const { folder } = bed;
    const nowMs = Date.now();
    const here = { guild_id: bed.discord.guild.id, channel_id: bed.discord.guild.channel('general').id };
    const requester_id = bed.discord.user('alice').id;
    const departed = '300000000000000001';
    const lately = '300000000000000002';
    await insertRows(
      pathOf(folder),
      [
        ...Array.from({ length: 1_200 }, (_, index) =>
          endedRow(`old${String(index).padStart(10, '0')}`, nowMs - 8 * DAY_MS, { ...here, requester_id }),
        ),
        endedRow('young00000001', nowMs - 6 * DAY_MS, { ...here, requester_id }),
        endedRow('departed00001', nowMs - DAY_MS, { guild_id: departed }),
        endedRow('departing0001', nowMs - DAY_MS, { guild_id: lately }),
      ],
      [
        { guild_id: departed, noticed_at: nowMs - 31 * DAY_MS },
        { guild_id: lately, noticed_at: nowMs - 29 * DAY_MS },
        { guild_id: here.guild_id, noticed_at: nowMs - 31 * DAY_MS },
      ],
    );
    await bed.restart();
    await pollUntil(async () => (await stored(folder)).length === 2);
    expect(await stored(folder)).toEqual(['departing0001', 'young00000001']);
    await pollUntil(async () => (await departures(folder)).length <= 2);
    expect(await departures(folder)).not.toContain(here.guild_id);
    const alice = bed.member('alice');
    for (const action of ['reroll', 'new-seed', 'details', 'cancel', 'delete']) {
      const reply = await (await alice.pressCustomId(`${action}:old0000000001`)).waitForReply();
      expect(reply.ephemeralFor).toBe(bed.discord.user('alice').id);
      expect(textOf(reply)).toContain('no longer have a record of this image');
    }
    expect(textOf(await imageReply(await alice.pressCustomId('reroll:young00000001')))).toContain('kept for a while');
    expect(bed.segmind.submits).toHaveLength(1);
  });

  it('keeps a server in which anything was done recently', async () => {
    bed = await openTestBed();
    await bed.crash();
    const { folder } = bed;
    const nowMs = Date.now();
    const [before, lately] = [nowMs - 31 * DAY_MS, nowMs - 29 * DAY_MS];
    const asked = '1'.repeat(18);
    const counted = '2'.repeat(18);
    const changed = '3'.repeat(18);
    const gone = '4'.repeat(18);
    const database = await openDatabase(`file:${pathOf(folder)}`);
    await storeServer(database, asked, { askedAtMs: lately, countedAtMs: before, changedAtMs: before });
    await storeServer(database, counted, { askedAtMs: before, countedAtMs: lately, changedAtMs: before });
    await storeServer(database, changed, { askedAtMs: before, countedAtMs: before, changedAtMs: lately });
    await storeServer(database, gone, { askedAtMs: before, countedAtMs: before, changedAtMs: before });
    const rows = [asked, counted, changed, gone].map((id) => ({ guild_id: id, noticed_at: before }));
    await database.db.insertInto('departed_guilds').values(rows).execute();
    await database.close();
    await bed.restart();
    await bed.discord.waitFor(() => bed?.bot.log.find(({ msg, guild }) => msg === 'server erased' && guild === gone));
    expect(await stored(folder)).toEqual([asked, counted, changed].map((id) => `job of ${id}`));
    for (const table of ['usage_totals', 'guild_settings', 'settings_history'])
      expect(await readColumn(folder, table, 'guild_id'), table).toEqual(
        [asked, counted, changed, ...(table === 'usage_totals' ? [] : [bed.discord.guild.id])].toSorted(),
      );
  });

  it('keeps a server that authorised only the commands, as long as members use them in any way', async () => {
    bed = await openTestBed();
    const { discord, folder } = bed;
    const bazaar = discord.createGuild({ name: 'Bazaar', commandsOnly: true });
    bazaar.join(discord.user('moderator'), { permissions: PERMISSIONS.moderateMembers });
    const actor = discord.actor('moderator', bazaar.channel('general'));
    const limits = async (options = {}) =>
      textOf(await (await actor.command('timeless-config', options, { subcommand: 'limits' })).waitForReply());
    await limits({ max_steps: '25' });
    await imageReply(await actor.command('timeless', { prompt: 'a bazaar' }));
    await bed.crash();
    const noticedAtMs = Date.now() - 29 * DAY_MS;
    await insertRows(pathOf(folder), [], [{ guild_id: bazaar.id, noticed_at: noticedAtMs }]);
    await bed.restart();
    // Viewing the settings leaves no other trace.
    expect(await limits()).toContain('Max steps: **25**');
    const noticed = async () => Number((await readColumn(folder, 'departed_guilds', 'noticed_at'))[0]);
    await pollUntil(async () => (await limits()) !== '' && (await noticed()) > noticedAtMs);
    expect(Date.now() - (await noticed())).toBeLessThan(60_000);
  });
});

/** Stores a job, a usage count and a change of settings of a server, each with its time. */
async function storeServer(
  { write }: Database,
  guild_id: string,
  times: { readonly askedAtMs: number; readonly countedAtMs: number; readonly changedAtMs: number },
): Promise<void> {
  const { askedAtMs, countedAtMs, changedAtMs } = times;
  const member_id = '100000000000000002';
  await write(async (db) => {
    const job = endedRow(`job of ${guild_id}`, Date.now() - DAY_MS, { guild_id, created_at: askedAtMs });
    await db.insertInto('jobs').values(job).execute();
    const usage = { day: utcDay(countedAtMs), images: 1, cost_usd: 0.01, accepted_at: countedAtMs };
    await db
      .insertInto('usage_totals')
      .values({ guild_id, member_id, ...usage })
      .execute();
    await db.insertInto('guild_settings').values({ guild_id, version: 1, revision: 1, settings: '{}' }).execute();
    const change = { revision: 1, changed_by: member_id, changed_at: changedAtMs, changes: '[]' };
    await db
      .insertInto('settings_history')
      .values({ guild_id, ...change })
      .execute();
  });
}

/** A job that was delivered at this time. */
function endedRow(id: string, endedAtMs: number, changes: Partial<NewJobRow> = {}): NewJobRow {
  const facts = { submittedAtMs: endedAtMs, renderedAtMs: endedAtMs, imageCount: 1, imageUrls: [], imageFiles: [] };
  return jobRow(id, {
    interaction_token: null,
    parameters: JSON.stringify({
      prompt: 'kept for a while',
      samples: 1,
      scheduler: 'DPM2 Karras',
      steps: 30,
      guidanceScale: 7,
      seed: 7,
      width: 512,
      height: 512,
    }),
    state: 'delivered',
    details: JSON.stringify({ name: 'delivered', ...facts }),
    ended_at: endedAtMs,
    ...changes,
  });
}

/** Stores rows in a database, which is created if needed. */
async function insertRows(
  path: string,
  jobs: readonly NewJobRow[],
  departedGuilds: readonly { guild_id: string; noticed_at: number }[] = [],
): Promise<void> {
  const database = await openDatabase(`file:${path}`);
  await database.write(async (db) => {
    for (const row of jobs) await db.insertInto('jobs').values(row).execute();
    // A bot that ran before may have noticed some of them already.
    for (const row of departedGuilds) await db.replaceInto('departed_guilds').values(row).execute();
  });
  await database.close();
}

/** Reads a column of a running bot's database. */
async function readColumn(folder: string, table: string, column: string): Promise<string[]> {
  const driver = await chooseDriver();
  const connection = driver.open(pathOf(folder), { busyTimeoutMs: 5_000, isReadOnly: true });
  try {
    return connection
      .execute(`select ${column} from ${table} order by ${column}`)
      .rows.map((row) => String(row[column]));
  } finally {
    connection.close();
  }
}

const stored = (folder: string) => readColumn(folder, 'jobs', 'id');
const departures = (folder: string) => readColumn(folder, 'departed_guilds', 'guild_id');

async function pollUntil(probe: () => Promise<boolean>, timeoutMs = 15_000): Promise<void> {
  for (const deadlineMs = Date.now() + timeoutMs; !(await probe()); ) {
    if (Date.now() > deadlineMs) throw new Error(`what was waited for did not come within ${timeoutMs} ms`);
    await pause(50);
  }
}

/** Every file of a folder with its content, except the lock file that each start leaves. */
function fingerprint(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.lock'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map((path) => `${path} ${createHash('sha256').update(readFileSync(path)).digest('hex')}`);
}
