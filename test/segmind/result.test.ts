import { describe, expect, it } from 'vitest';
import {
  answering,
  clientOf,
  listen,
  PNG,
  parameters,
  REQUEST_ID,
  rejectionOf,
  sendJson,
} from '../support/loopback.ts';

const url = (index: number) => `https://images.segmind.com/outputs/${index}.jpg`;
const upTo = <T>(samples: number, item: (index: number) => T) =>
  Array.from({ length: samples }, (_, index) => item(index));
const urlSource = (index: number) => ({ kind: 'url', url: url(index) });
const inline = { kind: 'inline', bytes: PNG, contentType: 'image/png', extension: 'png' };
const base64 = PNG.toString('base64');
const listed = (index: number) => ({ url: url(index), content_type: 'image/jpeg', file_name: 'x.jpg', file_size: 7 });

type Shape = [shape: string, samples: number, parts: object, images: object[]];

const SHAPES: Shape[] = [
  ['a URL', 1, { output: url(0) }, [urlSource(0)]],
  ['base64', 1, { output: base64 }, [inline]],
  ['a data URI', 1, { output: `data:image/png;base64,${base64}` }, [inline]],
  ['an object with a URL', 1, { output: { url: url(0) } }, [urlSource(0)]],
  ...['image', 'url', 'image_url', 'output_url', 'data'].map(
    (key): Shape => [`a URL under ${key}`, 1, { [key]: url(0) }, [urlSource(0)]],
  ),
  ...['image_url', 'media_url'].map(
    (key): Shape => [`a URL under output.${key}`, 1, { output: { [key]: url(0) } }, [urlSource(0)]],
  ),
  ['a list under output.images', 2, { output: { images: upTo(2, url) } }, upTo(2, urlSource)],
  ['JSON in a text', 1, { output: JSON.stringify({ image_url: url(0) }) }, [urlSource(0)]],
  ['a list in a text', 2, { output: JSON.stringify(upTo(2, url)) }, upTo(2, urlSource)],
  ...[1, 2, 3, 4].flatMap((samples): Shape[] => [
    ['a list of URLs', samples, { output: upTo(samples, url) }, upTo(samples, urlSource)],
    ['a list of base64', samples, { output: upTo(samples, () => base64) }, upTo(samples, () => inline)],
    [
      'a list of data URIs',
      samples,
      { output: upTo(samples, () => `data:image/png;base64,${base64}`) },
      upTo(samples, () => inline),
    ],
    ['images[] alone', samples, { images: upTo(samples, listed) }, upTo(samples, urlSource)],
    [
      'images[] beside the first URL',
      samples,
      { output: url(0), images: upTo(samples, listed) },
      upTo(samples, urlSource),
    ],
    [
      'images[] and a list',
      samples,
      { output: upTo(samples, url), images: upTo(samples, listed) },
      upTo(samples, urlSource),
    ],
  ]),
];

