import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Fault } from '../../sandbox/segmind/index.ts';
import { RESULT_PATHS } from '../../sandbox/segmind/result-shape.ts';
import { ended, imageReply, labelsOf, openTestBed, type TestBed, textOf } from '../support/test-bed.ts';

let bed: TestBed;
beforeAll(async () => {
  bed = await openTestBed();
});
afterAll(() => bed.close());

/** Limits a fault to the submits of one prompt, since several tests share the bot. */
const when = (prompt: string) => ({
  on: 'submit' as const,
  when: (body: Record<string, unknown>) => body['prompt'] === prompt,
});

const SECRETS = /SG_|key|balance|0\.0 credits|team|http/i;
const submitsOf = (prompt: string) => bed.segmind.submits.filter(({ body }) => body['prompt'] === prompt);

interface Row {
  readonly name: string;
  readonly fault: Fault;
  readonly says: string;
  /** How many POSTs the bot makes; 1 unless an answer said that Segmind did not accept it. */
  readonly posts?: number;
  readonly title?: string;
}

const on = 'submit' as const;
const respond = (status: number, error: string): Pick<Row, 'fault'> => ({
  fault: { on, respond: { status, body: { error } } },
});

const rows: Row[] = [
  {
    name: '400',
    ...respond(400, 'prompt: field too odd'),
    says: "couldn't read this request. It said: “prompt\\: field too odd”",
  },
  {
    name: '406 about a parameter',
    ...respond(406, 'Invalid value for scheduler'),
    says: 'rejected one of the options. It said: “Invalid value for scheduler”',
  },
  {
    name: '406 about the content type',
    ...respond(406, 'Invalid content type'),
    says: "doesn't accept the format of my requests",
  },
  {
    name: '422',
    fault: { on, failInference: 'The prompt was blocked by a content filter' },
    says: "couldn't render this image. It said: “The prompt was blocked by a content filter”",
  },
  {
    name: 'a FAILED that mentions keys',
    fault: { on, failInference: 'invalid api key SG_0123456789abcdef for account 12' },
    says: "couldn't render this image. You weren't charged. Change the prompt",
  },
  {
    name: '500, twice',
    fault: { on, respond: { status: 500, body: { error: 'x' } }, times: 2 },
    says: 'had an internal error',
    posts: 2,
  },
  ...[
    [502, "gateway couldn't reach its servers"] as const,
    [503, 'is having trouble'] as const,
    [504, "didn't respond to its gateway in time"] as const,
  ].map(([status, says]) => ({
    name: `${status} in Segmind’s JSON, twice`,
    fault: { on, respond: { status, body: { error: 'trouble' } }, times: 2 },
    says,
    posts: 2,
  })),
  {
    name: '406 without a reason',
    fault: { on, respond: { status: 406, body: { error: 'Not Acceptable' } } },
    says: 'rejected one of the options. It said: “Not Acceptable”',
  },
  {
    name: 'a FAILED without a reason',
    fault: { on, failInference: { error: null } },
    says: "couldn't render this image. You weren't charged. Change the prompt",
  },
  {
    name: 'a FAILED with an object',
    fault: { on, failInference: { error: { code: 7, message: 'Too dark to paint' } } },
    says: "couldn't render this image. It said: “Too dark to paint”",
  },
  {
    name: 'a FAILED with error_message',
    fault: { on, failInference: { error_message: 'Too dark to paint' } },
    says: "couldn't render this image. It said: “Too dark to paint”",
  },
  {
    name: 'a FAILED with a code',
    fault: { on, failInference: 'CONTENT_POLICY_VIOLATION' },
    says: "couldn't render this image. It said: “content policy violation”",
  },
  {
    name: 'a connection that breaks before the job is accepted',
    fault: { on, reset: 'before' },
    says: 'may have been rendered and charged',
    title: 'Outcome unknown',
  },
  {
    name: 'a connection that breaks after the job was accepted',
    fault: { on, reset: 'after' },
    says: "won't send it again by myself",
    title: 'Outcome unknown',
  },
  {
    name: 'an answer without a request id',
    fault: { on, omitRequestId: true },
    says: 'may have been rendered and charged',
    title: 'Outcome unknown',
  },
  {
    name: 'an undocumented status',
    fault: { on, html: 405 },
    says: "don't understand Segmind's answer (405)",
  },
];

