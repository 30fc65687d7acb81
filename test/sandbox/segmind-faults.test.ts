import { afterEach, describe, expect, test } from 'vitest';
import { type Fault, SegmindSandbox } from '../../sandbox/segmind/index.ts';
import { Caller, download, SMALL } from '../support/segmind-caller.ts';

let sandbox: SegmindSandbox;
let caller: Caller;

afterEach(() => sandbox.close());

async function start(...faults: Fault[]): Promise<void> {
  sandbox = await SegmindSandbox.start({ queueMs: 0, renderMs: 0, requestsPerMinute: 1000 });
  caller = new Caller(sandbox);
  for (const fault of faults) sandbox.script(fault);
}

describe('which requests a fault meets', () => {
  test('as many as it says, then none', async () => {
    await start({ on: 'submit', times: 2, respond: { status: 503 } });
    const statuses = [(await caller.post()).status, (await caller.post()).status, (await caller.post()).status];
    expect(statuses).toEqual([503, 503, 200]);
  });

  test('in the order of scripting', async () => {
    await start({ on: 'submit', respond: { status: 500 } }, { on: 'submit', respond: { status: 502 } });
    expect([(await caller.post()).status, (await caller.post()).status]).toEqual([500, 502]);
  });

  test('only those whose body or URL is meant', async () => {
    await start(
      { on: 'submit', when: (body) => body['prompt'] === 'bad', respond: { status: 400 } },
      { on: 'credits', when: (url) => url.includes('nowhere'), respond: { status: 404 } },
    );
    expect((await caller.post()).status).toBe(200);
    expect((await caller.post({ ...SMALL, prompt: 'bad' })).status).toBe(400);
    expect((await caller.get('/v1/get-user-credits')).status).toBe(200);
  });

  test('all of them, for ever, with Infinity', async () => {
    await start({ on: 'credits', times: Number.POSITIVE_INFINITY, html: 502 });
    for (let count = 0; count < 10; count += 1) expect((await caller.get('/v1/get-user-credits')).status).toBe(502);
  });

  test('a fault without meaning on such a request is refused', async () => {
    await start();
    expect(() => sandbox.script({ on: 'credits', failInference: 'no' })).toThrow(/means nothing/);
  });
});

describe('an answer that was scripted', () => {
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

  test('429 names its reset and takes nothing from the window', async () => {
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

  test('comes late when delayed', async () => {
    await start({ on: 'credits', delayMs: 80 });
    const beforeMs = Date.now();
    expect((await caller.get('/v1/get-user-credits')).status).toBe(200);
    expect(Date.now() - beforeMs).toBeGreaterThanOrEqual(79);
  });

  test('lacks the request id although the job was taken', async () => {
    await start({ on: 'submit', omitRequestId: true });
    const answer = await caller.post();
    expect(answer.status).toBe(200);
    expect(await answer.json()).not.toHaveProperty('request_id');
    expect(sandbox.submits[0]?.requestId).toBeDefined();
  });

  test('carries another status word', async () => {
    await start({ on: 'status', statusWord: 'WARMING_UP' });
    const { requestId } = await caller.finish();
    expect(await (await caller.status(requestId)).json()).toMatchObject({ status: 'WARMING_UP' });
    expect(await (await caller.status(requestId)).json()).toMatchObject({ status: 'COMPLETED' });
  });
});

describe('a broken connection', () => {
  test('before: the job was not taken', async () => {
    await start({ on: 'submit', reset: 'before' });
    await expect(caller.post()).rejects.toThrow();
    expect(sandbox.submits).toMatchObject([{ status: 0 }]);
    expect(sandbox.submits[0]?.requestId).toBeUndefined();
  });

  test('after: the job was taken and is paid for', async () => {
    await start({ on: 'submit', reset: 'after' }, { on: 'v1', reset: 'after' });
    await expect(caller.post()).rejects.toThrow();
    await expect(caller.postV1()).rejects.toThrow();
    await expect.poll(() => sandbox.creditsUsd).toBe(9.9948);
    expect(sandbox.submits.map((submit) => submit.status)).toEqual([0, 0]);
  });

  test('hang: no answer comes, and nothing is done', async () => {
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

  test('fails with 422 (v1)', async () => {
    await start({ on: 'v1', failInference: 'NSFW content detected' });
    expect((await caller.postV1()).status).toBe(422);
    expect(sandbox.creditsUsd).toBe(10);
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

  test('shows only images[]', async () => {
    await start({ on: 'result', resultShape: 'images' });
    const { body } = await caller.finish();
    expect(body['images']).toHaveLength(1);
    expect(body).not.toHaveProperty('output');
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

  test('redirect', async () => {
    const answer = await faultyDownload({ redirect: 'http://169.254.169.254/' });
    expect(answer.status).toBe(302);
    expect(answer.headers.get('location')).toBe('http://169.254.169.254/');
  });

  test('truncated: less than the content-length, then the end', async () => {
    const answer = await faultyDownload('truncated');
    await expect(answer.arrayBuffer()).rejects.toThrow();
  });

  test('drip: the content-length is promised and hardly kept', async () => {
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
