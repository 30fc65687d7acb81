import { describe, expect, it } from 'vitest';
import type { SegmindClient } from '../../src/segmind/client.ts';
import { InferenceFailed, RateLimited, SegmindError, type SegmindFailure } from '../../src/segmind/errors.ts';
import {
  API_KEY,
  answering,
  clientOf,
  listen,
  parameters,
  REQUEST_ID,
  rejectionOf,
  sendJson,
} from '../support/loopback.ts';

type Row = [what: string, status: number, body: unknown, name: SegmindFailure['name'], fields: object];

const submit = (client: SegmindClient) => client.submit(parameters());
const statusOf = (client: SegmindClient) => client.inference(REQUEST_ID).status();
const result = (client: SegmindClient) => client.inference(REQUEST_ID).result();

const COMMON: Row[] = [
  ['400', 400, { error: 'prompt is missing' }, 'BadRequest', { status: 400, detail: 'prompt is missing' }],
  [
    '401 of the authentication layer',
    401,
    { error: 'invalid_key', error_description: 'Unauthorized. API key is invalid', status_code: 401 },
    'Unauthorized',
    { status: 401, detail: 'invalid_key: Unauthorized. API key is invalid' },
  ],
  ['402', 402, { error: 'Insufficient credits. You have 0.0 credits.' }, 'InsufficientCredits', { status: 402 }],
  ['402 about a spend limit', 402, { error: 'Team spend limit reached' }, 'SpendLimitReached', { status: 402 }],
  ['403', 403, { error: 'no access' }, 'ModelForbidden', { status: 403, detail: 'no access' }],
  ['406 about the content type', 406, { error: 'Invalid content type' }, 'InvalidContentType', { status: 406 }],
  ['406 about credits', 406, { error: 'Insufficient credits' }, 'InsufficientCredits', { status: 406 }],
  ['406 about a spend limit', 406, { error: 'Team spending limit exceeded' }, 'SpendLimitReached', { status: 406 }],
  ['406 about a parameter', 406, { error: 'Invalid value for scheduler' }, 'ParameterRejected', { status: 406 }],
  ['410', 410, { error: 'gone' }, 'ModelRetired', { status: 410, detail: 'gone' }],
  ['429 without a reset', 429, { error: 'Too many requests' }, 'RateLimited', { status: 429, resetAtMs: undefined }],
  ['500', 500, { error: 'boom' }, 'ServerError', { status: 500, detail: 'boom' }],
  ['502', 502, { error: { message: 'Bad gateway' } }, 'ServerError', { status: 502, detail: 'Bad gateway' }],
  ['503', 503, { error: null }, 'ServerError', { status: 503, detail: '' }],
  ['504', 504, { error: [{ msg: 'slow' }] }, 'ServerError', { status: 504, detail: 'slow' }],
  ['JSON of a gateway', 502, { message: 'Bad gateway' }, 'ForeignAnswer', { status: 502, detail: 'Bad gateway' }],
  ['a text in JSON', 529, 'overloaded', 'ForeignAnswer', { status: 529, detail: 'overloaded' }],
  ['405', 405, { error: 'no' }, 'UnexpectedStatus', { status: 405, detail: 'no' }],
  ['a redirect', 302, {}, 'UnexpectedStatus', { status: 302 }],
];

const PAGE = '<!doctype html><title>403 Forbidden</title><p>Insufficient credits, spend limit';
const FOREIGN = [400, 401, 403, 404, 408, 410, 413, 422, 451, 500, 502, 503, 504, 520, 524];

describe.each([
  ['a page', PAGE],
  ['a bare text', 'upstream connect error'],
  ['nothing', ''],
  ['JSON nested too deeply', `{"error":${'['.repeat(100)}${']'.repeat(100)}}`],
])('%s', (_, body) => {
  const answered = async (status: number) => clientOf(await listen((response) => response.writeHead(status).end(body)));

  it.each(FOREIGN)('with %d is not from Segmind', async (status) => {
    const client = await answered(status);
    expect(await rejectionOf(submit(client))).toMatchObject({ name: 'ForeignAnswer', status, call: 'submit' });
    expect(await rejectionOf(statusOf(client))).toMatchObject({ name: 'ForeignAnswer', status, call: 'request' });
    expect(await rejectionOf(client.getCredits())).toMatchObject({ name: 'ForeignAnswer', status, call: 'credits' });
  });

  it('with 429 is still a rate limit, and with 405 Segmind’s own page', async () => {
    expect(await rejectionOf(submit(await answered(429)))).toMatchObject({ name: 'RateLimited' });
    expect(await rejectionOf(submit(await answered(405)))).toMatchObject({ name: 'UnexpectedStatus' });
  });
});