describe('a result', () => {
  it.each(SHAPES)('as %s works for %d', async (_, __, parts, images) => {
    const { server, client } = await answering(200, { status: 'COMPLETED', request_id: REQUEST_ID, ...parts });
    const result = await client.inference(REQUEST_ID).result();
    expect(result).toEqual({ requestId: REQUEST_ID, images, metrics: {} });
    expect(server.received[0]?.path).toBe(`/v2/requests/${REQUEST_ID}`);
  });

  it('with images in two places has those of `output`', async () => {
    const { client } = await answering(200, { status: 'COMPLETED', output: [url(1)], images: [listed(2)] });
    expect((await client.inference(REQUEST_ID).result()).images).toEqual([urlSource(1)]);
  });

  it('has seed and metrics, sent as numbers or as text', async () => {
    const metrics = { cost: 0.012, remaining_credits: '4.5', inference_time: 5.3, queue_time: '0', total_time: 5.4 };
    const { client } = await answering(200, { status: 'COMPLETED', output: url(0), seed: '42', metrics });
    expect(await client.inference(REQUEST_ID).result()).toMatchObject({
      seed: 42,
      metrics: { costUsd: 0.012, remainingCreditsUsd: 4.5, inferenceSeconds: 5.3, queueSeconds: 0, totalSeconds: 5.4 },
    });
  });

  it.each([
    ['no metrics', {}],
    ['odd metrics', { metrics: { cost: null, inference_time: 'fast', total_time: {} } }],
    ['metrics that are text', { metrics: 'none' }],
    ['an implausible cost', { metrics: { cost: 1e308, inference_time: 1e308 } }],
    ['a negative cost', { metrics: { cost: -0.01, total_time: -1 } }],
    ['a cost that is no number', { metrics: { cost: 'NaN' } }],
    ['a seed of -1', { seed: '-1' }],
    ['a seed that is no number', { seed: 'lucky' }],
  ])('with %s is still a result', async (_, parts) => {
    const { client } = await answering(200, { status: 'COMPLETED', output: url(0), ...parts });
    const result = await client.inference(REQUEST_ID).result();
    expect(result).toEqual({ requestId: REQUEST_ID, images: [urlSource(0)], metrics: {} });
  });

  it('that is COMPLETED counts whatever the HTTP status', async () => {
    const { client } = await answering(500, { status: 'COMPLETED', output: url(0) });
    expect(await client.inference(REQUEST_ID).result()).toMatchObject({ images: [urlSource(0)] });
  });

  it.each([
    ['nothing', {}],
    ['null', { output: null, images: [] }],
    ['a text that is no image', { output: 'the quick brown fox' }],
    ['a link of another kind', { output: 'file:///etc/passwd' }],
    ['base64 of no image', { output: Buffer.from('<html></html>').toString('base64') }],
    ['the first eight bytes of a PNG', { output: PNG.subarray(0, 8).toString('base64') }],
  ])('with %s as output is unreadable', async (_, parts) => {
    const { client } = await answering(200, { status: 'COMPLETED', ...parts });
    const error = await rejectionOf(client.inference(REQUEST_ID).result());
    expect(error).toMatchObject({
      name: 'ResultUnreadable',
      keys: ['status', ...Object.keys(parts)].concat('images' in parts ? ['images.[0]'] : []),
    });
  });

  it('that is unreadable is described only by the names of its fields', async () => {
    const { client } = await answering(200, { output: { bucket: 'a secret place' }, status: 'COMPLETED' });
    const error = await rejectionOf(client.inference(REQUEST_ID).result());
    expect(error).toMatchObject({ keys: ['output', 'status', 'output.bucket'] });
    expect(String(error)).not.toContain('secret');
  });

  it.each([
    ['nested too deeply', `{"status":"COMPLETED","output":${'['.repeat(100)}${']'.repeat(100)}}`, 'ResultUnreadable'],
    ['broken off', '{"status":"COMPLETED","output":"htt', 'ResultUnreadable'],
    ['a page', '<html>wait</html>', 'UnreadableAnswer'],
  ])('that is %s fails as %3$s', async (_, body, name) => {
    const server = await listen((response) => response.end(body));
    const error = await rejectionOf(clientOf(server).inference(REQUEST_ID).result());
    expect(error).toMatchObject({ name });
  });

  it('that is not finished is not reported as an unreadable finished one', async () => {
    const { client } = await answering(200, { status: 'PROCESSING' });
    expect(await rejectionOf(client.inference(REQUEST_ID).result())).toMatchObject({ name: 'UnreadableAnswer' });
  });

  it('has no more images than were requested', async () => {
    const { client } = await answering(200, { status: 'COMPLETED', output: upTo(50, url) });
    const imagesFor = async (samples: number) => (await client.inference(REQUEST_ID, { samples }).result()).images;
    expect(await imagesFor(2)).toEqual(upTo(2, urlSource));
    expect((await client.inference(REQUEST_ID).result()).images).toHaveLength(4);
  });

  it('has normalized URLs', async () => {
    const output = ' https://IMAGES.segmind.com:443/a/../b c.jpg?x=<@1>\n';
    const { client } = await answering(200, { status: 'COMPLETED', output });
    const { images } = await client.inference(REQUEST_ID).result();
    expect(images).toEqual([{ kind: 'url', url: 'https://images.segmind.com/b%20c.jpg?x=%3C@1%3E' }]);
  });
});

describe('a status', () => {
  it.each([
    ['QUEUED', 200, 'QUEUED'],
    ['PROCESSING', 202, 'PROCESSING'],
    ['COMPLETED', 200, 'COMPLETED'],
    ['completed', 500, 'COMPLETED'],
    ['processing', 422, 'PROCESSING'],
    ['IN_REVIEW', 200, 'PROCESSING'],
  ])('of %s (%d) reads as %3$s', async (word, code, state) => {
    const { client } = await answering(code, { status: word, metrics: { queue_time: 2 } });
    expect(await client.inference(REQUEST_ID).status()).toEqual({ state, metrics: { queueSeconds: 2 } });
  });
});

