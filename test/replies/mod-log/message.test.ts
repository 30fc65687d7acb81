import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkBody } from '../../../sandbox/discord/rules/index.ts';
import type { Failure } from '../../../src/jobs/failure.ts';
import type { Job, JobState } from '../../../src/jobs/job.ts';
import {
  type CountedEntry,
  type ModLogEntry,
  mergeEntries,
  mergeKey,
  modLogMessage,
} from '../../../src/replies/mod-log/message.ts';
import { findChanges } from '../../../src/settings/changes.ts';
import type { PolicyRefusal } from '../../../src/settings/policy-refusal.ts';
import { defaultSettings } from '../../../src/settings/schema.ts';
import { en } from '../../../src/texts/en.ts';
import { makeJob } from '../../support/job-fixtures.ts';
import { embedProblems } from '../../support/message-limits.ts';
import { anySettings, anyStyle, snowflakes, texts } from '../../support/settings-arbitraries.ts';

const member = '323456789012345678';
const other = '423456789012345678';
const channel = '223456789012345678';
const delivered: JobState = {
  name: 'delivered',
  submittedAtMs: 0,
  renderedAtMs: 1,
  imageCount: 1,
  imageUrls: [],
  imageFiles: [],
};

function ended(change: Partial<Job> = {}): Job {
  return makeJob({ requesterId: member, channelId: channel, state: delivered, ...change });
}

const counted = (entry: ModLogEntry, count = 1): CountedEntry => ({ ...entry, count });
const finished = (change: Partial<Job> = {}) => counted({ kind: 'finished', job: ended(change) });
const refused = (reason: PolicyRefusal, count = 1) =>
  counted(
    { kind: 'refused', memberId: member, channelId: channel, isPrivate: false, text: 'a *red* rose', reason },
    count,
  );
const written = (...entries: CountedEntry[]) => modLogMessage(entries, en).body;
const textOf = (entry: CountedEntry) => written(entry).embeds[0]?.description ?? '';

/** The labels and custom ids of all buttons, row by row. */
function buttonsOf(...entries: CountedEntry[]): string[][] {
  return written(...entries).components.map(({ components }) =>
    components.map((button) => ('custom_id' in button ? `${button.label} ${button.custom_id}` : '')),
  );
}

it('has the previews of jobs, named by the numbers of their embeds, hidden where the images are', () => {
  const ids = ['000000000000a', '000000000000b', '000000000000c'];
  const spoilers = { forced: { spoilers: true } };
  const prompt = 'e'.repeat(1_500);
  const long = { parameters: { ...ended().parameters, prompt } };
  const entries = ids.map((id, index) =>
    finished({ id, ...(index === 1 ? spoilers : {}), ...(index === 2 ? long : {}) }),
  );
  const { body, files } = modLogMessage(entries, en, (id) => (id === ids[0] ? undefined : Buffer.from(id)));
  expect(files.map(({ name }) => name)).toEqual(['prompts.txt', 'SPOILER_2.webp', '3.webp']);
  expect(files[1]?.attachment.toString()).toBe(ids[1]);
  expect(files[1]?.description).toBe(`Preview of reference ${ids[1]}: a red rose`);
  expect(files[2]?.description?.length).toBeLessThanOrEqual(1_024);
  expect(body.embeds.map(({ title }) => title?.slice(0, 1))).toEqual(['1', '2', '3']);
  const state: JobState = { name: 'unknown' };
  expect(modLogMessage([finished({ state })], en, () => Buffer.from('a')).files).toEqual([]);
  const single = modLogMessage([finished()], en, () => Buffer.from('a'));
  expect(single.files.map(({ name }) => name)).toEqual(['1.webp']);
});

it('gives the preview of a private image that was shared meanwhile to the entry that says so', () => {
  const previews = [Buffer.from('a')];
  const shared = finished({ sharedAtMs: 1 });
  const { body, files } = modLogMessage([finished({ isPrivate: true }), shared], en, () => previews.pop());
  expect(body.embeds.map(({ title }) => title)).toEqual(['1 · Delivered', '2 · Shared']);
  expect(files.map(({ name }) => name)).toEqual(['2.webp']);
  expect(
    buttonsOf(finished({ isPrivate: true }), shared)
      .flat()
      .join(),
  ).toContain('Delete image 2');
});

