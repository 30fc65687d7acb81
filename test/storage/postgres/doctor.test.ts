import { expect, it } from 'vitest';
import { newSchemaUrl } from '../../support/postgres/admin.ts';
import { runDoctor } from '../../support/run-doctor.ts';
import { openTestBed } from '../../support/test-bed.ts';

it('the doctor checks the database with and without a running bot, and never shows the password', async () => {
  const url = await newSchemaUrl();
  const bed = await openTestBed({ env: { DATABASE_URL: url } });
  const { discord, segmind, folder } = bed;
  const examine = (databaseUrl: string) => runDoctor({ discord, segmind, folder, env: { DATABASE_URL: databaseUrl } });

  const during = await examine(url);
  expect(during.code, during.text).toBe(0);
  expect(during.findings['database']).toMatch(/^ok postgres:.* schema \d+; a bot runs on it\.$/);
  await bed.crash();
  await expect.poll(async () => (await examine(url)).findings['database']).toContain('no bot runs on it');

  const empty = await examine(await newSchemaUrl());
  expect(empty.findings['database']).toMatch(/^ok .*schema 0, migrated to \d+ at the next start; no bot runs on it\.$/);

  const wrong = new URL(url);
  wrong.password = 'pass-word-of-nobody';
  wrong.username = 'nobody-at-all';
  wrong.port = '4';
  const unreachable = await examine(wrong.href);
  expect(unreachable.code).toBe(1);
  expect(unreachable.findings['database']).toMatch(/^problem The database .* can't be reached/);
  expect(unreachable.text).not.toContain('pass-word-of-nobody');
  await bed.restart();
  expect(bed.bot.log.map(({ msg }) => msg)).not.toContain('database migrated');
  await bed.close();
}, 60_000);