/** Answers of a gateway or firewall instead of Segmind: three in a row would stop all submits. */
const gatewayAnswers: Row[] = [
  {
    name: 'a success that is not JSON',
    fault: { on, respond: { status: 200, body: '<html>welcome</html>', contentType: 'text/html' } },
    says: 'may have been rendered and charged',
    title: 'Outcome unknown',
  },
  ...[400, 401, 402, 403, 404, 406, 410].map((status) => ({
    name: `a page with ${status}`,
    fault: { on, html: status },
    says: "blocked this request. You weren't charged.",
  })),
  {
    name: '403 with an empty body',
    fault: { on, respond: { status: 403, body: '' } },
    says: "blocked this request. You weren't charged.",
  },
  ...[500, 502, 503, 504, 520].map((status) => ({
    name: `a page with ${status}`,
    fault: { on, html: status },
    says: 'may have been rendered and charged',
    title: 'Outcome unknown',
  })),
  {
    name: 'a page with 504 after the job was accepted',
    fault: { on, html: 504, taken: true },
    says: 'may have been rendered and charged',
    title: 'Outcome unknown',
  },
  {
    name: '502 in a gateway’s own JSON',
    fault: { on, respond: { status: 502, body: { message: 'Internal server error' } } },
    says: 'may have been rendered and charged',
    title: 'Outcome unknown',
  },
];