it('says who purged how much of whom', () => {
  const purge = { kind: 'purged', byId: other, memberId: member, period: 'week', messages: 1 } as const;
  expect(textOf(counted(purge))).toBe(`**Purge**: <@${other}> purged 1 message of <@${member}> from the last week`);
});

describe('a report in the log', () => {
  const messageId = '523456789012345678';
  const reported = (change: Partial<Job> = {}, count = 1) =>
    counted({ kind: 'reported', job: ended(change), messageId, byIds: [other] }, count);

  it('shows its own preview, hidden where the images are, and leaves that of the finished job to its entry', () => {
    const preview = Buffer.from('reported');
    const shown = (change: Partial<Job>) =>
      counted({ kind: 'reported', job: ended(change), messageId, byIds: [other], preview });
    const filesOf = (change: Partial<Job> = {}) =>
      modLogMessage([finished(), shown(change), reported()], en, () => Buffer.from('finished')).files;
    expect(filesOf().map(({ name, attachment }) => `${name} ${attachment}`)).toEqual([
      '1.webp finished',
      '2.webp reported',
    ]);
    expect(filesOf({ forced: { spoilers: true } }).map(({ name }) => name)).toEqual(['1.webp', 'SPOILER_2.webp']);
  });

  it('says who reported what, with the way to that message and the buttons of its image', () => {
    const [embed] = written(reported()).embeds;
    expect(embed?.title).toBe('Reported');
    expect(embed?.description).toContain(`<@${member}> in <#${channel}>\n“a red rose”`);
    expect(embed?.description).toContain(`Reported by <@${other}>.`);
    expect(embed?.description).toContain(
      `[Jump to image](https://discord.com/channels/100000000000000009/${channel}/${messageId})`,
    );
    expect(buttonsOf(reported())).toEqual([
      ['Delete image log-delete:0000000000001', `Block member log-block:${member}`],
    ]);
  });

  it('of a request in progress leads to its message, and can only block', () => {
    const state: JobState = { name: 'submitting', submittingAtMs: 1 };
    expect(textOf(reported({ state }))).toContain(messageId);
    expect(buttonsOf(reported({ state }))).toEqual([[`Block member log-block:${member}`]]);
  });

  it('shares the buttons of other entries about the same image', () => {
    expect(
      buttonsOf(reported({ state: { name: 'unknown' } }), finished(), finished({ id: '0000000000002' }), reported()),
    ).toEqual([
      [`Block member 1, 2, 3, 4 log-block:${member}`],
      ['Delete image 2, 4 log-delete:0000000000001'],
      ['Delete image 3 log-delete:0000000000002'],
    ]);
  });

  it('is one with others of the same image, with their number', () => {
    const entry = { kind: 'reported', job: ended(), messageId, byIds: [other] } as const;
    expect(mergeKey(entry)).toBe(mergeKey({ ...entry, byIds: [member] }));
    expect(mergeKey(entry)).not.toBe(mergeKey({ ...entry, job: ended({ id: '0000000000002' }) }));
    expect(written(reported({}, 3)).embeds[0]?.title).toBe('Reported (3 times)');
  });

  it.each([
    [1, /^Reported by <@100000000000001000>\.$/],
    [3, /^Reported by <@100000000000001000>, <@100000000000001001>, and <@100000000000001002>\.$/],
    [25, /<@100000000000001023>, and <@100000000000001024>\.$/],
    [26, /<@100000000000001024>, and others\.$/],
    [2_000, /<@100000000000001024>, and others\.$/],
  ])('by %i members names up to 25 of them, each once', (count, line) => {
    const reportBy = (id: number) =>
      ({ kind: 'reported', job: ended(), messageId, byIds: [`10000000000000${id}`] }) as const;
    let entry = counted(reportBy(1_000), 1);
    for (let number = 0; number < count; number += 1) entry = mergeEntries(entry, reportBy(1_000 + number));
    expect(entry).toMatchObject({ count: count + 1 });
    expect(textOf(entry).split('\n')).toContainEqual(expect.stringMatching(line));
  });
});

