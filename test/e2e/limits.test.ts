import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Message } from '../../sandbox/discord/index.ts';
import { Usage } from '../../src/settings/usage.ts';
import { UsageStore } from '../../src/settings/usage-store.ts';
import { openDatabase } from '../../src/storage/database.ts';
import { ended, imageReply, labelsOf, openTestBed, type TestBed, textOf } from '../support/test-bed.ts';

/** From Debian's package faketime; without it, the midnight test is skipped. */
const FAKETIME = `/usr/lib/${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu/faketime/libfaketime.so.1`;

let bed: TestBed;
afterEach(() => bed.close());

const limits = (everyone: object, roles: object = {}) => ({ limits: { everyone, roles } });
const ask = (options: object = {}, name = 'alice') =>
  bed.member(name).command('timeless', { prompt: 'a red rose', ...options });
const answerTo = async (options: object = {}, name = 'alice') => (await ask(options, name)).waitForReply();
const submitted = () => bed.segmind.submits.filter(({ status }) => status === 200);

/** Waits until the log has this message. */
const logged = (msg: string, count = 1) =>
  bed.discord.waitFor(() => bed.bot.log.filter((line) => line['msg'] === msg).length >= count);

function expectRefused(message: Message, text: string): void {
  expect(textOf(message)).toContain(text);
  expect(textOf(message)).toContain("You weren't charged.");
  expect(message.ephemeralFor).toBeDefined();
}