describe('run', () => {
  it('submits once, polls until COMPLETED and returns the images', async () => {
    const words = ['QUEUED', 'PROCESSING', 'COMPLETED'];
    const server = await listen((response, { method, path }) => {
      if (method === 'POST') sendJson(response, 200, { request_id: REQUEST_ID });
      else if (path.endsWith('/status')) sendJson(response, 200, { status: words.shift() });
      else sendJson(response, 200, { status: 'COMPLETED', output: [url(0)] });
    });
    const result = await clientOf(server).run(parameters(), { intervalMs: 1 });
    expect(result.images).toEqual([urlSource(0)]);
    expect(server.received.map(({ method }) => method)).toEqual(['POST', 'GET', 'GET', 'GET', 'GET']);
  });

  it('gives up after timeoutMs', async () => {
    const { client } = await answering(200, { request_id: REQUEST_ID, status: 'QUEUED' });
    const error = await rejectionOf(client.run(parameters(), { intervalMs: 1, timeoutMs: 50 }));
    expect(error).toMatchObject({ name: 'InferenceTimeout', requestId: REQUEST_ID });
  });
});

describe('runSync', () => {
  const headers = {
    'content-type': 'image/png',
    'x-request-id': REQUEST_ID,
    'x-cost': '0.011',
    'x-remaining-credits': '3.2',
    'x-generation-time': '4.75',
    'x-seed-value': '42',
  };
  const metrics = { costUsd: 0.011, remainingCreditsUsd: 3.2, inferenceSeconds: 4.75 };

  it('reads the raw image and the accounting headers', async () => {
    const server = await listen((response) => response.writeHead(200, headers).end(PNG));
    const result = await clientOf(server).runSync(parameters());
    expect(result).toEqual({ requestId: REQUEST_ID, images: [inline], seed: 42, metrics });
    const [request] = server.received;
    expect(request).toMatchObject({ method: 'POST', path: '/v1/sdxl1.0-timeless' });
    expect(JSON.parse(request?.body ?? '')).toMatchObject({ base64: false, samples: 1 });
  });

  it('needs none of the headers', async () => {
    const server = await listen((response) => response.end(PNG));
    expect(await clientOf(server).runSync(parameters())).toEqual({ images: [inline], metrics: {} });
  });

  it('requests base64 by itself for more than one sample, and accepts fewer images than requested', async () => {
    const { server, client } = await answering(200, { images: [base64, base64, base64] }, { 'x-cost': '0.04' });
    const result = await client.runSync(parameters({ samples: 4 }));
    expect(result).toEqual({ images: [inline, inline, inline], metrics: { costUsd: 0.04 } });
    expect(JSON.parse(server.received[0]?.body ?? '')).toMatchObject({ base64: true, samples: 4 });
  });

  it.each([
    ['image', { image: base64 }],
    ['images', { images: [base64] }],
    ['output', { output: `data:image/png;base64,${base64}` }],
    ['nothing around it', base64],
    ['a bare list', [base64]],
  ])('finds the image of a JSON answer under %s', async (_, body) => {
    const { client } = await answering(200, body);
    expect((await client.runSync(parameters(), { base64: true })).images).toEqual([inline]);
  });

  it('takes request id, seed and metrics from the JSON when headers are missing', async () => {
    const { client } = await answering(200, { request_id: 'r1', seed: 5, image: base64, metrics: { cost: 1 } });
    const result = await client.runSync(parameters(), { base64: true });
    expect(result).toEqual({ requestId: 'r1', images: [inline], seed: 5, metrics: { costUsd: 1 } });
  });

  it.each([502, 503, 504])('treats the outcome as unknown after a %d', async (code) => {
    const { client } = await answering(code, { error: 'gateway' });
    const error = await rejectionOf(client.runSync(parameters()));
    expect(error).toMatchObject({ name: 'OutcomeUnknown', phase: 'gateway', cause: { status: code } });
  });

  it.each([
    [500, { error: 'boom' }, 'ServerError'],
    [422, { error: 'nsfw' }, 'InferenceFailed'],
    [406, { error: 'Insufficient credits' }, 'InsufficientCredits'],
    [200, { hello: 'world' }, 'ResultUnreadable'],
  ])('fails after a %d with %j as %s', async (code, body, name) => {
    const { client } = await answering(code, body, { 'x-request-id': 'r9' });
    const error = await rejectionOf(client.runSync(parameters()));
    expect(error).toMatchObject({ name, ...(code === 422 ? { requestId: 'r9', detail: 'nsfw' } : {}) });
  });

  it('refuses a page in place of an image', async () => {
    const server = await listen((response) => response.writeHead(200, { 'content-type': 'image/png' }).end('<html>'));
    expect(await rejectionOf(clientOf(server).runSync(parameters()))).toMatchObject({ name: 'UnreadableAnswer' });
  });
});