describe('a finished job in the log', () => {
  it('shows who, where, what, how, the cost and the way to it', () => {
    const [embed] = written(
      finished({ costUsd: 0.0103, parameters: { ...ended().parameters, negativePrompt: 'blur' } }),
    ).embeds;
    expect(embed?.title).toBe('Delivered');
    expect(embed?.description?.split('\n')).toEqual([
      `<@${member}> in <#${channel}>`,
      '“a red rose”',
      'Negative prompt: blur',
      '1024×1024 · 30 steps · guidance 7 · DPM2 Karras · seed 7',
      `$0.01 · [Jump to image](https://discord.com/channels/100000000000000009/${channel}/100000000000000005)`,
    ]);
    expect(embed?.footer?.text).toBe('Reference 0000000000001');
  });

  it('has buttons to delete the image and to block the member', () => {
    expect(buttonsOf(finished())).toEqual([
      ['Delete image log-delete:0000000000001', `Block member log-block:${member}`],
    ]);
  });

  it('of a private image says so, without a link and without a button to delete', () => {
    const entry = finished({ isPrivate: true });
    expect(textOf(entry)).toContain('**private**');
    expect(JSON.stringify(written(entry))).not.toContain('https:');
    expect(buttonsOf(entry)).toEqual([[`Block member log-block:${member}`]]);
  });

  it('has neither link nor delete button when no message is known', () => {
    const entry = finished({ messageIds: [] });
    expect(textOf(entry)).not.toContain('https:');
    expect(buttonsOf(entry)).toEqual([[`Block member log-block:${member}`]]);
  });

  it.each<[JobState, string, string]>([
    [{ name: 'failed', failure: { kind: 'unreachable' } }, 'Failed', "I couldn't reach Segmind."],
    [
      { name: 'failed', failure: { kind: 'images_unavailable', links: ['https://images.segmind.com/a.png'] } },
      'Failed',
      "couldn't download it.",
    ],
    [{ name: 'cancelled', cancelledBy: other }, 'Cancelled', `Cancelled by <@${other}>`],
    [{ name: 'unknown' }, 'Outcome unknown', 'no clear answer. The image may have been rendered and charged'],
  ])('of %j tells the outcome, with a button to block alone', (state, title, says) => {
    const entry = finished({ state });
    expect(written(entry).embeds[0]?.title).toBe(title);
    expect(textOf(entry)).toContain(says);
    expect(JSON.stringify(written(entry))).not.toContain('https:');
    expect(buttonsOf(entry)).toEqual([[`Block member log-block:${member}`]]);
  });

  it('shows what the server adds to the negative prompt', () => {
    expect(textOf(finished({ forced: { negativePrompt: 'nudity', spoilers: true } }))).toContain(
      'Negative prompt: nudity',
    );
  });

  it('shows what the style adds to both prompts, and its name', () => {
    const style = { name: 'Noir', prompt: 'film noir', negativePrompt: 'color', parameters: {} };
    const parameters = { ...ended().parameters, negativePrompt: 'cars' };
    const text = textOf(finished({ style, parameters, forced: { negativePrompt: 'nudity', spoilers: true } }));
    expect(text).toContain(`“${parameters.prompt}, film noir”`);
    expect(text).toContain('Negative prompt: cars, color, nudity');
    expect(text).toContain('style Noir · ');
  });

  it('cuts a long prompt and lets none of it come to life', () => {
    const prompt = '**[free](https://evil.example)** @everyone '.repeat(90);
    const text = textOf(finished({ parameters: { ...ended().parameters, prompt } }));
    expect(text).toContain('\\*\\*\\[free\\]');
    expect(text).toContain('…”');
    expect(text.length).toBeLessThan(1_300);
  });

  it('shows a prompt of 900 characters whole, without a file', () => {
    const prompt = 'a red rose '.repeat(81).trim();
    const { body, files } = modLogMessage([finished({ parameters: { ...ended().parameters, prompt } })], en);
    expect(body.embeds[0]?.description).toContain(`“${prompt}”`);
    expect(files).toEqual([]);
  });

  it.each<[string, Partial<Job['parameters']>]>([
    ['a long prompt', { prompt: 'a *red* rose\n'.repeat(300) }],
    ['a long negative prompt', { negativePrompt: 'blur, '.repeat(300) }],
    ['a letter with 1,500 marks', { prompt: `e${'\u0301'.repeat(1_500)} rose` }],
  ])('has a file with all of its prompts for %s', (_, change) => {
    const parameters = { ...ended().parameters, negativePrompt: 'grey', ...change };
    const entry = finished({ parameters, forced: { negativePrompt: 'nudity', spoilers: false } });
    const { files } = modLogMessage([finished({ id: '0000000000002' }), entry], en);
    expect(files.map(({ name }) => name)).toEqual(['prompts.txt']);
    expect(files[0]?.attachment.toString()).toBe(
      `Reference 0000000000001\nPrompt:\n${parameters.prompt}\nNegative prompt:\n${parameters.negativePrompt}, nudity\n`,
    );
  });

  it('is numbered beside others, and its member has one button for all of theirs', () => {
    const ids = ['0000000000001', '0000000000002', '0000000000003'];
    const entries = ids.map((id, index) => finished({ id, requesterId: index === 1 ? other : member }));
    expect(written(...entries).embeds.map(({ title }) => title)).toEqual([
      '1 · Delivered',
      '2 · Delivered',
      '3 · Delivered',
    ]);
    expect(buttonsOf(...entries)).toEqual([
      ['Delete image 1 log-delete:0000000000001', `Block member 1, 3 log-block:${member}`],
      ['Delete image 2 log-delete:0000000000002', `Block member 2 log-block:${other}`],
      ['Delete image 3 log-delete:0000000000003'],
    ]);
  });
});