describe('images a day', () => {
  it('allows the last one and refuses the next, counted by samples, also for buttons and after a crash', async () => {
    bed = await openTestBed({ settings: limits({ imagesPerDay: 5, jobsAtOnce: -1 }) });
    const first = await imageReply(await ask({ samples: 2 }));
    expectRefused(await answerTo({ samples: 4 }), "The limit for everyone here is 5 images per day. You've used 2");
    await imageReply(await bed.member('alice').press(first, 'Reroll'));
    await imageReply(await ask({}, 'bob'));
    await logged('delivered', 3);
    await bed.restart();
    const second = await imageReply(await ask());
    expectRefused(await answerTo(), "You've used 5");
    for (const label of ['Reroll', 'New seed']) {
      const pressed = await bed.member('alice').press(second, label);
      expectRefused(await pressed.waitForReply((message) => message.id !== second.id), "You've used 5");
    }
    // Bob's count is separate.
    await imageReply(await bed.member('bob').press(second, 'New seed'));
    expect(submitted()).toHaveLength(5);
  });

  it('allows three of fifty simultaneous presses with a limit of three', async () => {
    bed = await openTestBed({ settings: limits({ imagesPerDay: 3, jobsAtOnce: -1 }) });
    const image = await imageReply(await ask({}, 'bob'));
    const presses = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        index % 2 === 0 ? ask({ prompt: `press ${index}` }) : bed.member('alice').press(image, 'New seed'),
      ),
    );
    const replies = await Promise.all(
      presses.map((press) => press.waitForReply((message) => message.id !== image.id && !message.thinking)),
    );
    expect(replies.filter((reply) => textOf(reply).includes('3 images per day'))).toHaveLength(47);
    await bed.discord.waitFor(() => replies.filter(({ attachments }) => attachments.length > 0).length === 3);
    expect(submitted()).toHaveLength(4);
  });

  it('counts servers separately, and applies a role that was just granted', { tags: 'slow' }, async () => {
    bed = await openTestBed({ settings: limits({ imagesPerDay: 0 }) });
    expectRefused(await answerTo(), "You can't make images here: the limit for everyone here is 0 images per day");
    const elsewhere = bed.discord.createGuild();
    elsewhere.join(bed.discord.user('alice'));
    const abroad = bed.discord.actor('alice', elsewhere.channel('general'));
    await imageReply(await abroad.command('timeless', { prompt: 'abroad' }));
    const { guild } = bed.discord;
    const role = guild.createRole({ name: 'patrons' });
    const options = { role: role.id, images_per_day: '1' };
    await (await bed.member('moderator').command('timeless-config', options, { subcommand: 'limits' })).waitForReply();
    expectRefused(await answerTo(), 'is 0 images per day');
    guild.grant(bed.discord.user('alice'), role);
    await imageReply(await ask());
    expectRefused(await answerTo(), `The limit for your role <@&${role.id}> is 1 image per day.`);
    guild.revoke(bed.discord.user('alice'), role);
    expectRefused(await answerTo(), 'is 0 images per day');
  });

  it('gives back images that cost nothing (failed, cancelled, never acknowledged), but not possibly charged ones', async () => {
    bed = await openTestBed({
      settings: limits({ imagesPerDay: 2, jobsAtOnce: -1 }),
      env: { SEGMIND_MAX_IN_FLIGHT: '1' },
      expectedViolations: ['not acknowledged in time'],
    });
    bed.segmind.script({ on: 'submit', failInference: 'blocked' });
    await ended(await ask());
    bed.segmind.hold();
    const under = await ask();
    await under.waitForReply((message) => textOf(message).includes('Sent'));
    const waiting = await (await ask()).waitForReply((message) => labelsOf(message).includes('Cancel'));
    expectRefused(await answerTo(), "You've used 2");
    await bed.member('alice').press(waiting, 'Cancel');
    await logged('failed', 1);
    await logged('cancelled', 1);
    bed.discord.faults.add({
      path: /\/callback$/,
      respond: { status: 404, body: { code: 10_062, message: 'Unknown interaction' } },
    });
    await ask();
    await logged('interaction not acknowledged');
    const unknown = await ask();
    bed.segmind.script({ on: 'submit', reset: 'after' });
    bed.segmind.release();
    await imageReply(under);
    await unknown.waitForReply((message) => textOf(message).includes('Outcome unknown'));
    expectRefused(await answerTo(), "You've used 2");
  });

  it('gives back at the start what an unfinished job reserved before a crash', { tags: 'slow' }, async () => {
    bed = await openTestBed({ settings: limits({ imagesPerDay: 1, jobsAtOnce: 1 }) });
    await bed.crash();
    const database = await openDatabase(`file:${join(bed.folder, 'data', 'timeless.db')}`);
    const reservation = new Usage().reserve(
      { jobId: 'gone', memberId: bed.discord.user('alice').id, images: 1, estimateUsd: 0.01 },
      Date.now(),
    );
    await database.write((db) => new UsageStore(database).reserve(bed.discord.guild.id, reservation, db));
    await database.close();
    await bed.restart();
    await imageReply(await ask());
  });

  it.skipIf(!existsSync(FAKETIME))('resets at midnight UTC while the bot runs', { tags: 'slow' }, async () => {
    bed = await openTestBed({
      settings: limits({ imagesPerDay: 1 }),
      env: { LD_PRELOAD: FAKETIME, FAKETIME: '@2026-11-22 23:59:52', FAKETIME_DONT_FAKE_MONOTONIC: '1', TZ: 'UTC' },
    });
    await imageReply(await ask());
    const midnight = Date.UTC(2026, 10, 23) / 1_000;
    expectRefused(await answerTo(), `<t:${midnight}:R>`);
    const isAllowed = async () => (await answerTo()).ephemeralFor === undefined;
    await vi.waitUntil(isAllowed, { timeout: 25_000, interval: 500 });
    await logged('delivered', 2);
    expectRefused(await answerTo(), `<t:${midnight + 86_400}:R>`);
  });
});

