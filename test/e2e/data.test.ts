import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openDatabase } from '../../src/storage/database.ts';
import { MIGRATIONS } from '../../src/storage/migrations/index.ts';
import { runData } from '../support/run-data.ts';
import { MEMBER_ID, OTHER_ID } from '../support/settings-fixtures.ts';
import { makeFolder } from '../support/storage/fixtures.ts';
import { jobRow } from '../support/storage/rows.ts';
import { imageReply, openTestBed, textOf } from '../support/test-bed.ts';

function storedBytes(folder: string): string {
  const files = ['timeless.db', 'timeless.db-wal'].map((name) => join(folder, 'data', name));
  return files.map((file) => (existsSync(file) ? readFileSync(file, 'latin1') : '')).join('');
}

describe('npm run data', () => {
  it('exports and erases a member beside the running bot, which does what only it can', {
    tags: 'slow',
    timeout: 150_000,
  }, async () => {
    const bed = await openTestBed({ env: { SEGMIND_MAX_IN_FLIGHT: '1' } });
    onTestFinished(() => bed.close());
    const { id } = bed.discord.user('alice');
    const ask = (name: string, prompt: string) => bed.member(name).command('timeless', { prompt });
    await imageReply(await ask('alice', 'prompt-that-has-ended'));
    await imageReply(await ask('bob', 'prompt-of-bob'));
    bed.segmind.hold();
    const inProgress = await ask('alice', 'prompt-in-progress');
    await inProgress.waitForReply((message) => textOf(message).includes('Sent'));
    const queued = await ask('alice', 'prompt-in-the-queue');
    await queued.waitForReply((message) => textOf(message).includes("You're next"));

    const exported = async () => JSON.parse((await runData(bed.folder, ['export', id])).stdout);
    const { requests } = await exported();
    expect(requests.map(({ parameters }: { parameters: { prompt: string } }) => parameters.prompt)).toEqual([
      'prompt-that-has-ended',
      'prompt-in-progress',
      'prompt-in-the-queue',
    ]);
    const erased = await runData(bed.folder, ['erase', id]);
    expect(erased).toMatchObject({ code: 0, stderr: '' });
    expect(erased.stdout).toContain(`Erased the data of ${id}.\nRequests that haven't ended: 2.`);
    expect(storedBytes(bed.folder).includes('prompt-that-has-ended')).toBe(false);

    await queued.waitForReply((message) => textOf(message).includes('cancelled this'), 20_000);
    bed.segmind.release();
    await imageReply(inProgress);
    await expect.poll(async () => (await exported()).requests, { timeout: 30_000, interval: 1_000 }).toEqual([]);
    // The bot rewrites its files once a minute at most.
    await expect
      .poll(() => /prompt-in-[a-z-]+/.exec(storedBytes(bed.folder))?.[0], { timeout: 75_000, interval: 1_000 })
      .toBeUndefined();
    expect(storedBytes(bed.folder)).toContain('prompt-of-bob');
  });

  /** A folder as a stopped bot leaves it. */
  async function stopped() {
    const folder = makeFolder();
    const database = await openDatabase(`file:${join(folder, 'data', 'timeless.db')}`);
    const ended = { requester_id: MEMBER_ID, ended_at: 5 };
    await database.db
      .insertInto('jobs')
      .values([
        jobRow('ended', { ...ended, parameters: '{"prompt":"of the member"}' }),
        jobRow('theirs', { ended_at: 5 }),
      ])
      .execute();
    await database.close();
    return folder;
  }

  it('works while the bot is stopped, erases images that were not delivered, and leaves no other file', async () => {
    const folder = await stopped();
    const images = join(folder, 'data', 'images');
    mkdirSync(images);
    for (const name of ['ended-1.png', 'theirs-1.png']) writeFileSync(join(images, name), 'image');
    expect(JSON.parse((await runData(folder, ['export', MEMBER_ID])).stdout).requests).toHaveLength(1);
    expect(await runData(folder, ['erase', MEMBER_ID])).toEqual({
      code: 0,
      stdout: `Erased the data of ${MEMBER_ID}.\n`,
      stderr: '',
    });
    expect(storedBytes(folder).includes('of the member')).toBe(false);
    expect(readdirSync(images)).toEqual(['theirs-1.png']);
    expect(readdirSync(join(folder, 'data')).sort()).toEqual(['images', 'timeless.db', 'timeless.db.lock']);
    const { requests, erasures } = JSON.parse((await runData(folder, ['export', MEMBER_ID])).stdout);
    expect({ requests, erasures }).toEqual({ requests: [], erasures: [] });
  });

  it.each([
    [[]],
    [['export']],
    [['export', 'alice']],
    [['burn', OTHER_ID]],
    [['constructor', OTHER_ID]],
    [['erase', OTHER_ID, OTHER_ID]],
  ])('says how it is used for %j', async (args) => {
    expect(await runData(makeFolder(), args)).toEqual({
      code: 1,
      stdout: '',
      stderr: 'Usage: npm run --silent data -- export|erase USER_ID\n',
    });
  });

  it('says in one line what is wrong with the database, and makes none', async () => {
    const folder = makeFolder();
    const path = join(folder, 'data', 'timeless.db');
    const run = (env = {}) => runData(folder, ['erase', MEMBER_ID], env);
    expect(await run()).toEqual({ code: 1, stdout: '', stderr: `There is no database ${path}.\n` });
    expect(existsSync(join(folder, 'data'))).toBe(false);
    expect((await run({ DATABASE_URL: 'mysql://x' })).stderr).toBe(
      'DATABASE_URL must be file: and a path, or a postgres:// URL.\n',
    );
    const older = await openDatabase(`file:${path}`, { migrations: MIGRATIONS.slice(0, 5) });
    await older.close();
    expect((await run()).stderr).toBe(
      `The database ${path} has an older schema (5, this release has ${MIGRATIONS.length}): start the bot of this release once.\n`,
    );
    writeFileSync(path, 'no database '.repeat(1_000));
    expect((await run()).stderr).toMatch(/^The database .* can't be opened: .*\n$/);
  });
});