/** A server that refuses every submit like this, and reports this balance, or an error if undefined. */
async function refusing(status: number, body: string, creditsUsd?: number) {
  const server = await listen((response, { method }) => {
    if (method === 'POST') response.writeHead(status).end(body);
    else if (creditsUsd === undefined) sendJson(response, 500, { error: 'x' });
    else sendJson(response, 200, { credits: creditsUsd, 'free-credits': 0 });
  });
  return { server, client: clientOf(server) };
}

describe('a refusal that doesn’t say why', () => {
  it.each([
    [406, '', 0.04, 'InsufficientCredits'],
    [406, '', 0.06, 'ForeignAnswer'],
    [406, '', undefined, 'ForeignAnswer'],
    [406, PAGE, 0.06, 'ForeignAnswer'],
    [406, '{}', 0.04, 'InsufficientCredits'],
    [406, '{"error":"Not Acceptable"}', 0.06, 'ParameterRejected'],
    [406, '{"error":"Not Acceptable"}', undefined, 'ParameterRejected'],
    [402, '', 0.04, 'InsufficientCredits'],
    [402, '', 0.06, 'ForeignAnswer'],
    [402, '', undefined, 'InsufficientCredits'],
    [402, PAGE, 0.06, 'ForeignAnswer'],
  ])('%d with %j and a balance of %s is %s', async (status, body, creditsUsd, name) => {
    const { server, client } = await refusing(status, body, creditsUsd);
    expect(await rejectionOf(submit(client))).toMatchObject({ name, status });
    expect(server.received.map(({ method }) => method)).toEqual(['POST', 'GET']);
    expect(await rejectionOf(client.runSync(parameters()))).toMatchObject({ name, status });
  });

  it('is decided by what the request may cost', async () => {
    const { client } = await refusing(406, '', 0.06);
    expect(await rejectionOf(client.submit(parameters(), { neededUsd: 0.07 }))).toMatchObject({
      name: 'InsufficientCredits',
    });
  });

  it.each([
    [402, '{"error":"Insufficient credits. You have 0.0 credits."}', 'InsufficientCredits'],
    [406, '{"html-message":"Insufficient credits"}', 'InsufficientCredits'],
    [406, '{"error":{"message":"Insufficient credits"}}', 'InsufficientCredits'],
    [406, 'Not Acceptable: Not enough credits', 'InsufficientCredits'],
    [406, '{"error":"Invalid value for scheduler"}', 'ParameterRejected'],
  ])('%d with %s says why: the balance is not requested', async (status, body, name) => {
    const { server, client } = await refusing(status, body, 10);
    expect(await rejectionOf(submit(client))).toMatchObject({ name });
    expect(server.received).toHaveLength(1);
  });

  it('treats an account without a balance as one without credits', async () => {
    const server = await listen((response, { method }) =>
      method === 'POST'
        ? response.writeHead(406).end()
        : sendJson(response, 404, { error: 'No credits found for the user' }),
    );
    expect(await rejectionOf(submit(clientOf(server)))).toMatchObject({ name: 'InsufficientCredits' });
  });

  it.each([
    'not enough credits, top up: a sign above a shop',
    'Insufficient credits. A beggar’s portrait',
    'budget',
    'Spend limit reached by a knight on a hill, oil on canvas',
  ])('is not explained by the prompt %j that it quotes, whole or in part', async (prompt) => {
    const { client } = await refusing(406, JSON.stringify({ error: `Invalid prompt: ${prompt.slice(0, 21)}...` }), 10);
    const error = await rejectionOf(client.submit(parameters({ prompt })));
    expect(error).toMatchObject({ name: 'ParameterRejected' });
  });
});

