import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { DiscordSandbox, Invocation, Message } from '../../sandbox/discord/index.ts';
import type { SegmindSandbox } from '../../sandbox/segmind/index.ts';
import { carriesImagesOf, endingsOf, paidTwice, submitsOf } from '../support/invariants.ts';
import { ended, imageReply, openTestBed, type TestBed, textOf } from '../support/test-bed.ts';

type DiscordFault = Parameters<DiscordSandbox['faults']['add']>[0];
type SegmindFault = Parameters<SegmindSandbox['script']>[0];

const on = { submit: 'submit', status: 'status', result: 'result', image: 'image' } as const;

/** Waits for polls, edits or posts in flight, which could cause a second outcome. */
const settled = () => new Promise((resolve) => setTimeout(resolve, 1_500));

/** Expects exactly one result message, and at most one POST that could be charged. */
function expectOneEnd(bed: TestBed, prompt: string): void {
  expect(endingsOf(bed, prompt)).toHaveLength(1);
  expect(paidTwice(submitsOf(bed, prompt))).toEqual([]);
}

describe('one job with one fault has one POST and one outcome', () => {
  let bed: TestBed;
  let foreign: { readonly server: Server; readonly url: string };
  const foreignRequests: string[] = [];

  interface Row {
    readonly name: string;
    /** Segmind's faults; `isMine` matches the requests of this job by their URLs. */
    readonly segmind?: (prompt: string, isMine: (url: string) => boolean) => readonly SegmindFault[];
    /** The fault of the image's upload, as often as it says. */
    readonly upload?: Omit<DiscordFault, 'path'>;
    /** The text that the member reads; default: the image arrives. */
    readonly says?: string;
    readonly saysNot?: () => string;
  }

  const LOST = "couldn't download it";
  const rows: Row[] = [
    {
      name: 'polls: the connection breaks',
      segmind: (_, when) => [
        { on: on.status, when, reset: 'before', times: 2 },
        { on: on.status, when, reset: 'after' },
      ],
    },
    {
      name: 'polls: HTML pages with status 200',
      segmind: (_, when) => [
        { on: on.status, when, html: 200, times: 2 },
        { on: on.result, when, html: 200, times: 2 },
      ],
    },
    { name: 'polls: 500s', segmind: (_, when) => [{ on: on.status, when, html: 500, times: 3 }] },
    {
      name: 'result: the connection breaks',
      segmind: (_, when) => [{ on: on.result, when, reset: 'after', times: 3 }],
    },
    { name: 'result: 429s', segmind: (_, when) => [{ on: on.result, when, rateLimit: 200, times: 3 }] },
    {
      name: 'image: on a host that is not allowed',
      segmind: (_, when) => [
        {
          on: on.result,
          when,
          respond: { status: 200, body: { status: 'COMPLETED', output: `${foreign.url}/x.jpeg` } },
        },
      ],
      says: LOST,
      saysNot: () => foreign.url,
    },
    {
      name: 'image: a redirect to a host that is not allowed',
      segmind: (_, when) => [{ on: on.image, when, image: { redirect: `${foreign.url}/x.jpeg` } }],
      says: LOST,
      saysNot: () => foreign.url,
    },
    {
      name: 'image: the connection breaks, twice',
      segmind: (_, when) => [{ on: on.image, when, reset: 'after', times: 2 }],
    },
    { name: 'image: an endless body', segmind: (_, when) => [{ on: on.image, when, image: 'endless' }], says: LOST },
    { name: 'upload: 500', upload: { respond: { status: 500, body: {} } } },
    { name: 'upload: 503 after it was accepted', upload: { respond: { status: 503, body: {} }, after: true } },
    { name: 'upload: the connection breaks', upload: { reset: true } },
    { name: 'upload: the connection breaks after it was accepted', upload: { reset: true, after: true } },
    { name: 'upload: slow', upload: { delayMs: 3_000 } },
    {
      name: 'upload: 429',
      upload: {
        respond: {
          status: 429,
          headers: { 'Retry-After': '1', 'X-RateLimit-Scope': 'shared' },
          body: { message: 'You are being rate limited.', retry_after: 0.5, global: false },
        },
      },
    },
    { name: 'image: silence', segmind: (_, when) => [{ on: on.image, when, hang: true, times: 3 }], says: LOST },
    { name: 'image: one byte at a time', segmind: (_, when) => [{ on: on.image, when, image: 'drip' }], says: LOST },
    {
      name: 'submit: silence',
      segmind: (prompt) => [{ on: on.submit, when: (body) => body['prompt'] === prompt, hang: true }],
      says: 'may have been rendered and charged',
    },
  ];

  const promptOf = (index: number) => `fault number ${String(index).padStart(2, '0')} met`;
  const started: Promise<{ readonly invocation: Invocation; readonly message: Message }>[] = [];
  /** All attempts to upload an invocation's images. */
  const uploadsOf = ({ token }: Invocation) =>
    bed.discord.requests.filter(({ path, files }) => path.includes(token) && files.length > 0);

  /** Requests an image with this fault, and waits for the outcome. */
  async function live({ segmind, upload }: Row, index: number) {
    const prompt = promptOf(index);
    const isMine = (url: string) => {
      const requestId = submitsOf(bed, prompt)[0]?.requestId;
      return requestId !== undefined && url.includes(requestId);
    };
    // The last progress edit comes during the download, so the next edit is the upload.
    if (upload) bed.segmind.script({ on: 'image', when: isMine, delayMs: 4_000 });
    for (const fault of segmind?.(prompt, isMine) ?? []) bed.segmind.script(fault);
    const invocation = await bed.member('alice').command('timeless', { prompt, width: 512, height: 512 });
    if (upload) {
      await invocation.waitForReply((reply) => reply.embeds[0]?.title === 'Almost there', 30_000);
      bed.discord.faults.add({ method: 'PATCH', path: new RegExp(`/${invocation.token}/`), times: 3, ...upload });
    }
    const message = await ended(invocation, 50_000);
    await settled();
    return { invocation, message };
  }

  // All at once, so that the slow ones overlap.
  beforeAll(async () => {
    const server = createServer((request, response) => {
      foreignRequests.push(request.url ?? '');
      response.end();
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    // Safe cast: a server that listens on TCP has an address with a port.
    foreign = { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
    bed = await openTestBed();
    started.push(...rows.map((row, index) => live(row, index)));
    // Each test awaits its own job.
    for (const life of started) life.catch(() => {});
  });
  afterAll(async () => {
    foreign.server.close();
    await bed.close();
    expect(foreignRequests).toEqual([]);
  });

  for (const [index, { name, says, saysNot, upload }] of rows.entries()) {
    it(name, { timeout: 60_000 }, async () => {
      const life = await started[index];
      if (!life) throw new Error('every row was started');
      const { invocation, message } = life;
      const prompt = promptOf(index);
      expectOneEnd(bed, prompt);
      expect(submitsOf(bed, prompt)).toHaveLength(1);
      if (says) expect(textOf(message)).toContain(says);
      else expect(carriesImagesOf(bed, message, submitsOf(bed, prompt)[0]?.requestId)).toBe(true);
      if (saysNot) expect(textOf(message)).not.toContain(saysNot());
      const answers = uploadsOf(invocation).map(({ status }) => status);
      if (upload?.respond) expect(answers).toContain(upload.respond.status);
      if (upload?.reset) expect(answers).toContain(0);
      if (upload?.delayMs) expect(answers).toEqual([200]);
    });
  }
});

describe('a fault that affects the whole bot', { tags: 'slow' }, () => {
  let bed: TestBed;
  afterEach(() => bed.close());
  const ask = (prompt: string, name = 'alice') => bed.member(name).command('timeless', { prompt });
  const showing = (invocation: Invocation, text: string) =>
    invocation.waitForReply((message) => textOf(message).includes(text));

  it('many 429s: keeps the order, and completes all requests with one accepted POST each', async () => {
    // With up to 15 a minute, one submit is under way at a time. With more, a later one may be accepted while the first is sent back.
    bed = await openTestBed({ env: { SEGMIND_REQUESTS_PER_MINUTE: '15' } });
    bed.segmind.script({ on: 'submit', rateLimit: 200, times: 6 });
    const prompts = ['storm one', 'storm two', 'storm three'];
    const invocations = [];
    for (const prompt of prompts) {
      const invocation = await ask(prompt);
      await invocation.waitForReply();
      invocations.push(invocation);
    }
    for (const invocation of invocations) await imageReply(invocation, 40_000);
    const accepted = bed.segmind.submits.filter(({ status }) => status === 200);
    expect(accepted.map(({ body }) => body['prompt'])).toEqual(prompts);
    expect(bed.segmind.submits.filter(({ status }) => status === 429)).toHaveLength(6);
    for (const prompt of prompts) expectOneEnd(bed, prompt);
  }, 60_000);

  it('credits run out: one job ends at no charge, the queued ones wait for new credits and complete', async () => {
    // An image of this size and number of steps costs US$ 0.0103.
    bed = await openTestBed({ env: { SEGMIND_MAX_IN_FLIGHT: '1' }, segmind: { creditsUsd: 0.015 } });
    bed.segmind.hold();
    const first = await ask('paid for');
    await showing(first, 'Sent');
    const poor = await ask('one too many');
    await poor.waitForReply();
    const patient = await ask('after a refill');
    await patient.waitForReply();
    bed.segmind.release();
    await imageReply(first);
    expect(textOf(await ended(poor))).toContain('out of Segmind credits');
    await showing(patient, 'Your request resumes by itself.');
    expect(submitsOf(bed, 'after a refill')).toEqual([]);
    bed.segmind.setCredits(5);
    await bed.restart();
    await imageReply(patient);
    for (const prompt of ['paid for', 'one too many', 'after a refill']) {
      expectOneEnd(bed, prompt);
      expect(submitsOf(bed, prompt)).toHaveLength(1);
    }
  }, 45_000);

  it('Discord answers 503 to everything for some seconds: each result arrives once afterwards', async () => {
    bed = await openTestBed();
    bed.segmind.hold();
    const invocations = [await ask('outage one'), await ask('outage two', 'bob')];
    for (const invocation of invocations) await showing(invocation, 'Sent');
    const down = { path: /webhooks|channels/, times: Number.POSITIVE_INFINITY, respond: { status: 503, body: {} } };
    bed.discord.faults.add(down);
    bed.segmind.release();
    const tried = (invocation: Invocation) =>
      bed.discord.requests.filter(({ path, files }) => path.includes(invocation.token) && files.length > 0).length > 2;
    await bed.discord.waitFor(() => invocations.every(tried), 20_000);
    bed.discord.faults.clear();
    for (const invocation of invocations) await imageReply(invocation, 20_000);
    await settled();
    for (const prompt of ['outage one', 'outage two']) expectOneEnd(bed, prompt);
  }, 60_000);

  it.each([
    ['the connection to the gateway drops, three times', 'drop', 3],
    ['the session becomes invalid', 'invalidate', 1],
  ] as const)(
    '%s with a job in flight: the image arrives in the same message',
    async (_, accident, times) => {
      bed = await openTestBed();
      const { gateway } = bed.discord;
      bed.segmind.hold();
      const invocation = await ask('unshaken');
      const before = await showing(invocation, 'Sent');
      for (let time = 1; time <= times; time += 1) {
        if (accident === 'drop') gateway.drop();
        else gateway.invalidateSession(false);
        await bed.discord.waitFor(() => gateway.resumes + gateway.identifies === 1 + time, 20_000);
      }
      bed.segmind.release();
      expect((await imageReply(invocation)).id).toBe(before.id);
      await settled();
      expectOneEnd(bed, 'unshaken');
    },
    45_000,
  );

  it('a fatal close with a job in flight: the process exits, and the next one delivers', async () => {
    bed = await openTestBed();
    bed.segmind.hold();
    const invocation = await ask('cut off');
    const before = await showing(invocation, 'Sent');
    bed.discord.gateway.closeWith(4014);
    expect(await bed.bot.exited).toBe(1);
    await bed.restart();
    bed.segmind.release();
    expect((await imageReply(invocation)).id).toBe(before.id);
    await settled();
    expectOneEnd(bed, 'cut off');
    expect(submitsOf(bed, 'cut off')).toHaveLength(1);
  });

  it.skipIf(process.platform !== 'linux')(
    'many bodies without end at once: keeps its memory within bounds',
    async () => {
      bed = await openTestBed();
      await imageReply(await ask('as usual'));
      const beforeMib = peakMemoryMib(bed.bot.pid);
      bed.segmind.script({ on: 'image', image: 'endless', times: 4 });
      const invocations = await Promise.all(['a', 'b', 'c', 'd'].map((letter) => ask(`flood ${letter}`)));
      for (const invocation of invocations) {
        expect(textOf(await ended(invocation, 40_000))).toContain("couldn't download it");
      }
      // Each download may hold 32 MiB, but the server would send 400 MiB in the 20 s that a download may take.
      expect(peakMemoryMib(bed.bot.pid) - beforeMib).toBeLessThan(300);
    },
    60_000,
  );
});

/** The peak memory of a process. */
function peakMemoryMib(pid: number): number {
  const [, kib = ''] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kib) / 1024;
}