describe('what a member reads when Segmind fails', () => {
  async function fails({ name, fault, says, posts = 1, title = 'No image' }: Row): Promise<void> {
    const prompt = `failing by ${name}`;
    bed.segmind.script({ ...fault, ...when(prompt) });
    const message = await ended(await bed.member('alice').command('timeless', { prompt }));
    const { embeds } = message;
    const text = textOf(message);
    expect(embeds[0]?.title).toBe(title);
    expect(text).toContain(says);
    // A reference is random and can contain any word.
    expect(text.replace(prompt, '').replace(/Reference \w{13}/, '')).not.toMatch(SECRETS);
    expect(text).not.toMatch(/[{}]/);
    // Another prompt or other options may help.
    const isEditable = /couldn't read this request|rejected one of the options|couldn't render this image/.test(text);
    expect(labelsOf(message)).toEqual(['Try again', ...(isEditable ? ['Edit'] : []), 'Details', 'Delete']);
    expect(submitsOf(prompt)).toHaveLength(posts);
    const reference = /Reference (\w{13})/.exec(text)?.[1];
    await bed.discord.waitFor(() =>
      bed.bot.log.some(({ job, msg }) => job === reference && (msg === 'failed' || msg === 'unknown')),
    );
  }
  it.concurrent.each(rows)('$name', fails);

  async function failsAfterSuccess(row: Row): Promise<void> {
    const prompt = `before ${row.name}`;
    await bed.member('alice').command('timeless', { prompt });
    await bed.discord.waitFor(() => submitsOf(prompt).length === 1);
    await fails(row);
  }
  const FAST = ['a page with 403', 'a page with 502', 'a success that is not JSON'];
  it.each(gatewayAnswers.filter(({ name }) => FAST.includes(name)))('$name', failsAfterSuccess);
  it.each(gatewayAnswers.filter(({ name }) => !FAST.includes(name)))('$name', { tags: 'slow' }, failsAfterSuccess);

  it('retries once after a single 5xx, and delivers', async () => {
    bed.segmind.script({ on, respond: { status: 502, body: { error: 'Bad gateway' } } });
    await imageReply(await bed.member('alice').command('timeless', { prompt: 'second time lucky' }));
    expect(submitsOf('second time lucky')).toHaveLength(2);
  });

  it('starts again when Try again is pressed', async () => {
    bed.segmind.script({ on, reset: 'after' });
    const message = await ended(await bed.member('alice').command('timeless', { prompt: 'try again', seed: 5 }));
    const again = await imageReply(await bed.member('alice').press(message, 'Try again'));
    expect(textOf(again)).toContain('try again');
    expect(submitsOf('try again').map(({ body }) => body['seed'])).toEqual([5, 5]);
  });

  it('treats every failed poll as "still running"', async () => {
    for (const effect of [
      { html: 502 },
      { html: 404 },
      { respond: { status: 404, body: { error: 'Request x not found' } } },
      { reset: 'before' },
      { rateLimit: 100 },
      { statusWord: 'PONDERING' },
    ] as const) {
      bed.segmind.script({ on: 'status', ...effect });
    }
    bed.segmind.script({ on: 'result', respond: { status: 200, body: 'not json' } });
    await imageReply(await bed.member('alice').command('timeless', { prompt: 'stubborn' }), 25_000);
    expect(submitsOf('stubborn')).toHaveLength(1);
  });

  it('downloads no more images than were requested', async () => {
    const prompt = 'asked for one';
    const output = Array.from({ length: 40 }, (_, index) => `${bed.segmind.url}/outputs/abc-${index}.jpeg`);
    bed.segmind.script({ on: 'result', respond: { status: 200, body: { status: 'COMPLETED', output } } });
    await ended(await bed.member('alice').command('timeless', { prompt }), 20_000);
    const fetched = bed.segmind.requests.filter(({ path }) => path.startsWith('/outputs/abc-'));
    expect(new Set(fetched.map(({ path }) => path))).toEqual(new Set(['/outputs/abc-0.jpeg']));
  });

  const unavailable = [
    ['404', 3],
    ['html', 1],
    ['500', 3],
    ['empty', 3],
    ['truncated', 3],
    ['signature', 1],
    ['bomb', 1],
    [{ redirect: 'http://169.254.169.254/latest/' }, 1],
    [{ redirect: 'http://127.0.0.1:9/' }, 1],
  ] as const;
  async function givesTheLink([image, tries]: (typeof unavailable)[number]): Promise<void> {
    const prompt = `unreachable: ${JSON.stringify(image)}`;
    // Images of the tests before may still be on their way.
    const when = (url: string) => url.includes(submitsOf(prompt)[0]?.requestId ?? 'none');
    bed.segmind.script({ on: 'image', when, image, times: tries });
    const message = await ended(await bed.member('alice').command('timeless', { prompt }), 25_000);
    expect(textOf(message)).toContain("couldn't download it");
    expect(textOf(message)).toContain(`http://${bed.segmind.imageHost}/`);
  }
  const LINK = 'gives the link when the image answers with %j';
  it.for(unavailable.slice(0, 1))(LINK, givesTheLink);
  it.for(unavailable.slice(1))(LINK, { tags: 'slow' }, givesTheLink);

  it('shows no impossible cost', async () => {
    const metrics = { cost: 1e308, inference_time: -1 };
    const when = (url: string) => url.includes(submitsOf('beyond price')[0]?.requestId ?? 'none');
    bed.segmind.hold();
    const invocation = await bed.member('alice').command('timeless', { prompt: 'beyond price' });
    await invocation.waitForReply((message) => textOf(message).includes('Sent'));
    const requestId = submitsOf('beyond price')[0]?.requestId;
    const output = `${bed.segmind.url}/outputs/${requestId}-0.jpeg`;
    bed.segmind.script({
      on: 'result',
      when,
      respond: { status: 200, body: { status: 'COMPLETED', output, metrics } },
    });
    bed.segmind.release();
    expect(textOf(await imageReply(invocation))).not.toMatch(/\$|\d s\b/);
  });

  it.each([
    'url',
    'urls',
    'base64',
    'base64List',
    'dataUri',
    'images',
    'jsonObject',
    'jsonList',
    ...RESULT_PATHS.map((at) => ({ at })),
  ] as const)('delivers from a result as %j', { tags: 'slow' }, async (resultShape) => {
    bed.segmind.script({ on: 'result', resultShape });
    const message = await imageReply(await bed.member('alice').command('timeless', { prompt: 'shapes' }));
    const [image] = bed.segmind.imagesOf(bed.segmind.submits.at(-1)?.requestId ?? '');
    expect(message.attachments[0]?.bytes.equals(image ?? Buffer.alloc(0))).toBe(true);
  });
});

