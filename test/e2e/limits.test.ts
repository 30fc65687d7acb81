import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Message } from '../../sandbox/discord/index.ts';
import { Usage } from '../../src/settings/usage.ts';
import { UsageStore } from '../../src/settings/usage-store.ts';
import { openDatabase } from '../../src/storage/database.ts';
import { ended, labelsOf, openTestBed, painted, type TestBed, textOf } from '../support/test-bed.ts';

/** Debian's, of the package faketime; where it is missing, midnight is left out. */
const FAKETIME = `/usr/lib/${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu/faketime/libfaketime.so.1`;

let bed: TestBed;
afterEach(() => bed.close());

const limits = (everyone: object, roles: object = {}) => ({ limits: { everyone, roles } });
const ask = (options: object = {}, name = 'alice') =>
  bed.member(name).command('timeless', { prompt: 'a red rose', ...options });
const answerTo = async (options: object = {}, name = 'alice') => (await ask(options, name)).waitForReply();
const submitted = () => bed.segmind.submits.filter(({ status }) => status === 200);

/** Waits until the reference of a message's job stands in the log with these words. */
const logged = (msg: string, count = 1) =>
  bed.discord.waitFor(() => bed.bot.log.filter((line) => line['msg'] === msg).length >= count);

function expectRefused(message: Message, text: string): void {
  expect(textOf(message)).toContain(text);
  expect(textOf(message)).toContain('Nothing was started.');
  expect(message.ephemeralFor).toBeDefined();
}

describe('images a day', () => {
  it('lets the last one through and refuses the next, by samples, also by buttons and after a crash', async () => {
    bed = await openTestBed({ settings: limits({ imagesPerDay: 5, jobsAtOnce: -1 }) });
    const first = await painted(await ask({ samples: 2 }));
    expectRefused(await answerTo({ samples: 4 }), '5 images a day are allowed for everyone here. You have used 2');
    await painted(await bed.member('alice').press(first, 'Reroll'));
    await painted(await ask({}, 'bob'));
    await logged('delivered', 3);
    await bed.restart();
    const second = await painted(await ask());
    expectRefused(await answerTo(), 'You have used 5');
    for (const label of ['Reroll', 'New seed']) {
      const pressed = await bed.member('alice').press(second, label);
      expectRefused(await pressed.waitForReply((message) => message.id !== second.id), 'You have used 5');
    }
    // What belongs to bob is his own.
    await painted(await bed.member('bob').press(second, 'New seed'));
    expect(submitted()).toHaveLength(5);
  });

  it('lets three of fifty presses at once through a limit of three', async () => {
    bed = await openTestBed({ settings: limits({ imagesPerDay: 3, jobsAtOnce: -1 }) });
    const image = await painted(await ask({}, 'bob'));
    const presses = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        index % 2 === 0 ? ask({ prompt: `press ${index}` }) : bed.member('alice').press(image, 'New seed'),
      ),
    );
    const replies = await Promise.all(
      presses.map((press) => press.waitForReply((message) => message.id !== image.id && !message.thinking)),
    );
    expect(replies.filter((reply) => textOf(reply).includes('3 images a day are allowed'))).toHaveLength(47);
    await bed.discord.waitFor(() => replies.filter(({ attachments }) => attachments.length > 0).length === 3);
    expect(submitted()).toHaveLength(4);
  });

  it('counts servers apart, and a role granted a moment ago', { tags: 'slow' }, async () => {
    bed = await openTestBed({ settings: limits({ imagesPerDay: 0 }) });
    expectRefused(await answerTo(), "You can't make images here: images a day for everyone here is set to none");
    const elsewhere = bed.discord.createGuild();
    elsewhere.join(bed.discord.user('alice'));
    const abroad = bed.discord.actor('alice', elsewhere.channel('general'));
    await painted(await abroad.command('timeless', { prompt: 'abroad' }));
    const { guild } = bed.discord;
    const role = guild.createRole({ name: 'patrons' });
    const options = { role: role.id, images_per_day: '1' };
    await (await bed.member('moderator').command('timeless-config', options, { subcommand: 'limits' })).waitForReply();
    expectRefused(await answerTo(), 'is set to none');
    guild.grant(bed.discord.user('alice'), role);
    await painted(await ask());
    expectRefused(await answerTo(), `1 image a day is allowed for your role <@&${role.id}>`);
    guild.revoke(bed.discord.user('alice'), role);
    expectRefused(await answerTo(), 'is set to none');
  });

  it('gives back what was not charged: failed, cancelled, never acknowledged; and keeps what may have been', async () => {
    bed = await openTestBed({
      settings: limits({ imagesPerDay: 2, jobsAtOnce: -1 }),
      env: { SEGMIND_MAX_IN_FLIGHT: '1' },
      expectedViolations: ['not acknowledged in time'],
    });
    bed.segmind.script({ on: 'submit', failInference: 'blocked' });
    await ended(await ask());
    bed.segmind.hold();
    const under = await ask();
    await under.waitForReply((message) => textOf(message).includes('Submitted'));
    const waiting = await (await ask()).waitForReply((message) => labelsOf(message).includes('Cancel'));
    expectRefused(await answerTo(), 'You have used 2');
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
    await painted(under);
    await unknown.waitForReply((message) => textOf(message).includes('Outcome unknown'));
    expectRefused(await answerTo(), 'You have used 2');
  });

  it('gives back at the start what a job has taken that a crash left without an end', { tags: 'slow' }, async () => {
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
    await painted(await ask());
  });

  it.skipIf(!existsSync(FAKETIME))('starts anew at midnight UTC, while the bot runs', { tags: 'slow' }, async () => {
    bed = await openTestBed({
      settings: limits({ imagesPerDay: 1 }),
      env: { LD_PRELOAD: FAKETIME, FAKETIME: '@2026-11-22 23:59:52', FAKETIME_DONT_FAKE_MONOTONIC: '1', TZ: 'UTC' },
    });
    await painted(await ask());
    const midnight = Date.UTC(2026, 10, 23) / 1_000;
    expectRefused(await answerTo(), `<t:${midnight}:R>`);
    const isAllowed = async () => (await answerTo()).ephemeralFor === undefined;
    await vi.waitUntil(isAllowed, { timeout: 25_000, interval: 500 });
    await logged('delivered', 2);
    expectRefused(await answerTo(), `<t:${midnight + 86_400}:R>`);
  });
});