describe('a submit', () => {
  it.each([
    ...COMMON,
    ['404', 404, { error: 'Model not found' }, 'ModelNotFound', { status: 404, detail: 'Model not found' }],
    ['422', 422, { error: 'nsfw' }, 'InferenceFailed', { detail: 'nsfw' }],
    ['200 without request_id', 200, { status: 'QUEUED' }, 'MissingRequestId', { status: 200 }],
    ['200 with a request_id that is a path', 200, { request_id: '../v1/x' }, 'MissingRequestId', { status: 200 }],
    ['202 that is no object', 202, [1], 'MissingRequestId', { status: 202 }],
  ] as Row[])('answered with %s fails accordingly', async (_, code, body, name, fields) => {
    const { server, client } = await answering(code, body);
    const error = await rejectionOf(submit(client));
    expect(error).toBeInstanceOf(SegmindError);
    expect(error).toMatchObject({ name, ...fields });
    expect(server.received).toHaveLength(1);
  });

  it('is about a parameter when only the prompt that it quotes speaks of credits', async () => {
    const prompt = 'a sign that says: not enough credits, top up';
    const { client } = await answering(406, { error: `Invalid prompt ${prompt} for this model` });
    const error = await rejectionOf(client.submit(parameters({ prompt })));
    expect(error).toMatchObject({ name: 'ParameterRejected', detail: 'Invalid prompt … for this model' });
  });

  it('reports the request id of a 400 that names it', async () => {
    const { client } = await answering(400, { error: 'no' }, { 'x-request-id': 'abc' });
    expect(await rejectionOf(submit(client))).toMatchObject({ name: 'BadRequest', requestId: 'abc' });
  });
});

describe('a status', () => {
  it.each([
    ...COMMON,
    ['404', 404, { error: 'Request x not found' }, 'RequestNotFound', { requestId: REQUEST_ID, status: 404 }],
    ['422', 422, { error: 'nsfw' }, 'InferenceFailed', { requestId: REQUEST_ID, detail: 'nsfw' }],
    ['FAILED with 422', 422, { status: 'FAILED', error: 'nsfw' }, 'InferenceFailed', { detail: 'nsfw' }],
    ['FAILED with 200', 200, { status: 'FAILED', error: { code: 3 } }, 'InferenceFailed', { detail: 'code 3' }],
    ['FAILED with null', 422, { status: 'FAILED', error: null }, 'InferenceFailed', { detail: '' }],
    [
      'FAILED with an object',
      422,
      { status: 'FAILED', error: { message: 'nsfw' } },
      'InferenceFailed',
      { detail: 'nsfw' },
    ],
    [
      'FAILED with error_message',
      422,
      { status: 'FAILED', error_message: 'nsfw' },
      'InferenceFailed',
      { detail: 'nsfw' },
    ],
    [
      'FAILED with JSON in a string',
      422,
      { status: 'FAILED', error: '{"msg":"nsfw"}' },
      'InferenceFailed',
      { detail: 'nsfw' },
    ],
    [
      'FAILED with a code',
      422,
      { status: 'FAILED', error: { code: 'NSFW_PROMPT' } },
      'InferenceFailed',
      { detail: 'NSFW_PROMPT' },
    ],
    ['FAILED with 500', 500, { status: 'failed', error: 'nsfw' }, 'InferenceFailed', { detail: 'nsfw' }],
    ['200 without a status', 200, { id: 1 }, 'UnreadableAnswer', { status: 200 }],
  ] as Row[])('answered with %s fails accordingly', async (_, code, body, name, fields) => {
    const { client } = await answering(code, body);
    expect(await rejectionOf(statusOf(client))).toMatchObject({ name, ...fields });
    if (name !== 'UnreadableAnswer') expect(await rejectionOf(result(client))).toMatchObject({ name, ...fields });
  });

  it('that is not JSON is unreadable', async () => {
    const server = await listen((response) => response.end('<html>hello</html>'));
    const error = await rejectionOf(statusOf(clientOf(server)));
    expect(error).toMatchObject({ name: 'UnreadableAnswer', status: 200, issues: ['no JSON, or too large'] });
  });
});