describe('a prompt that Segmind quotes', () => {
  const prompt = 'a quoted quince';
  const quoting: Fault[] = [
    respond(400, `odd: ${prompt}`).fault,
    respond(406, `Invalid value: ${prompt}`).fault,
    respond(405, prompt).fault,
    { on, respond: { status: 500, body: { error: prompt } }, times: 2 },
    { on, failInference: `blocked: ${prompt}` },
  ];

  async function failOn(own: TestBed, fault: Fault): Promise<void> {
    own.segmind.script(fault);
    const options = { prompt, negative_prompt: 'no quotations' };
    const text = textOf(await ended(await own.member('alice').command('timeless', options)));
    const reference = /Reference (\w{13})/.exec(text)?.[1];
    await own.discord.waitFor(() => own.bot.log.some(({ job, msg }) => job === reference && msg === 'failed'));
  }

  it('is not in the log', async () => {
    for (const fault of quoting) await failOn(bed, fault);
    expect(bed.bot.log.filter(({ msg }) => msg === 'accepted').length).toBeGreaterThanOrEqual(quoting.length);
    expect(bed.bot.stdout).not.toContain(prompt);
    expect(bed.bot.stdout).not.toContain('no quotations');
  });

  it('is there when the operator wants it', { tags: 'slow' }, async () => {
    const own = await openTestBed({ env: { LOG_PROMPTS: 'true' } });
    await failOn(own, respond(400, `odd: ${prompt}`).fault);
    expect(own.bot.log).toContainEqual(
      expect.objectContaining({ msg: 'accepted', prompt, negativePrompt: 'no quotations' }),
    );
    // The client removes the sent prompt from error texts.
    const detail = 'odd: …';
    expect(own.bot.log).toContainEqual(
      expect.objectContaining({ msg: 'failed', failure: { kind: 'bad_request', detail } }),
    );
    await own.close();
  });
});

describe('when nothing can be submitted', () => {
  const stops = [
    { name: '402', status: 402, error: 'Insufficient credits. You have 0.0 credits.', says: 'out of Segmind credits' },
    {
      name: '406 about a spend limit',
      status: 406,
      error: 'Team spend limit exceeded',
      says: 'reached the spending limit',
    },
    {
      name: '401',
      status: 401,
      error: 'Unauthorized. API key is invalid or may have expired',
      says: "Segmind won't let me in",
    },
    { name: '406 about credits', status: 406, error: 'Insufficient credits', says: 'out of Segmind credits' },
    { name: '403', status: 403, error: 'Forbidden', says: "doesn't let me use my image model" },
    { name: '404', status: 404, error: 'Model not found', says: "doesn't know my image model" },
    { name: '410', status: 410, error: 'Model retired', says: 'has retired' },
  ];

  async function holdsTheOthers({ status, error, says }: (typeof stops)[number]): Promise<void> {
    const own = await openTestBed({ env: { SEGMIND_MAX_IN_FLIGHT: '1' } });
    own.segmind.script({ on, delayMs: 1_000 });
    own.segmind.script({ on, respond: { status, body: { error } } });
    own.segmind.hold();
    const first = await own.member('admin').command('timeless', { prompt: 'first' });
    await first.waitForReply();
    const failing = await own.member('alice').command('timeless', { prompt: 'met it' });
    await failing.waitForReply();
    const waiting = await own.member('bob').command('timeless', { prompt: 'behind it' });
    await waiting.waitForReply();
    own.segmind.release();
    const failed = await ended(failing);
    expect(textOf(failed)).toContain(says);
    expect(textOf(failed)).toContain("You weren't charged.");
    expect(textOf(failed)).not.toContain(error);
    const held = await waiting.waitForReply(
      (message) => textOf(message).includes(says) && textOf(message).includes('resumes by itself'),
      20_000,
    );
    expect(labelsOf(held)).toEqual(['Cancel']);
    const refused = await (await own.member('mallory').command('timeless', { prompt: 'new' })).waitForReply();
    expect(refused.ephemeralFor).toBe(own.discord.user('mallory').id);
    expect(textOf(refused)).toContain(says);
    expect(own.segmind.submits).toHaveLength(2);
    await own.discord.waitFor(() => own.bot.log.some(({ msg }) => msg === 'submits stopped'));
    const reference = /Reference (\w{13})/.exec(textOf(refused))?.[1];
    await own.discord.waitFor(() =>
      own.bot.log.some((line) => line['msg'] === 'refused' && line['reference'] === reference),
    );
    // The log has Segmind's exact words, because the operator has to fix it.
    expect(own.bot.stdout).toContain(error);
    await own.close();
  }

  const NAME = '$name: fails the job, holds those in the queue, refuses new ones, and tells the operator';
  it.concurrent.each(stops.slice(0, 2))(NAME, holdsTheOthers);
  it.concurrent.each(stops.slice(2))(NAME, { tags: 'slow' }, holdsTheOthers);
});