describe('other limits', () => {
  it('limits concurrent requests, in the queue and in flight', { tags: 'slow' }, async () => {
    bed = await openTestBed({ settings: limits({ jobsAtOnce: 2 }), env: { SEGMIND_MAX_IN_FLIGHT: '1' } });
    bed.segmind.hold();
    const [first] = [await ask(), await ask()];
    await first?.waitForReply();
    expectRefused(
      await answerTo(),
      'You have 2 requests waiting or running, and the limit for everyone here is 2 concurrent requests',
    );
    await (await ask({}, 'bob')).waitForReply((message) => labelsOf(message).includes('Cancel'));
    bed.segmind.release();
    await logged('delivered', 2);
    await imageReply(await ask());
  });

  it('starts a cooldown when a request is accepted', { tags: 'slow' }, async () => {
    bed = await openTestBed({ settings: limits({ cooldownSeconds: 3 }) });
    await imageReply(await ask());
    expectRefused(await answerTo(), "Slow down: there's a 3 s cooldown for everyone here");
    const isAllowed = async () => (await answerTo()).ephemeralFor === undefined;
    await vi.waitUntil(isAllowed, { timeout: 10_000, interval: 500 });
  });

  it('refuses values above a maximum, and lowers defaults to it', { tags: 'slow' }, async () => {
    bed = await openTestBed({ settings: limits({ maxSteps: 25, maxSamples: 2, maxMegapixels: 0.6 }) });
    await imageReply(await ask());
    expect(submitted()[0]?.body).toMatchObject({
      num_inference_steps: 25,
      samples: 1,
      img_width: 768,
      img_height: 768,
    });
    expectRefused(await answerTo({ steps: 26 }), 'is 25 steps, and this request has 26.');
    expectRefused(await answerTo({ samples: 3 }), 'is 2 samples, and this request has 3.');
    expectRefused(await answerTo({ width: 1024, height: 768 }), 'is 0.6 megapixels, and this request has ');
    await imageReply(await ask({ steps: 25, samples: 2, width: 512, height: 1024 }));
  });

  it('applies the operator’s limit to direct messages, one at a time', { tags: 'slow' }, async () => {
    bed = await openTestBed({ env: { DM_IMAGES_PER_DAY: '2' } });
    const direct = bed.discord.actor('alice', 'dm');
    const askDirectly = () => direct.command('timeless', { prompt: 'a private rose' });
    bed.segmind.hold();
    const first = await askDirectly();
    await first.waitForReply();
    expectRefused(await (await askDirectly()).waitForReply(), 'the limit in direct messages is 1 concurrent request');
    bed.segmind.release();
    await imageReply(first);
    await logged('delivered');
    await imageReply(await askDirectly());
    await logged('delivered', 2);
    const refused = await (await askDirectly()).waitForReply();
    expectRefused(refused, "The limit in direct messages is 2 images per day. You've used 2");
    expect(textOf(refused)).toContain("The bot's operator sets this limit.");
    await bed.restart({ DM_IMAGES_PER_DAY: '0' });
    expectRefused(await (await askDirectly()).waitForReply(), "I don't make images in direct messages.");
  });
});

describe('the budget', () => {
  it('can run out: accepted requests complete, and new ones are refused until it is raised', async () => {
    bed = await openTestBed({
      settings: {
        ...limits({ jobsAtOnce: -1, imagesPerDay: -1 }),
        budget: { dayUsd: 0.05 },
      },
      env: { SEGMIND_MAX_IN_FLIGHT: '1' },
    });
    bed.segmind.hold();
    const accepted = [];
    for (;;) {
      const invocation = await ask({ prompt: `image ${accepted.length}` });
      const reply = await invocation.waitForReply();
      if (reply.ephemeralFor !== undefined) {
        expectRefused(reply, "This server's budget of $0.05 for today is used up.");
        const midnight = Math.ceil(new Date().setUTCHours(24, 0, 0, 0) / 1_000);
        expect(textOf(reply)).toContain(`<t:${midnight}:R>`);
        break;
      }
      accepted.push(invocation);
    }
    // 0.0103 for 1.05 megapixels: four fit into 0.05.
    expect(accepted).toHaveLength(4);
    bed.segmind.release();
    await Promise.all(accepted.map((invocation) => imageReply(invocation, 25_000)));
    await logged('delivered', 4);
    await bed.restart();
    expectRefused(await answerTo(), "This server's budget of $0.05 for today");
    expect(submitted()).toHaveLength(4);
  });
});
