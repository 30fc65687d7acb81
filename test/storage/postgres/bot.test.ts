import { expect, it } from 'vitest';
import { startBot } from '../../../sandbox/bot.ts';
import { newSchemaUrl } from '../../support/postgres/admin.ts';
import { imageReply, openTestBed, textOf } from '../../support/test-bed.ts';

it('stores settings, usage and jobs of the built bot; after a SIGKILL, each job is still submitted once', async () => {
  const settings = { limits: { everyone: { imagesPerDay: 3, jobsAtOnce: -1 } } };
  const env = { DATABASE_URL: await newSchemaUrl(), SEGMIND_MAX_IN_FLIGHT: '1' };
  const bed = await openTestBed({ env, settings });
  const { discord, segmind } = bed;
  const ask = (prompt: string) => bed.member('alice').command('timeless', { prompt });
  await imageReply(await ask('one'));
  segmind.hold();
  const underWay = await ask('two');
  await underWay.waitForReply((message) => textOf(message).includes('Sent'));
  const waiting = await ask('three');
  await waiting.waitForReply((message) => textOf(message).includes("You're next"));
  await bed.restart();
  segmind.release();
  await imageReply(underWay);
  await imageReply(waiting);
  expect(segmind.submits.map(({ body }) => body['prompt'])).toEqual(['one', 'two', 'three']);
  expect(textOf(await (await ask('four')).waitForReply())).toContain("You've used 3");

  const second = startBot({ discord, segmind, env });
  expect(await second.exited).toBe(1);
  expect(second.stderr.trim().split('\n')).toHaveLength(1);
  expect(discord.gateway.connections).toBe(1);
  await bed.close();
}, 60_000);