describe('the credits', () => {
  it('are not found when the account has no balance', async () => {
    const { client } = await answering(404, { error: 'No credits found for the user' });
    const error = await rejectionOf(client.getCredits());
    expect(error).toMatchObject({ name: 'CreditsNotFound', detail: 'No credits found for the user' });
  });

  it.each(COMMON)('answered with %s fail accordingly', async (_, code, body, name, fields) => {
    const { client } = await answering(code, body);
    expect(await rejectionOf(client.getCredits())).toMatchObject({ name, ...fields });
  });

  it.each([[{}], [{ credits: null }], [{ credits: 'many' }]])('that are %j are unreadable', async (body) => {
    const { client } = await answering(200, body);
    expect(await rejectionOf(client.getCredits())).toMatchObject({ name: 'UnreadableAnswer' });
  });
});

describe('a 429', () => {
  // The server's clock is an hour slow: only the difference between its own two times must count.
  const serverNow = new Date(Math.floor(Date.now() / 1000) * 1000 - 3_600_000);
  const in42Seconds = new Date(serverNow.getTime() + 42_000);
  it.each([
    ['an ISO time', in42Seconds.toISOString()],
    ['an ISO time without a zone', in42Seconds.toISOString().slice(0, 19)],
    ['a time with a space', in42Seconds.toISOString().slice(0, 19).replace('T', ' ')],
    ['a time with microseconds and an offset', in42Seconds.toISOString().replace('000Z', '000123+00:00')],
    ['an HTTP date', in42Seconds.toUTCString()],
    ['epoch seconds', String(in42Seconds.getTime() / 1000)],
    ['epoch milliseconds', String(in42Seconds.getTime())],
    ['seconds from now', '42'],
  ])('names its reset as %s', async (_, reset) => {
    const headers = { date: serverNow.toUTCString(), 'x-rate-limit-reset-at-utc': reset, 'retry-after': '7' };
    const { client } = await answering(429, {}, headers);
    const beforeMs = Date.now();
    const error = await rejectionOf(submit(client));
    const afterMs = Date.now();
    expect(error).toBeInstanceOf(RateLimited);
    const { resetAtMs } = error as RateLimited;
    expect(resetAtMs).toBeGreaterThanOrEqual(beforeMs + 42_000);
    expect(resetAtMs).toBeLessThanOrEqual(afterMs + 42_000);
  });

  it.each([
    ['seconds', '30'],
    ['a date', new Date(serverNow.getTime() + 30_000).toUTCString()],
  ])('falls back to Retry-After in %s', async (_, retryAfter) => {
    const headers = { date: serverNow.toUTCString(), 'x-rate-limit-reset-at-utc': 'soon', 'retry-after': retryAfter };
    const { client } = await answering(429, {}, headers);
    const beforeMs = Date.now();
    const error = await rejectionOf(submit(client));
    expect((error as RateLimited).resetAtMs).toBeGreaterThanOrEqual(beforeMs + 30_000);
    expect((error as RateLimited).resetAtMs).toBeLessThanOrEqual(Date.now() + 30_000);
  });
});

describe('every error', () => {
  it('removes what looks like a key, from the message and the detail', async () => {
    const { client } = await answering(400, { error: `key ${API_KEY} is odd` });
    const error = await rejectionOf(submit(client));
    expect(error).toMatchObject({ detail: 'key SG_[redacted] is odd' });
    expect(String(error)).not.toContain(API_KEY);
    expect(JSON.stringify(error)).not.toContain(API_KEY);
  });

  it('keeps the text of an HTML page, without its tags', async () => {
    const server = await listen((response) => response.writeHead(500).end('<html><b>Oh</b>\n dear</html>'));
    expect(await rejectionOf(submit(clientOf(server)))).toMatchObject({ detail: 'Oh dear' });
  });

  it('cuts long details', () => {
    expect(new InferenceFailed('x', 'y'.repeat(9999)).detail).toHaveLength(1000);
  });
});