describe('other limits', () => {
  it('allows so many jobs at a time, waiting and under way', { tags: 'slow' }, async () => {
    bed = await openTestBed({ settings: limits({ jobsAtOnce: 2 }), env: { SEGMIND_MAX_IN_FLIGHT: '1' } });
    bed.segmind.hold();
    const [first] = [await ask(), await ask()];
    await first?.waitForReply();
    expectRefused(await answerTo(), 'You have 2 waiting in line or under way, and at most 2 at a time are allowed');
    await (await ask({}, 'bob')).waitForReply((message) => labelsOf(message).includes('Cancel'));
    bed.segmind.release();
    await logged('delivered', 2);
    await painted(await ask());
  });

  it('holds a cooldown from the acceptance on', { tags: 'slow' }, async () => {
    bed = await openTestBed({ settings: limits({ cooldownSeconds: 3 }) });
    await painted(await ask());
    expectRefused(await answerTo(), 'A pause of 3 s between two requests holds for everyone here');
    const isAllowed = async () => (await answerTo()).ephemeralFor === undefined;
    await vi.waitUntil(isAllowed, { timeout: 10_000, interval: 500 });
  });

  it('caps what is asked for, and clips what is not', { tags: 'slow' }, async () => {
    bed = await openTestBed({ settings: limits({ maxSteps: 25, maxSamples: 2, maxMegapixels: 0.6 }) });
    await painted(await ask());
    expect(submitted()[0]?.body).toMatchObject({
      num_inference_steps: 25,
      samples: 1,
      img_width: 768,
      img_height: 768,
    });
    expectRefused(await answerTo({ steps: 26 }), '26 steps are too many: at most 25 are allowed');
    expectRefused(await answerTo({ samples: 3 }), '3 samples are too many: at most 2 are allowed');
    expectRefused(await answerTo({ width: 1024 }), 'megapixels are too many: at most 0.6 are allowed');
    await painted(await ask({ steps: 25, samples: 2, width: 512, height: 1024 }));
  });

  it('allows direct messages what the operator set, one at a time', { tags: 'slow' }, async () => {
    bed = await openTestBed({ env: { DM_IMAGES_PER_DAY: '2' } });
    const direct = bed.discord.actor('alice', 'dm');
    const askDirectly = () => direct.command('timeless', { prompt: 'a private rose' });
    bed.segmind.hold();
    const first = await askDirectly();
    await first.waitForReply();
    expectRefused(await (await askDirectly()).waitForReply(), 'at most 1 at a time is allowed in direct messages');
    bed.segmind.release();
    await painted(first);
    await logged('delivered');
    await painted(await askDirectly());
    await logged('delivered', 2);
    const refused = await (await askDirectly()).waitForReply();
    expectRefused(refused, '2 images a day are allowed in direct messages. You have used 2');
    expect(textOf(refused)).toContain("The bot's operator sets this.");
    await bed.restart({ DM_IMAGES_PER_DAY: '0' });
    expectRefused(await (await askDirectly()).waitForReply(), 'makes no images in direct messages');
  });
});

describe('the budget', () => {
  it('is reached in mid-queue: what was accepted runs, new ones are refused until it opens again', async () => {
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
        expectRefused(reply, "This server's budget for today is nearly or fully used");
        const midnight = Math.ceil(new Date().setUTCHours(24, 0, 0, 0) / 1_000);
        expect(textOf(reply)).toContain(`<t:${midnight}:R>`);
        break;
      }
      accepted.push(invocation);
    }
    // 0.0103 for 1.05 megapixels: four fit into 0.05.
    expect(accepted).toHaveLength(4);
    bed.segmind.release();
    await Promise.all(accepted.map((invocation) => painted(invocation, 25_000)));
    await logged('delivered', 4);
    await bed.restart();
    expectRefused(await answerTo(), "This server's budget for today");
    expect(submitted()).toHaveLength(4);
  });
});
