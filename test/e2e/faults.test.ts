import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { DiscordSandbox, Invocation, Message } from '../../sandbox/discord/index.ts';
import type { SegmindSandbox } from '../../sandbox/segmind/index.ts';
import { ended, type House, openHouse, painted, textOf } from './house.ts';
import { carriesImagesOf, endingsOf, paidTwice, submitsOf } from './invariants.ts';

type DiscordFault = Parameters<DiscordSandbox['faults']['add']>[0];
type SegmindFault = Parameters<SegmindSandbox['script']>[0];

const on = { submit: 'submit', status: 'status', result: 'result', image: 'image' } as const;

/** A second outcome would come from a poll, an edit or a post that is still under way. */
const settled = () => new Promise((resolve) => setTimeout(resolve, 1_500));

/** One end that is shown once, and one POST that may have to be paid for. */
function expectOneEnd(house: House, prompt: string): void {
  expect(endingsOf(house, prompt)).toHaveLength(1);
  expect(paidTwice(submitsOf(house, prompt))).toEqual([]);
}

describe('one job meets one fault, with one POST and one end', () => {
  let house: House;
  let foreign: { readonly server: Server; readonly url: string };
  const foreignRequests: string[] = [];

  interface Row {
    readonly name: string;
    /** What the image service does; `isMine` picks the requests of this job by their URLs. */
    readonly segmind?: (prompt: string, isMine: (url: string) => boolean) => readonly SegmindFault[];
    /** What the upload of the picture meets, again and again, as often as it says. */
    readonly upload?: Omit<DiscordFault, 'path'>;
    /** What the member reads; default: a picture comes. */
    readonly says?: string;
    readonly saysNot?: () => string;
  }

  const LOST = 'could not be downloaded';
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
    { name: 'image: a body without end', segmind: (_, when) => [{ on: on.image, when, image: 'endless' }], says: LOST },
    { name: 'upload: 500', upload: { respond: { status: 500, body: {} } } },
    { name: 'upload: 503 after it was taken', upload: { respond: { status: 503, body: {} }, after: true } },
    { name: 'upload: the connection breaks', upload: { reset: true } },
    { name: 'upload: the connection breaks after it was taken', upload: { reset: true, after: true } },
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
      says: 'may have been painted and charged',
    },
  ];

  const promptOf = (index: number) => `fault number ${String(index).padStart(2, '0')} met`;
  const started: Promise<{ readonly invocation: Invocation; readonly message: Message }>[] = [];
  /** The uploads of an invocation's pictures, as often as they were tried. */
  const uploadsOf = ({ token }: Invocation) =>
    house.discord.requests.filter(({ path, files }) => path.includes(token) && files.length > 0);

  /** Asks for a picture whose way has this fault, and waits for its end. */
  async function live({ segmind, upload }: Row, index: number) {
    const prompt = promptOf(index);
    const isMine = (url: string) => {
      const requestId = submitsOf(house, prompt)[0]?.requestId;
      return requestId !== undefined && url.includes(requestId);
    };
    // The last edit of the progress comes while the picture is on its way: after it there is only the upload.
    if (upload) house.segmind.script({ on: 'image', when: isMine, delayMs: 4_000 });
    for (const fault of segmind?.(prompt, isMine) ?? []) house.segmind.script(fault);
    const invocation = await house.member('alice').command('timeless', { prompt, width: 512, height: 512 });
    if (upload) {
      await invocation.waitForReply((reply) => reply.embeds[0]?.title === 'Downloading', 30_000);
      house.discord.faults.add({ method: 'PATCH', path: new RegExp(`/${invocation.token}/`), times: 3, ...upload });
    }
    const message = await ended(invocation, 50_000);
    await settled();
    return { invocation, message };
  }

  // All at once, so that those that take half a minute take it together.
  beforeAll(async () => {
    const server = createServer((request, response) => {
      foreignRequests.push(request.url ?? '');
      response.end();
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    // A server that listens on TCP has an address with a port.
    foreign = { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
    house = await openHouse();
    started.push(...rows.map((row, index) => live(row, index)));
    // Each is waited for by its own test.
    for (const life of started) life.catch(() => {});
  });
  afterAll(async () => {
    foreign.server.close();
    await house.close();
    expect(foreignRequests).toEqual([]);
  });

  for (const [index, { name, says, saysNot, upload }] of rows.entries()) {
    it(name, { timeout: 60_000 }, async () => {
      const life = await started[index];
      if (!life) throw new Error('every row was started');
      const { invocation, message } = life;
      const prompt = promptOf(index);
      expectOneEnd(house, prompt);
      expect(submitsOf(house, prompt)).toHaveLength(1);
      if (says) expect(textOf(message)).toContain(says);
      else expect(carriesImagesOf(house, message, submitsOf(house, prompt)[0]?.requestId)).toBe(true);
      if (saysNot) expect(textOf(message)).not.toContain(saysNot());
      const answers = uploadsOf(invocation).map(({ status }) => status);
      if (upload?.respond) expect(answers).toContain(upload.respond.status);
      if (upload?.reset) expect(answers).toContain(0);
      if (upload?.delayMs) expect(answers).toEqual([200]);
    });
  }
});

describe('the whole bot meets a fault', () => {
  let house: House;
  afterEach(() => house.close());
  const ask = (prompt: string, name = 'alice') => house.member(name).command('timeless', { prompt });
  const showing = (invocation: Invocation, text: string) =>
    invocation.waitForReply((message) => textOf(message).includes(text));

  it('a storm of 429s: keeps the order, and paints all with one accepted POST each', async () => {
    house = await openHouse();
    house.segmind.script({ on: 'submit', rateLimit: 200, times: 6 });
    const prompts = ['storm one', 'storm two', 'storm three'];
    const invocations = [];
    for (const prompt of prompts) {
      const invocation = await ask(prompt);
      await invocation.waitForReply();
      invocations.push(invocation);
    }
    for (const invocation of invocations) await painted(invocation, 40_000);
    const accepted = house.segmind.submits.filter(({ status }) => status === 200);
    expect(accepted.map(({ body }) => body['prompt'])).toEqual(prompts);
    expect(house.segmind.submits.filter(({ status }) => status === 429)).toHaveLength(6);
    for (const prompt of prompts) expectOneEnd(house, prompt);
  }, 60_000);

  it('credits gone in mid-queue: one job ends uncharged, the others wait for the credits and are painted', async () => {
    // A picture of this size and number of steps costs US$ 0.0103.
    house = await openHouse({ env: { SEGMIND_MAX_IN_FLIGHT: '1' }, segmind: { creditsUsd: 0.015 } });
    house.segmind.hold();
    const first = await ask('paid for');
    await showing(first, 'Submitted');
    const poor = await ask('one too many');
    await poor.waitForReply();
    const patient = await ask('later');
    await patient.waitForReply();
    house.segmind.release();
    await painted(first);
    expect(textOf(await ended(poor))).toContain('out of credits');
    await showing(patient, 'nothing is submitted at present');
    expect(submitsOf(house, 'later')).toEqual([]);
    house.segmind.setCredits(5);
    await house.restart();
    await painted(patient);
    for (const prompt of ['paid for', 'one too many', 'later']) {
      expectOneEnd(house, prompt);
      expect(submitsOf(house, prompt)).toHaveLength(1);
    }
  }, 45_000);

  it('Discord answers 503 to everything for some seconds: each end arrives once when it is back', async () => {
    house = await openHouse();
    house.segmind.hold();
    const invocations = [await ask('outage one'), await ask('outage two', 'bob')];
    for (const invocation of invocations) await showing(invocation, 'Submitted');
    const down = { path: /webhooks|channels/, times: Number.POSITIVE_INFINITY, respond: { status: 503, body: {} } };
    house.discord.faults.add(down);
    house.segmind.release();
    const tried = (invocation: Invocation) =>
      house.discord.requests.filter(({ path, files }) => path.includes(invocation.token) && files.length > 0).length >
      2;
    await house.discord.waitFor(() => invocations.every(tried), 20_000);
    house.discord.faults.clear();
    for (const invocation of invocations) await painted(invocation, 20_000);
    await settled();
    for (const prompt of ['outage one', 'outage two']) expectOneEnd(house, prompt);
  }, 60_000);

  it.each([
    ['the connection to the gateway drops, three times', 'drop', 3],
    ['the session becomes invalid', 'invalidate', 1],
  ] as const)(
    '%s, with a job under way: it arrives in the same message',
    async (_, accident, times) => {
      house = await openHouse();
      const { gateway } = house.discord;
      house.segmind.hold();
      const invocation = await ask('unshaken');
      const before = await showing(invocation, 'Submitted');
      for (let time = 1; time <= times; time += 1) {
        if (accident === 'drop') gateway.drop();
        else gateway.invalidateSession(false);
        await house.discord.waitFor(() => gateway.resumes + gateway.identifies === 1 + time, 20_000);
      }
      house.segmind.release();
      expect((await painted(invocation)).id).toBe(before.id);
      await settled();
      expectOneEnd(house, 'unshaken');
    },
    45_000,
  );

  it('a fatal close, with a job under way: the process ends, and the next one brings it', async () => {
    house = await openHouse();
    house.segmind.hold();
    const invocation = await ask('cut off');
    const before = await showing(invocation, 'Submitted');
    house.discord.gateway.closeWith(4014);
    expect(await house.bot.exited).toBe(1);
    await house.restart();
    house.segmind.release();
    expect((await painted(invocation)).id).toBe(before.id);
    await settled();
    expectOneEnd(house, 'cut off');
    expect(submitsOf(house, 'cut off')).toHaveLength(1);
  });

  it.skipIf(process.platform !== 'linux')(
    'many bodies without end at once: keeps its memory within bounds',
    async () => {
      house = await openHouse();
      await painted(await ask('as usual'));
      const beforeMib = peakMemoryMib(house.bot.pid);
      house.segmind.script({ on: 'image', image: 'endless', times: 4 });
      const invocations = await Promise.all(['a', 'b', 'c', 'd'].map((letter) => ask(`flood ${letter}`)));
      for (const invocation of invocations) {
        expect(textOf(await ended(invocation, 40_000))).toContain('could not be downloaded');
      }
      // Each may keep 32 MiB; in the 20 s that a download may take the server would send 400 MiB.
      expect(peakMemoryMib(house.bot.pid) - beforeMib).toBeLessThan(300);
    },
    60_000,
  );
});

/** The most memory that a process has had so far. */
function peakMemoryMib(pid: number): number {
  const [, kib = ''] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kib) / 1024;
}
