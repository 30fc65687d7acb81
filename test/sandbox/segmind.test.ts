import sharp from 'sharp';
import { afterEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { SegmindSandbox, type SegmindSandboxOptions } from '../../sandbox/segmind/index.ts';
import { Caller, download, SMALL } from '../support/segmind-caller.ts';

let segmind: SegmindSandbox | undefined;

afterEach(async () => {
  await segmind?.close();
  segmind = undefined;
});

async function start(options: SegmindSandboxOptions = {}): Promise<{ sandbox: SegmindSandbox; caller: Caller }> {
  segmind = await SegmindSandbox.start({ queueMs: 0, renderMs: 0, requestsPerMinute: 1000, ...options });
  return { sandbox: segmind, caller: new Caller(segmind) };
}

describe('the API key', () => {
  const WRONG = { 'x-api-key': 'SG_ffffffffffffffff' };

  test('a missing key is answered with 401 and a text', async () => {
    const { sandbox } = await start();
    const answer = await fetch(`${sandbox.url}/v1/get-user-credits`);
    expect(answer.status).toBe(401);
    expect(await answer.json()).toEqual({ error: 'Missing Authorization or x-api-key in header' });
  });

  test.each([
    { name: 'a wrong key', headers: WRONG },
    { name: 'a bearer token', headers: { authorization: 'Bearer SG_0123456789abcdef' } },
  ])('$name is answered with 401 and a code', async ({ headers }) => {
    const { sandbox } = await start();
    const answer = await fetch(`${sandbox.url}/v1/get-user-credits`, { headers });
    expect(answer.status).toBe(401);
    expect(await answer.json()).toEqual({
      error: 'unauthorized',
      error_description: expect.stringContaining('Unauthorized. API key is invalid'),
      status_code: 401,
    });
  });

  const UNKNOWN_ID = '0123456789abcdef0123456789abcdef';
  test.each([
    { method: 'GET', path: '/v3/anything', status: 404, error: 'Not found' },
    { method: 'GET', path: `/v2/requests/${UNKNOWN_ID}/status`, status: 404, error: `Request ${UNKNOWN_ID} not found` },
    { method: 'GET', path: '/v2/requests/nonsense', status: 404, error: 'Request nonsense not found' },
    { method: 'POST', path: '/v2/sdxl1.0-other', status: 404, error: 'Model sdxl1.0-other not found' },
    { method: 'DELETE', path: '/v2/sdxl1.0-timeless', status: 405, error: undefined },
  ])('$method $path is answered with 401 before anything else is checked', async ({ method, path, status, error }) => {
    const { sandbox } = await start();
    expect((await fetch(sandbox.url + path, { method, headers: WRONG })).status).toBe(401);
    const answer = await fetch(sandbox.url + path, { method, headers: { 'x-api-key': sandbox.apiKey } });
    expect(answer.status).toBe(status);
    if (error !== undefined) expect(await answer.json()).toEqual({ error });
  });

  test('a wrong method is answered with 405 and an HTML page', async () => {
    const { caller } = await start();
    const answer = await caller.get('/v2/sdxl1.0-timeless');
    expect(answer.status).toBe(405);
    expect(answer.headers.get('content-type')).toContain('text/html');
  });
});

describe('the hosts of the images', () => {
  const BEARER = { authorization: 'Bearer of something' };
  test.each([
    { name: 'the key', headers: (key: string) => ({ 'x-api-key': key }) },
    { name: 'a bearer token', headers: () => BEARER },
    { name: 'the key in another header', headers: (key: string) => ({ cookie: `key=${key}` }) },
  ])('downloading an image with $name is a violation, on either host', async ({ headers }) => {
    const { sandbox, caller } = await start();
    const [url = ''] = (await caller.finish()).outputs;
    sandbox.script({ on: 'result', secondImageHost: true });
    const [otherUrl = ''] = (await caller.finish()).outputs;
    await Promise.all([download(url), download(otherUrl)]);
    expect(sandbox.violations).toEqual([]);
    for (const each of [url, otherUrl]) await fetch(each, { headers: headers(sandbox.apiKey) });
    const rule = 'image without key';
    expect(sandbox.violations).toMatchObject([{ rule }, { rule }]);
    expect(JSON.stringify(sandbox.violations)).not.toContain(sandbox.apiKey);
  });

  test('a key in the address is a violation, and so is an API call to the second host', async () => {
    const { sandbox } = await start();
    await fetch(`${sandbox.url}/outputs/0-0.jpeg?key=${sandbox.apiKey}`);
    expect(sandbox.violations).toHaveLength(1);
    const path = '/v1/get-user-credits';
    const answer = await fetch(`http://${sandbox.secondImageHost}${path}`, {
      headers: { 'x-api-key': sandbox.apiKey },
    });
    expect(answer.status).toBe(404);
    expect(sandbox.violations).toHaveLength(2);
  });
});

describe('a submit', () => {
  test('with another content type is answered with 406', async () => {
    const { caller } = await start();
    const answer = await caller.post(SMALL, { headers: { 'content-type': 'text/plain' } });
    expect(answer.status).toBe(406);
    expect(await answer.json()).toEqual({ error: 'Invalid content type' });
  });

  test.each([
    { name: 'malformed JSON', body: '{"prompt":' },
    { name: 'a list', body: [SMALL] },
    { name: 'no prompt', body: { seed: 7 } },
    { name: 'an unknown field', body: { ...SMALL, steps: 30 } },
  ])('with $name is answered with 400', async ({ body }) => {
    const { sandbox, caller } = await start();
    const answer = await caller.post(body);
    expect(answer.status).toBe(400);
    expect(sandbox.submits).toMatchObject([{ version: 'v2', status: 400 }]);
    expect(sandbox.submits[0]?.requestId).toBeUndefined();
  });

  test.each(['post', 'postV1'] as const)('with an unknown scheduler is refused at once with 406 (%s)', async (post) => {
    const { sandbox, caller } = await start();
    for (const scheduler of ['euler', '', 7]) {
      const answer = await caller[post]({ ...SMALL, scheduler });
      expect(answer.status).toBe(406);
      expect(await answer.json()).toEqual({ error: expect.stringContaining('scheduler') });
    }
    expect(sandbox.activeCount).toBe(0);
  });

  const BAD_VALUES = [
    { prompt: '' },
    { samples: 5 },
    { samples: 1.5 },
    { num_inference_steps: 19 },
    { guidance_scale: 25.1 },
    { seed: 1_000_000_000_000_000 },
    { seed: -2 },
    { img_width: 1001 },
    { img_height: 2056 },
    { base64: 'yes' },
  ];
  test.each(BAD_VALUES)('with %o is accepted, fails with 422 after queueing, and costs nothing', async (change) => {
    const { sandbox, caller } = await start();
    const requestId = await caller.submit({ ...SMALL, ...change });
    await caller.reach(requestId, 'FAILED');
    const answer = await caller.status(requestId);
    expect(answer.status).toBe(422);
    const [name = ''] = Object.keys(change);
    expect(await answer.json()).toMatchObject({ status: 'FAILED', error: expect.stringContaining(name) });
    expect((await caller.get(`/v2/requests/${requestId}`)).status).toBe(422);
    expect(sandbox.creditsUsd).toBe(10);
  });

  test.each(BAD_VALUES)('with %o is refused with 400 by v1, which checks values first', async (change) => {
    const { sandbox, caller } = await start();
    const answer = await caller.postV1({ ...SMALL, ...change });
    expect(answer.status).toBe(400);
    const [name = ''] = Object.keys(change);
    expect(await answer.json()).toEqual({ error: expect.stringContaining(name) });
    expect(sandbox.submits[0]?.requestId).toBeUndefined();
  });

  test('with all ten parameters and base64 is accepted', async () => {
    const everything = {
      ...SMALL,
      negative_prompt: 'blurry',
      samples: 1,
      scheduler: 'Euler a',
      num_inference_steps: 20,
      guidance_scale: 1.5,
      base64: false,
    };
    const { caller } = await start();
    expect((await caller.finish(everything)).body).toMatchObject({ status: 'COMPLETED' });
  });
});

function queueTime({ metrics }: Record<string, unknown>): number {
  return z.object({ queue_time: z.number() }).parse(metrics).queue_time;
}

describe('a request', () => {
  test('goes from QUEUED via PROCESSING to COMPLETED, with absolute URLs', async () => {
    const { sandbox, caller } = await start({ queueMs: 200 });
    sandbox.hold();
    const answer = await caller.post();
    const requestId = sandbox.submits[0]?.requestId ?? '';
    expect(await answer.json()).toEqual({
      request_id: requestId,
      status: 'QUEUED',
      poll_url: `${sandbox.url}/v1/requests/${requestId}`,
      status_url: `${sandbox.url}/v2/requests/${requestId}/status`,
      response_url: `${sandbox.url}/v2/requests/${requestId}`,
    });
    await caller.reach(requestId, 'QUEUED');
    await caller.reach(requestId, 'PROCESSING');
    expect(await (await caller.get(`/v2/requests/${requestId}`)).json()).not.toHaveProperty('output');
    expect(sandbox.activeCount).toBe(1);
    sandbox.release();
    await caller.reach(requestId, 'COMPLETED');
    expect(sandbox.activeCount).toBe(0);
  });

  test('has an id that alternates between a UUID and 32 hex digits', async () => {
    const { caller } = await start();
    const results = [];
    for (let count = 0; count < 4; count += 1) results.push(await caller.finish());
    const [uuid, hex] = [/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, /^[0-9a-f]{32}$/];
    const expected = [uuid, hex, uuid, hex].map((pattern) => expect.stringMatching(pattern));
    expect(results.map(({ requestId }) => requestId)).toEqual(expected);
    for (const { outputs } of results) expect((await download(outputs[0])).length).toBeGreaterThan(1000);
  });

  test('stays QUEUED, like those behind it, until a cold model is warm', async () => {
    const { sandbox, caller } = await start({ coldStartMs: 300 });
    const submittedMs = Date.now();
    const requestIds = [await caller.submit(), await caller.submit()];
    await expect.poll(() => sandbox.activeCount, { interval: 10 }).toBe(0);
    expect(Date.now() - submittedMs).toBeGreaterThanOrEqual(299);
    const waits = [];
    for (const requestId of [...requestIds, (await caller.finish()).requestId]) {
      waits.push(queueTime((await caller.result(requestId)).body) > 0.2);
    }
    expect(waits).toEqual([true, true, false]);
    sandbox.coolDown(120_000);
    await caller.reach(await caller.submit(), 'QUEUED');
    await expect.poll(() => sandbox.activeCount, { interval: 10 }).toBe(1);
  });

  test('contains the seed only with reportsSeed', async () => {
    const silent = await start();
    expect((await silent.caller.finish()).body).not.toHaveProperty('seed');
    expect((await silent.caller.postV1()).headers.get('x-seed-value')).toBeNull();
    await silent.sandbox.close();
    const { caller } = await start({ reportsSeed: true });
    expect((await caller.finish()).seed).toBe('7');
    expect((await caller.postV1()).headers.get('x-seed-value')).toBe('7');
  });

  test('ends with the image at a public URL and the metrics', async () => {
    const { sandbox, caller } = await start();
    const result = await caller.finish();
    expect(result.body['metrics']).toMatchObject({ cost: 0.0026, remaining_credits: 9.9974, retry_count: 0 });
    const [url = ''] = result.outputs;
    expect((await fetch(url)).headers.get('content-type')).toBe('image/jpeg');
    const bytes = await download(url);
    expect(sandbox.imagesOf(result.requestId)).toEqual([bytes]);
    expect(await sharp(bytes).metadata()).toMatchObject({ width: 512, height: 512 });
    expect(result.body['images']).toMatchObject([{ url, content_type: 'image/jpeg', file_size: bytes.length }]);
    expect(new URL(url).host).toBe(sandbox.imageHost);
  });

  test('has a list of four different images for four samples', async () => {
    const { sandbox, caller } = await start();
    const result = await caller.finish({ ...SMALL, samples: 4 });
    expect(new Set(result.outputs).size).toBe(4);
    expect(new Set(sandbox.imagesOf(result.requestId).map((image) => image.toString('base64'))).size).toBe(4);
  });

  test.each([1, 2])('has %i images inside the JSON with base64', async (samples) => {
    const { sandbox, caller } = await start();
    const result = await caller.finish({ ...SMALL, samples, base64: true });
    const images = result.outputs.map((text) => Buffer.from(text, 'base64'));
    expect(images).toEqual(sandbox.imagesOf(result.requestId));
  });

  test('has the same bytes for the same seed, and draws a seed for -1', async () => {
    const { sandbox, caller } = await start({ reportsSeed: true });
    const [first, again, random] = [
      await caller.finish(),
      await caller.finish(),
      await caller.finish({ ...SMALL, seed: -1 }),
    ];
    expect(sandbox.imagesOf(first.requestId)).toEqual(sandbox.imagesOf(again.requestId));
    expect(random.seed).toMatch(/^\d+$/);
    const repeated = await caller.finish({ ...SMALL, seed: Number(random.seed) });
    expect(sandbox.imagesOf(repeated.requestId)).toEqual(sandbox.imagesOf(random.requestId));
  });

  test('answers 404 after its retention or when forgotten, but its image stays', async () => {
    const { sandbox, caller } = await start();
    const result = await caller.finish();
    sandbox.forget(result.requestId);
    const answer = await caller.get(`/v2/requests/${result.requestId}`);
    expect(answer.status).toBe(404);
    expect(await answer.json()).toEqual({ error: `Request ${result.requestId} not found` });
    expect((await download(result.outputs[0])).length).toBeGreaterThan(1000);
    await sandbox.close();

    const forgetful = await start({ retentionMs: 1 });
    const requestId = await forgetful.caller.submit();
    await expect.poll(async () => (await forgetful.caller.status(requestId)).status, { interval: 10 }).toBe(404);
  });

  test('does not finish while it is held, even when nothing is rendered', async () => {
    const { sandbox, caller } = await start();
    sandbox.hold();
    const requestId = await caller.submit({ ...SMALL, samples: 9 });
    await caller.reach(requestId, 'PROCESSING');
    sandbox.release();
    await caller.reach(requestId, 'FAILED');
  });
});

describe('money', () => {
  test('the default image costs US$ 0.0103, and others cost proportionally', async () => {
    const { sandbox, caller } = await start();
    await caller.finish({ prompt: 'a red rose', img_width: 1024, img_height: 1024 });
    expect(sandbox.creditsUsd).toBe(9.9897);
    await caller.finish({ ...SMALL, num_inference_steps: 60, samples: 2 });
    expect(sandbox.creditsUsd).toBe(9.9794);
    const credits = await caller.get('/v1/get-user-credits');
    expect(await credits.json()).toEqual({ credits: 9.9794, 'free-credits': 0 });
  });

  test.each([
    { post: 'post', status: 402 },
    { post: 'postV1', status: 406 },
  ] as const)('a balance below the price is answered $status ($post)', async ({ post, status }) => {
    const { sandbox, caller } = await start({ creditsUsd: 0.002 });
    const answer = await caller[post]();
    expect(answer.status).toBe(status);
    expect(await answer.json()).toEqual({ error: 'Insufficient credits. You have 0.002 credits.' });
    sandbox.setCredits(1);
    expect((await caller[post]()).status).toBe(200);
  });

  test.each([
    ['html-message', '{"html-message":"Insufficient credits"}', 'application/json'],
    ['object', '{"error":{"message":"Insufficient credits"}}', 'application/json'],
    ['need', expect.stringMatching(/0\.002 credits .* 0\.0026 /), 'application/json'],
    ['bare', 'Not Acceptable: Not enough credits', 'text/plain'],
    ['empty', '', 'application/json'],
  ] as const)('says so as others have met it: %s', async (wording, body, type) => {
    const { sandbox, caller } = await start({ creditsUsd: 0.002, creditsWording: wording });
    const answer = await caller.postV1();
    expect(answer.status).toBe(406);
    expect(answer.headers.get('content-type')).toBe(type);
    expect(await answer.text()).toEqual(body);
    sandbox.setCredits(0.002, 'balance');
    expect(await (await caller.post()).text()).toContain('You have 0.002 credits.');
  });
});

describe('the rate limit', () => {
  test('refuses submits beyond a sliding window, names the reset, and does not count refused ones', async () => {
    const { sandbox, caller } = await start({ requestsPerMinute: 2, rateWindowMs: 1500 });
    sandbox.hold();
    const beforeMs = Date.now();
    const statuses = [];
    for (let count = 0; count < 4; count += 1) statuses.push((await caller.post()).status);
    expect(statuses).toEqual([200, 200, 429, 429]);
    const refused = await caller.post();
    const resetAtMs = Date.parse(refused.headers.get('x-rate-limit-reset-at-utc') ?? '');
    expect(resetAtMs).toBeGreaterThanOrEqual(beforeMs + 1500);
    expect(resetAtMs).toBeLessThan(Date.now() + 1500);
    await expect.poll(() => Date.now(), { interval: 20, timeout: 3000 }).toBeGreaterThan(resetAtMs);
    expect((await caller.post()).status).toBe(200);
  });

  test('does not count polls, results, credits or downloads', async () => {
    const { caller } = await start({ requestsPerMinute: 1 });
    const result = await caller.finish();
    await download(result.outputs[0]);
    for (let count = 0; count < 5; count += 1) {
      expect((await caller.get(`/v2/requests/${result.requestId}/status`)).status).toBe(200);
    }
    expect((await caller.get('/v1/get-user-credits')).status).toBe(200);
    expect((await caller.post()).status).toBe(429);
  });
});

describe('v1', () => {
  test('blocks until the image is rendered, and has the cost in headers', async () => {
    const { sandbox, caller } = await start();
    const answer = await caller.postV1();
    expect(answer.headers.get('content-type')).toBe('image/jpeg');
    const [record] = sandbox.submits;
    const requestId = answer.headers.get('x-request-id') ?? '';
    expect(record).toMatchObject({ version: 'v1', status: 200, requestId });
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'x-cost': '0.0026',
      'x-remaining-credits': '9.9974',
    });
    expect(Number(answer.headers.get('x-generation-time'))).toBeGreaterThanOrEqual(0);
    expect([Buffer.from(await answer.arrayBuffer())]).toEqual(sandbox.imagesOf(requestId));
  });

  test('has the images inside the JSON with base64', async () => {
    const { sandbox, caller } = await start();
    const answer = await caller.postV1({ ...SMALL, samples: 2, base64: true });
    const requestId = answer.headers.get('x-request-id') ?? '';
    const images = sandbox.imagesOf(requestId).map((bytes) => bytes.toString('base64'));
    expect(images).toHaveLength(2);
    expect(await answer.json()).toEqual({ output: images });
  });
});

test('every request is recorded with its headers, and with the status once it was answered', async () => {
  const { sandbox, caller } = await start();
  const result = await caller.finish();
  await download(result.outputs[0]);
  expect(sandbox.requests[0]).toMatchObject({ method: 'POST', path: '/v2/sdxl1.0-timeless', status: 200 });
  expect(sandbox.requests[0]?.headers['x-api-key']).toBe(sandbox.apiKey);
  expect(sandbox.requests.at(-1)).toMatchObject({ method: 'GET', status: 200 });
  expect(sandbox.requests.at(-1)?.headers).not.toHaveProperty('x-api-key');
  expect(sandbox.submits).toMatchObject([{ version: 'v2', status: 200, body: SMALL, requestId: result.requestId }]);
});

test('closing during renders leaves nothing running', async () => {
  const { sandbox, caller } = await start({ renderMs: 60_000 });
  await caller.submit();
  const blocked = caller.postV1();
  const broken = expect(blocked).rejects.toThrow();
  await expect.poll(() => sandbox.activeCount).toBe(2);
  await sandbox.close();
  await broken;
});