describe('a line in the log', () => {
  const source = { kind: 'default' } as const;
  it.each<[PolicyRefusal, string]>([
    [{ name: 'blocked', kind: 'member' }, 'blocked member'],
    [{ name: 'blocked', kind: 'role' }, 'blocked role'],
    [{ name: 'paused', reason: 'raid', sinceMs: 0 }, 'server is paused'],
    [{ name: 'channel_denied', placeId: channel }, `<#${channel}> is denied`],
    [{ name: 'channel_not_allowed' }, 'not an allowed channel'],
    [{ name: 'channel_unknown' }, "can't tell which channel or category this belongs to"],
    [{ name: 'not_age_restricted' }, 'not an age-restricted channel'],
    [{ name: 'private_not_allowed' }, "private images aren't allowed"],
    [{ name: 'above_limit', limit: 'maxSteps', asked: 80, allowed: 40, source }, '80 steps, max 40'],
    [{ name: 'above_limit', limit: 'maxMegapixels', asked: 1, allowed: 0.5, source }, '1 megapixel, max 0.5'],
    [{ name: 'cooldown', untilMs: 0, allowed: 60, source }, 'cooldown of 1 min'],
    [{ name: 'jobs_at_once', underWay: 3, allowed: 3, source }, 'max 3 concurrent requests'],
    [{ name: 'images_per_day', used: 50, asked: 1, resetsAtMs: 0, allowed: 50, source }, 'max 50 images per day'],
    [{ name: 'budget', period: 'day', budgetUsd: 1, usedUsd: 1, estimateUsd: 0.1 }, 'budget per day'],
  ])('for the refusal %j', (reason, says) => {
    expect(textOf(refused(reason))).toBe(`**Refused**: <@${member}> in <#${channel}>, ${says}: “a \\*red\\* rose”`);
  });

  it('hides a prompt with a word of the filter behind a spoiler', () => {
    expect(textOf(refused({ name: 'filtered', field: 'negativePrompt' }))).toBe(
      `**Refused**: <@${member}> in <#${channel}>, word filter, in the negative prompt: ||a \\*red\\* rose||`,
    );
  });

  it.each<[PolicyRefusal, string]>([
    [{ name: 'filtered', field: 'prompt' }, 'SPOILER_prompts.txt'],
    [{ name: 'paused', reason: '', sinceMs: 0 }, 'prompts.txt'],
  ])('has the whole of a long prompt in a file, for %j one named %s', (reason, fileName) => {
    const text = 'a *red* rose '.repeat(100);
    const entry = counted({ kind: 'refused', memberId: member, channelId: channel, isPrivate: false, text, reason });
    const { files } = modLogMessage([refused(reason), entry], en);
    expect(files.map(({ name }) => name)).toEqual([fileName]);
    expect(files[0]?.attachment.toString()).toBe(`Refused: member ${member}, channel ${channel}\n${text}\n`);
  });

  it('counts what happened several times', () => {
    expect(textOf(refused({ name: 'channel_unknown' }, 3))).toMatch(/^\*\*Refused\*\* \(3 times\): /);
    const denied = counted({ kind: 'denied', memberId: member, what: '/timeless-config limits' }, 2);
    expect(textOf(denied)).toBe(
      `**Denied** (2 times): <@${member}> tried to use /timeless\\-config limits without permission`,
    );
  });

  it('for changes of the settings names who and what', () => {
    const changes = [{ setting: 'limits.everyone.imagesPerDay', to: 20 }];
    expect(textOf(counted({ kind: 'settings', byId: member, changes }))).toBe(
      `**Settings** changed by <@${member}>:\n- Images per day for everyone: 50 (default) → 20`,
    );
  });

  it('does not name moderator roles, which only administrators see', () => {
    const changes = [{ setting: 'moderatorRoleIds', added: [member], removed: [] }];
    expect(textOf(counted({ kind: 'settings', byId: other, changes }))).toBe(
      `**Settings** changed by <@${other}>:\n- Moderator roles: changed`,
    );
  });

  it('warns of a budget that is nearly spent', () => {
    const entry = counted({ kind: 'budget', period: 'month', usedUsd: 8.123456, budgetUsd: 10 });
    expect(textOf(entry)).toBe(
      "**This month's budget**: $8.12 of $10.00 (81%) spent or reserved. I refuse requests that exceed it.",
    );
  });
});

