import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkBody } from '../../sandbox/discord/rules/index.ts';
import type { QueuePlace } from '../../src/jobs/delivery.ts';
import type { Job } from '../../src/jobs/job.ts';
import { type QueuedRequest, queuePage } from '../../src/replies/queue-page.ts';
import { en } from '../../src/texts/en.ts';
import { makeJob } from '../support/job-fixtures.ts';
import { embedProblems } from '../support/message-limits.ts';
import { texts } from '../support/settings-arbitraries.ts';

const idOf = (number: number) => String(number).padStart(13, '0');
const submitted = { name: 'submitted', requestId: 'r', submittedAtMs: 1, phase: 'QUEUED', isOverdue: false } as const;

/** A queued request with this place; without one, another process has it. */
function request(number: number, place?: Partial<QueuePlace>, change: Partial<Job> = {}): QueuedRequest {
  const { parameters } = makeJob();
  const job = makeJob({ id: idOf(number), parameters: { ...parameters, prompt: `prompt ${number}` }, ...change });
  return {
    job,
    isElsewhere: place === undefined,
    place: place && { place: number, waiting: 9, aboutMinutes: number, ...place },
  };
}

const shown = (requests: readonly QueuedRequest[], change: Partial<Parameters<typeof queuePage>[0]> = {}) =>
  queuePage({ view: 'mine', page: 0, requests, isDirectMessage: false, isModerator: false, ...change }, en);
const linesOf = (page: ReturnType<typeof queuePage>) => page.embeds[0]?.description?.split('\n') ?? [];
const componentsOf = (page: ReturnType<typeof queuePage>) => page.components.flatMap(({ components }) => components);
const idsOf = (page: ReturnType<typeof queuePage>) =>
  componentsOf(page).map((component) => ('custom_id' in component ? component.custom_id : ''));
const choicesOf = (page: ReturnType<typeof queuePage>) =>
  componentsOf(page).flatMap((component) => ('options' in component ? component.options : []));

describe('a page of the queue', () => {
  it('lists what is in progress, then the queue in its order, and offers only what waits to be cancelled', () => {
    const page = shown([
      request(7),
      request(3, { isAbout: true }),
      request(1, {}, { isPrivate: true }),
      request(2, undefined, { state: submitted }),
    ]);
    const channel = '<#100000000000000004>';
    expect(linesOf(page)).toEqual([
      `1. in progress · ${channel} · “prompt 2”`,
      expect.stringMatching(/^2\. 1st, start expected <t:\d+:R> · <#\d+> · private · “prompt 1”$/),
      expect.stringMatching(/^3\. about 3rd, start expected <t:\d+:R> · /),
      `4. in the queue · ${channel} · “prompt 7”`,
      `-# ${en.queue.elsewhere}`,
    ]);
    expect(choicesOf(page)).toEqual([
      { label: '2. prompt 1', value: idOf(1) },
      { label: '3. prompt 3', value: idOf(3) },
    ]);
    expect(idsOf(page)).toEqual(['queue-cancel-mine:0', 'queue-mine:0']);
  });

  it('estimates the start by the minutes that the queue takes, from the end of a pause on', () => {
    const startOf = (place: Partial<QueuePlace>) =>
      Number(/<t:(\d+):R> ·/.exec(linesOf(shown([request(2, place)])).at(-1) ?? '')?.[1]);
    expect(startOf({}) - Date.now() / 1_000).toBeGreaterThan(60);
    const untilMs = Date.UTC(2030, 0, 1);
    expect(startOf({ because: { name: 'paused', untilMs } })).toBe(untilMs / 1_000 + 120);
  });

  it('says why nothing starts, instead of when', () => {
    const page = shown([request(1, { because: { name: 'stopped', reason: 'credits' } })]);
    expect(linesOf(page)[0]).toContain(en.stop.credits);
    expect(linesOf(page)[1]).toContain('1st, on hold');
  });

  it('shows moderators whose requests they are, 25 a page', () => {
    const requests = Array.from({ length: 60 }, (_, index) => request(index + 1, {}));
    const view = { view: 'server', isModerator: true } as const;
    const middle = shown(requests, { ...view, page: 1 });
    expect(linesOf(middle)).toHaveLength(25);
    expect(linesOf(middle)[0]).toMatch(/^26\. 26th, .* · <@100000000000000003> · .*“prompt 26”$/);
    expect(choicesOf(middle).map(({ value }) => value)).toEqual(requests.slice(25, 50).map(({ job }) => job.id));
    expect(idsOf(middle)).toEqual([
      'queue-cancel-server:1',
      'queue-server:0',
      'queue-server:2',
      'queue-server:1',
      'queue-mine:0',
    ]);
    expect(middle.embeds[0]?.footer?.text).toContain('Page 2 of 3');
    // Others have left the queue since.
    const last = shown(requests, { ...view, page: 9 });
    expect(linesOf(last)).toHaveLength(10);
    expect(idsOf(last)).toEqual(['queue-cancel-server:2', 'queue-server:1', 'queue-server:2', 'queue-mine:0']);
  });

  it('says when there is nothing, and offers moderators the whole server', () => {
    const empty = shown([], { isModerator: true });
    expect(linesOf(empty)).toEqual([en.queue.none.mine]);
    expect(empty.embeds[0]?.footer).toBeUndefined();
    expect(idsOf(empty)).toEqual(['queue-mine:0', 'queue-server:0']);
    expect(linesOf(shown([], { isDirectMessage: true }))).toEqual([en.queue.none.mineAnywhere]);
  });

  it('fits into a message at its longest', () => {
    const id = '10000000000000000000';
    const change = { isPrivate: true, requesterId: id, channelId: id };
    const place = { place: 999_999, waiting: 999_999, isAbout: true } as const;
    const requests = (because: QueuePlace['because'], prompt: string) =>
      Array.from({ length: 60 }, (_, index) => {
        const parameters = { ...makeJob().parameters, prompt };
        const its = because ? { ...place, because } : place;
        return request(index, index === 59 ? undefined : its, { ...change, parameters });
      });
    for (const prompt of ['*'.repeat(4_000), 'e'.repeat(4_000), '\u200b'])
      for (const because of [
        { name: 'paused', untilMs: 4e12 },
        { name: 'stopped', reason: 'gateway_trouble' },
      ] as const) {
        const page = shown(requests(because, prompt), { view: 'server', isModerator: true, page: 1 });
        expect(embedProblems(page.embeds)).toEqual([]);
        expect(checkBody('channelMessageCreate', page)).toEqual([]);
      }
  });

  it('is a message that Discord takes, whatever the prompt is', () => {
    fc.assert(
      fc.property(texts(4_000, 1), (prompt) => {
        const page = shown([request(1, {}, { parameters: { ...makeJob().parameters, prompt } })]);
        expect(embedProblems(page.embeds)).toEqual([]);
        expect(checkBody('channelMessageCreate', page)).toEqual([]);
      }),
    );
  });
});
