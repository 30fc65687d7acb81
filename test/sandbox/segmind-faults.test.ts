import sharp from 'sharp';
import { afterEach, describe, expect, test } from 'vitest';
import { type Fault, SegmindSandbox } from '../../sandbox/segmind/index.ts';
import { RESULT_PATHS } from '../../sandbox/segmind/result-shape.ts';
import { Caller, download, SMALL } from '../support/segmind-caller.ts';

let sandbox: SegmindSandbox;
let caller: Caller;

afterEach(() => sandbox.close());

async function start(...faults: Fault[]): Promise<void> {
  sandbox = await SegmindSandbox.start({ queueMs: 0, renderMs: 0, requestsPerMinute: 1000 });
  caller = new Caller(sandbox);
  for (const fault of faults) sandbox.script(fault);
}

describe('a fault affects', () => {
  test('as many requests as it says, then none', async () => {
    await start({ on: 'submit', times: 2, respond: { status: 503 } });
    const statuses = [(await caller.post()).status, (await caller.post()).status, (await caller.post()).status];
    expect(statuses).toEqual([503, 503, 200]);
  });

  test('requests in the order in which faults were scripted', async () => {
    await start({ on: 'submit', respond: { status: 500 } }, { on: 'submit', respond: { status: 502 } });
    expect([(await caller.post()).status, (await caller.post()).status]).toEqual([500, 502]);
  });

  test('only requests with a matching body or URL', async () => {
    await start(
      { on: 'submit', when: (body) => body['prompt'] === 'bad', respond: { status: 400 } },
      { on: 'credits', when: (url) => url.includes('nowhere'), respond: { status: 404 } },
    );
    expect((await caller.post()).status).toBe(200);
    expect((await caller.post({ ...SMALL, prompt: 'bad' })).status).toBe(400);
    expect((await caller.get('/v1/get-user-credits')).status).toBe(200);
  });

  test('all requests, forever, with Infinity', async () => {
    await start({ on: 'credits', times: Number.POSITIVE_INFINITY, html: 502 });
    for (let count = 0; count < 10; count += 1) expect((await caller.get('/v1/get-user-credits')).status).toBe(502);
  });

  test('how long a render takes', async () => {
    await start({ on: 'submit', renderLongerMs: 3_600_000 });
    const slow = await caller.submit();
    const quick = await caller.submit();
    await caller.reach(quick, 'COMPLETED');
    expect(sandbox.stateOf(slow)).toBe('PROCESSING');
  });

  test('only kinds of requests to which its effect applies', async () => {
    await start();
    expect(() => sandbox.script({ on: 'credits', failInference: 'no' })).toThrow(/doesn't apply/);
  });
});

describe('a scripted answer', () => {
  test('has the given status, body, headers and type', async () => {
    const respond = { status: 406, body: { error: 'spend limit' }, headers: { 'retry-after': '7' } };
    await start(
      { on: 'submit', respond },
      { on: 'submit', respond: { status: 200, body: 'oops', contentType: 'text/plain' } },
    );
    const first = await caller.post();
    expect(first.status).toBe(406);
    expect(first.headers.get('retry-after')).toBe('7');
    expect(await first.json()).toEqual({ error: 'spend limit' });
    const second = await caller.post();
    expect(second.headers.get('content-type')).toBe('text/plain');
    expect(await second.text()).toBe('oops');
    expect(sandbox.activeCount).toBe(0);
  });

  test('429 names its reset and does not count towards the window', async () => {
    sandbox = await SegmindSandbox.start({ requestsPerMinute: 1 });
    caller = new Caller(sandbox);
    sandbox.script({ on: 'submit', rateLimit: 5000 });
    const beforeMs = Date.now();
    const refused = await caller.post();
    expect(refused.status).toBe(429);
    expect(Date.parse(refused.headers.get('x-rate-limit-reset-at-utc') ?? '')).toBeGreaterThanOrEqual(beforeMs + 5000);
    expect((await caller.post()).status).toBe(200);
    expect((await caller.post()).status).toBe(429);
  });

  test.each([
    ['missing', { error: expect.stringContaining('Missing Authorization') }],
    ['text', { error: expect.stringContaining('Unauthorized. API key') }],
    [
      'code',
      { error: 'unauthorized', error_description: expect.stringContaining('Unauthorized. API key'), status_code: 401 },
    ],
  ] as const)('401 says so as it is met (%s), to polls too', async (unauthorized, body) => {
    await start(...(['status', 'result', 'submit', 'credits'] as const).map((on) => ({ on, unauthorized })));
    const path = '/v2/requests/0123456789abcdef0123456789abcdef';
    const asked = [caller.get(`${path}/status`), caller.get(path), caller.post(), caller.get('/v1/get-user-credits')];
    for (const answer of await Promise.all(asked)) {
      expect(answer.status).toBe(401);
      expect(await answer.json()).toEqual(body);
    }
    expect(sandbox.activeCount).toBe(0);
  });

  test.each([403, 404, 502])('a gateway’s HTML page (%i), to a submit and to a poll', async (html) => {
    await start({ on: 'submit', html }, { on: 'status', html }, { on: 'result', html });
    const path = '/v2/requests/0123456789abcdef0123456789abcdef';
    for (const answer of [await caller.post(), await caller.get(`${path}/status`), await caller.get(path)]) {
      expect(answer.status).toBe(html);
      expect(answer.headers.get('content-type')).toContain('text/html');
    }
    expect(sandbox.activeCount).toBe(0);
  });

  test.each(['submit', 'v1'] as const)('an HTML page although the job was accepted (%s)', async (on) => {
    await start({ on, html: 504, taken: true });
    const answer = await (on === 'submit' ? caller.post() : caller.postV1());
    expect(answer.status).toBe(504);
    expect(await answer.text()).toContain('<html');
    expect(sandbox.submits).toMatchObject([{ status: 504, requestId: expect.any(String) }]);
    await expect.poll(() => sandbox.creditsUsd).toBe(9.9974);
  });

  test('404 in the first moments of a job, before its record exists', async () => {
    await start({ on: 'submit', unknownForMs: 300 });
    const requestId = await caller.submit();
    for (const path of [`/v2/requests/${requestId}/status`, `/v2/requests/${requestId}`]) {
      const answer = await caller.get(path);
      expect(answer.status).toBe(404);
      expect(await answer.json()).toEqual({ error: `Request ${requestId} not found` });
    }
    await caller.reach(requestId, 'COMPLETED');
  });

  test('comes late when delayed', async () => {
    await start({ on: 'credits', delayMs: 80 });
    const beforeMs = Date.now();
    expect((await caller.get('/v1/get-user-credits')).status).toBe(200);
    expect(Date.now() - beforeMs).toBeGreaterThanOrEqual(79);
  });

  test('lacks the request id although the job was accepted', async () => {
    await start({ on: 'submit', omitRequestId: true });
    const answer = await caller.post();
    expect(answer.status).toBe(200);
    expect(await answer.json()).not.toHaveProperty('request_id');
    expect(sandbox.submits[0]?.requestId).toBeDefined();
  });

  test('has another status word', async () => {
    await start({ on: 'status', statusWord: 'WARMING_UP' });
    const { requestId } = await caller.finish();
    expect(await (await caller.status(requestId)).json()).toMatchObject({ status: 'WARMING_UP' });
    expect(await (await caller.status(requestId)).json()).toMatchObject({ status: 'COMPLETED' });
  });
});

describe('a broken connection', () => {
  test('before: the job was not accepted', async () => {
    await start({ on: 'submit', reset: 'before' });
    await expect(caller.post()).rejects.toThrow();
    expect(sandbox.submits).toMatchObject([{ status: 0 }]);
    expect(sandbox.submits[0]?.requestId).toBeUndefined();
  });

  test('after: the job was accepted and is charged', async () => {
    await start({ on: 'submit', reset: 'after' }, { on: 'v1', reset: 'after' });
    await expect(caller.post()).rejects.toThrow();
    await expect(caller.postV1()).rejects.toThrow();
    await expect.poll(() => sandbox.creditsUsd).toBe(9.9948);
    expect(sandbox.submits.map((submit) => submit.status)).toEqual([0, 0]);
  });

  test('hang: no answer, and the job was not accepted', async () => {
    await start({ on: 'submit', hang: true });
    const hanging = expect(caller.post()).rejects.toThrow();
    await expect.poll(() => sandbox.submits.length).toBe(1);
    expect((await caller.post()).status).toBe(200);
    await sandbox.close();
    await hanging;
    expect(sandbox.submits[0]).toMatchObject({ status: 0 });
    sandbox = await SegmindSandbox.start();
  });
});

describe('a job with a fault', () => {
  test.each([{ on: 'submit' }, { on: 'status' }] as const)('fails with 422 ($on)', async ({ on }) => {
    await start({ on, failInference: 'NSFW content detected' });
    const requestId = await caller.submit();
    await caller.reach(requestId, 'FAILED');
    const answer = await caller.status(requestId);
    expect(answer.status).toBe(422);
    expect(await answer.json()).toMatchObject({ status: 'FAILED', error: 'NSFW content detected' });
    expect((await caller.get(`/v2/requests/${requestId}`)).status).toBe(422);
  });

  test('fails with 500 (v1)', async () => {
    await start({ on: 'v1', failInference: 'NSFW content detected' });
    const answer = await caller.postV1();
    expect(answer.status).toBe(500);
    expect(await answer.json()).toEqual({ error: 'NSFW content detected' });
    expect(sandbox.creditsUsd).toBe(10);
  });

  test.each([
    { error: null },
    { error: { message: 'no', code: 7 } },
    { error_message: 'no' },
    { error: 'CONTENT_POLICY_VIOLATION' },
  ])('fails with the reason %o', async (failInference) => {
    await start({ on: 'submit', failInference });
    const requestId = await caller.submit();
    await caller.reach(requestId, 'FAILED');
    const body = { status: 'FAILED', ...failInference, metrics: expect.anything() };
    expect(await (await caller.status(requestId)).json()).toEqual(body);
  });

  test.each([
    { resultShape: 'url', kind: /^http/ },
    { resultShape: 'base64', kind: /^\/9j\// },
    { resultShape: 'dataUri', kind: /^data:image\/jpeg;base64,\/9j\// },
  ] as const)('shows its output as $resultShape', async ({ resultShape, kind }) => {
    await start({ on: 'result', resultShape });
    const { outputs, body } = await caller.finish();
    expect(outputs).toEqual([expect.stringMatching(kind)]);
    expect(body).not.toHaveProperty('images');
  });

  test.each(['urls', 'base64List'] as const)(
    'shows its output as a list (%s), scripted on the submit',
    async (resultShape) => {
      await start({ on: 'submit', resultShape });
      expect((await caller.finish({ ...SMALL, samples: 2 })).outputs).toHaveLength(2);
    },
  );

  test('has only images[]', async () => {
    await start({ on: 'result', resultShape: 'images' });
    const { body } = await caller.finish();
    expect(body['images']).toHaveLength(1);
    expect(body).not.toHaveProperty('output');
  });

  const LINK = /^http:\S+-0\.jpeg$/;
  const LINKS = [expect.stringMatching(LINK), expect.stringMatching(/^http:\S+-1\.jpeg$/)];
  const FACTS = ['metrics', 'request_id', 'status'];

  test.each(RESULT_PATHS)('has its images in %s and nowhere else', async (at) => {
    await start({ on: 'result', resultShape: { at } }, { on: 'result', resultShape: { at } });
    const [key = '', inner] = at.split('.');
    const stands = (images: unknown) => ({ [key]: inner === undefined ? images : { [inner]: images } });
    const { body } = await caller.finish();
    expect(body).toMatchObject(stands(at === 'output.images' ? LINKS.slice(0, 1) : LINKS[0]));
    expect(Object.keys(body).toSorted()).toEqual([...FACTS, key].toSorted());
    expect((await caller.finish({ ...SMALL, samples: 2 })).body).toMatchObject(stands(LINKS));
  });

  test('has its output as JSON inside a string', async () => {
    await start({ on: 'submit', resultShape: 'jsonObject' }, { on: 'v1', resultShape: 'jsonList' });
    const [output = ''] = (await caller.finish()).outputs;
    expect(JSON.parse(output)).toEqual({ image_url: LINKS[0] });
    const body: { output: string } = JSON.parse(await (await caller.postV1({ ...SMALL, samples: 2 })).text());
    expect(JSON.parse(body.output)).toEqual(LINKS);
  });

  test.each([
    { resultShape: 'unreadable', keys: [...FACTS, 'output'] },
    { resultShape: 'nothing', keys: FACTS },
  ] as const)('is finished and shows no image ($resultShape)', async ({ resultShape, keys }) => {
    await start({ on: 'submit', resultShape });
    const { body } = await caller.finish();
    expect(body['status']).toBe('COMPLETED');
    expect(Object.keys(body).toSorted()).toEqual(keys.toSorted());
    expect(JSON.stringify(body)).not.toMatch(/jpeg/);
    expect(sandbox.creditsUsd).toBe(9.9974);
  });

  test.each(['submit', 'result'] as const)('has its images on the second host (%s)', async (on) => {
    await start({ on, secondImageHost: true });
    const { outputs, requestId } = await caller.finish({ ...SMALL, samples: 2 });
    expect(outputs.map((url) => new URL(url).host)).toEqual([sandbox.secondImageHost, sandbox.secondImageHost]);
    expect(await Promise.all(outputs.map(download))).toEqual(sandbox.imagesOf(requestId));
    expect(sandbox.imageHost).not.toBe(sandbox.secondImageHost);
  });

  test.each(['submit', 'image'] as const)('has images of the given size (%s)', async (on) => {
    await start({ on, largeImages: 3_000_000 });
    const { requestId, outputs } = await caller.finish();
    expect((await download(outputs[0])).length).toBe(3_000_000);
    expect(sandbox.imagesOf(requestId)[0]?.length).toBe(3_000_000);
  });
});

describe('a download with a fault', () => {
  async function faultyDownload(image: Extract<Fault, { image: unknown }>['image']) {
    await start({ on: 'image', image });
    const { outputs } = await caller.finish();
    return fetch(outputs[0] ?? '', { redirect: 'manual' });
  }

  test.each([
    { image: 'html', status: 200, type: 'text/html; charset=utf-8' },
    { image: '404', status: 404, type: 'application/json' },
    { image: '500', status: 500, type: 'application/json' },
    { image: 'empty', status: 200, type: 'image/jpeg' },
  ] as const)('$image', async ({ image, status, type }) => {
    const answer = await faultyDownload(image);
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toBe(type);
    expect(sandbox.requests.at(-1)?.status).toBe(status);
  });

  test('signature and bomb: only the start of an image, and one that claims to be huge', async () => {
    const bytesOf = async (image: 'signature' | 'bomb') =>
      Buffer.from(await (await faultyDownload(image)).arrayBuffer());
    const signature = await bytesOf('signature');
    expect(signature.length).toBe(8);
    const bomb = await bytesOf('bomb');
    expect(bomb.subarray(0, 8).equals(signature)).toBe(true);
    const { width, height } = await sharp(bomb, { limitInputPixels: false }).metadata();
    expect([width, height]).toEqual([60_000, 60_000]);
  });

  test('redirect', async () => {
    const answer = await faultyDownload({ redirect: 'http://169.254.169.254/' });
    expect(answer.status).toBe(302);
    expect(answer.headers.get('location')).toBe('http://169.254.169.254/');
  });

  test('truncated: ends before the content-length is reached', async () => {
    const answer = await faultyDownload('truncated');
    await expect(answer.arrayBuffer()).rejects.toThrow();
  });

  test('drip: one byte at a time, with a content-length', async () => {
    const answer = await faultyDownload('drip');
    const reader = answer.body?.getReader();
    const { value } = (await reader?.read()) ?? {};
    expect(Number(answer.headers.get('content-length'))).toBeGreaterThan(1000);
    expect(value?.length).toBeLessThan(100);
    await reader?.cancel();
  });

  test('endless: more than any image, without a content-length', async () => {
    const answer = await faultyDownload('endless');
    expect(answer.headers.get('content-length')).toBeNull();
    const reader = answer.body?.getReader();
    let bytes = 0;
    while (bytes < 5_000_000) bytes += (await reader?.read())?.value?.length ?? Number.NaN;
    expect(bytes).toBeGreaterThanOrEqual(5_000_000);
    await reader?.cancel();
  });
});