describe('mergeKey', () => {
  const refusal = (memberId: string, reason: PolicyRefusal): ModLogEntry => ({
    kind: 'refused',
    memberId,
    channelId: channel,
    isPrivate: false,
    text: 'a',
    reason,
  });
  const denied = (what: string): ModLogEntry => ({ kind: 'denied', memberId: member, what });

  it('is the same for refusals of a member for the same reason, whatever the prompt', () => {
    const one = refusal(member, { name: 'filtered', field: 'prompt' });
    expect(mergeKey({ ...refusal(member, { name: 'filtered', field: 'negativePrompt' }) })).toBe(mergeKey(one));
    expect(mergeKey(refusal(other, { name: 'filtered', field: 'prompt' }))).not.toBe(mergeKey(one));
    expect(mergeKey(refusal(member, { name: 'channel_unknown' }))).not.toBe(mergeKey(one));
    expect(mergeKey({ ...one, channelId: other } as ModLogEntry)).not.toBe(mergeKey(one));
    expect(mergeKey({ ...one, isPrivate: true } as ModLogEntry)).not.toBe(mergeKey(one));
  });

  it('is the same for what a member may not do, tried again', () => {
    expect(mergeKey(denied('a'))).toBe(mergeKey(denied('a')));
    expect(mergeKey(denied('a'))).not.toBe(mergeKey(denied('b')));
  });

  it.each<ModLogEntry>([
    { kind: 'finished', job: ended() },
    { kind: 'settings', byId: member, changes: [] },
    { kind: 'budget', period: 'day', usedUsd: 1, budgetUsd: 1 },
  ])('is none for what stands alone', (entry) => {
    expect(mergeKey(entry)).toBeUndefined();
  });
});

describe('the message for a log channel', () => {
  const failures = fc.constantFrom<Failure>(
    { kind: 'bad_request', detail: 'x'.repeat(4_000) },
    { kind: 'images_unavailable', links: ['https://images.segmind.com/'.padEnd(5_000, 'x')] },
    { kind: 'internal' },
  );
  const states: fc.Arbitrary<JobState> = fc.oneof(
    fc.constant(delivered),
    failures.map((failure) => ({ name: 'failed' as const, failure })),
    snowflakes.map((cancelledBy) => ({ name: 'cancelled' as const, cancelledBy })),
    fc.constant({ name: 'unknown' as const }),
  );
  const jobs = fc
    .record({
      id: fc.nat({ max: 1e9 }).map((number) => String(number).padStart(13, '0')),
      requesterId: fc.oneof(fc.constant(member), snowflakes),
      guildId: snowflakes,
      channelId: snowflakes,
      messageIds: fc.array(snowflakes, { maxLength: 2 }),
      isPrivate: fc.boolean(),
      prompt: texts(4_000, 1),
      negativePrompt: texts(2_000, 1),
      forced: fc.record({ negativePrompt: texts(1_000, 1), spoilers: fc.boolean() }),
      style: anyStyle,
      costUsd: fc.double({ min: 0, max: 1e6, noNaN: true }),
      state: states,
    })
    .map(({ prompt, negativePrompt, ...change }) =>
      ended({ ...change, parameters: { ...ended().parameters, prompt, negativePrompt } }),
    );
  const reporters = fc.array(snowflakes, { minLength: 1, maxLength: 26, size: 'max' });
  const anyEntry: fc.Arbitrary<ModLogEntry> = fc.oneof(
    jobs.map((job) => ({ kind: 'finished' as const, job })),
    fc.record({ kind: fc.constant('reported' as const), job: jobs, messageId: snowflakes, byIds: reporters }),
    fc.record({
      kind: fc.constant('refused' as const),
      memberId: snowflakes,
      channelId: snowflakes,
      isPrivate: fc.boolean(),
      text: texts(4_000, 1),
      reason: fc.constantFrom<PolicyRefusal>(
        { name: 'filtered', field: 'prompt' },
        { name: 'blocked', kind: 'member' },
      ),
    }),
    fc.record({ kind: fc.constant('denied' as const), memberId: snowflakes, what: texts(500, 1) }),
    fc.record({
      kind: fc.constant('settings' as const),
      byId: snowflakes,
      changes: anySettings.map((settings) => findChanges(defaultSettings, settings)),
    }),
    fc.record({
      kind: fc.constant('budget' as const),
      period: fc.constantFrom('day' as const, 'month' as const),
      usedUsd: fc.double({ min: 0, max: 1e6, noNaN: true }),
      budgetUsd: fc.double({ min: 0.000001, max: 1e6, noNaN: true }),
    }),
  );

  it('takes at least one entry, and Discord takes the message, whatever the entries', () => {
    const entries = fc
      .uniqueArray(anyEntry, {
        minLength: 1,
        maxLength: 30,
        selector: (entry) => ('job' in entry ? `${entry.kind} ${entry.job.id}` : entry),
      })
      .map((all) => all.map((entry, index) => counted(entry, index + 1)));
    fc.assert(
      fc.property(entries, (all) => {
        const { body, files, taken } = modLogMessage(all, en);
        expect(files.length).toBeLessThanOrEqual(1);
        expect(taken).toBeGreaterThanOrEqual(1);
        expect(taken).toBeLessThanOrEqual(all.length);
        expect(embedProblems(body.embeds)).toEqual([]);
        expect(checkBody('channelMessageCreate', body)).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });

  it('leaves the sixth job for the next message, and all that comes after it', () => {
    const all = Array.from({ length: 6 }, (_, index) => finished({ id: `000000000000${index}` }));
    const line = refused({ name: 'channel_unknown' });
    expect(modLogMessage([line, ...all, line], en).taken).toBe(6);
  });

  it('leaves for the next message what goes beyond the characters that Discord takes in all embeds together', () => {
    const prompt = '*'.repeat(4_000);
    const parameters = { ...ended().parameters, prompt, negativePrompt: prompt };
    const changes = [{ setting: 'filterWords', added: Array.from({ length: 99 }, () => 'x'.repeat(50)), removed: [] }];
    const settings = counted({ kind: 'settings', byId: member, changes });
    const jobs = Array.from({ length: 5 }, (_, index) => finished({ id: `000000000000${index}`, parameters }));
    const entries = [settings, settings, settings, settings, ...jobs];
    const { body, taken } = modLogMessage(entries, en);
    expect(embedProblems(body.embeds)).toEqual([]);
    expect(taken).toBeLessThan(entries.length);
    expect(embedProblems(modLogMessage(entries.slice(taken), en).body.embeds)).toEqual([]);
  });

  it('stands in one colour for what is only told, and in another where a budget is nearly spent', () => {
    const line = refused({ name: 'channel_unknown' });
    const budget = counted({ kind: 'budget', period: 'day', usedUsd: 8, budgetUsd: 10 });
    expect(written(line, line).embeds).toHaveLength(1);
    expect(written(line, budget).embeds[0]?.color).not.toBe(written(line).embeds[0]?.color);
  });
});
