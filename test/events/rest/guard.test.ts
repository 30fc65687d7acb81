import type { ServerResponse } from 'node:http';
import { RateLimitError, REST } from 'discord.js';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createRestGuard } from '../../../src/events/rest/guard.ts';
import { guardParts } from '../../support/guard-parts.ts';
import { recordedLog } from '../../support/job-fixtures.ts';
import { listen, type Received, rejectionOf, sendJson } from '../../support/loopback.ts';

const EDIT = '/webhooks/123456789012345678/token/messages/@original';
const CALLBACK = '/interactions/123456789012345678/token/callback';
const ok = (response: ServerResponse) => sendJson(response, 200, { id: '1' });

/** A 429 with these headers and this body. */
const UNUSABLE: readonly [string, Record<string, string>, string][] = [
  ['nothing, in a page', { 'content-type': 'text/html' }, '<html>error code: 1015</html>'],
  ['nothing, without a body', {}, ''],
  ['a time in its body alone', { 'content-type': 'application/json' }, '{"retry_after":0.05,"global":false}'],
  ['a date', { 'retry-after': 'Wed, 21 Oct 2037 07:28:00 GMT' }, ''],
  ['a word', { 'retry-after': 'soon' }, ''],
  ['zero', { 'retry-after': '0' }, ''],
  ['less than nothing', { 'retry-after': '-5' }, ''],
  ['no number', { 'retry-after': 'NaN' }, ''],
  ['for ever', { 'retry-after': 'Infinity' }, ''],
  ['two times at once', { 'retry-after': '3, 5' }, ''],
  ['an empty time', { 'retry-after': '' }, ''],
  ['a limit for all, and no time', { 'x-ratelimit-global': 'true', 'x-ratelimit-scope': 'global' }, ''],
];

/** REST clients behind one guard, and a Discord that answers as the test says. */
async function guarded(
  respond: (response: ServerResponse, request: Received, index: number) => void,
  { timeout = 5_000 } = {},
) {
  const server = await listen(respond);
  const { log, lines } = recordedLog();
  const reported = { blocks: [] as string[], fatal: [] as string[], answers: [] as string[] };
  const optionsOf = createRestGuard({
    ...guardParts({
      onAnswer: (client, method, status) => reported.answers.push(`${client} ${method} ${status}`),
      onBlock: (route) => reported.blocks.push(route),
      onFatal: ({ message }) => reported.fatal.push(message),
      log,
    }),
    apiUrl: server.url,
  });
  const client = (name: string) => {
    const rest = new REST({ api: server.url, retries: 0, timeout, ...optionsOf(name) }).setToken('a.b.c');
    onTestFinished(() => {
      rest.clearHandlerSweeper();
      rest.clearHashSweeper();
    });
    return rest;
  };
  return { server, lines, reported, optionsOf, client, paths: () => server.received.map(({ path }) => path) };
}

const limited = (response: ServerResponse, headers: Record<string, string>, body: object = {}) =>
  sendJson(response, 429, body, headers);

describe('a 429', () => {
  it('without a usable wait is retried after a second, logged, and counted once', async () => {
    await Promise.all(
      UNUSABLE.map(async ([names, headers, body]) => {
        const atMs: number[] = [];
        const { client, lines, reported } = await guarded((response, _request, index) => {
          atMs.push(Date.now());
          if (index === 0) response.writeHead(429, headers).end(body);
          else ok(response);
        });
        expect(await client('bot').patch(EDIT, { auth: false, body: {} }), names).toEqual({ id: '1' });
        expect(atMs, names).toHaveLength(2);
        expect((atMs[1] ?? 0) - (atMs[0] ?? 0), names).toBeGreaterThan(750);
        expect(reported.blocks, names).toEqual(['PATCH /webhooks/:id/:token/messages/@original']);
        expect(lines, names).toMatchObject([{ level: 40, route: reported.blocks[0] }]);
        expect(reported.answers, names).toEqual(['bot PATCH 429', 'bot PATCH 200']);
      }),
    );
  });

  it('holds back requests of other clients, but no acknowledgement', async () => {
    const { client, paths } = await guarded((response, { path }, index) => {
      if (index === 0) response.writeHead(429).end();
      else sendJson(response, 200, { path });
    });
    const [interaction, bot] = [client('interaction'), client('bot')];
    const edit = interaction.patch(EDIT, { auth: false, body: {} });
    await vi.waitFor(() => expect(paths()).toHaveLength(1));
    await new Promise((resolve) => setTimeout(resolve, 50));
    const others = [bot.get('/gateway/bot'), bot.get('/users/@me')];
    await client('client').post(CALLBACK, { auth: false, body: {} });
    expect(paths()).toEqual([`/v10${EDIT}`, `/v10${CALLBACK}`]);
    await Promise.all([edit, ...others]);
    expect(paths()).toHaveLength(5);
  });

  it('to an acknowledgement rejects at once', async () => {
    const { client, paths } = await guarded((response) => limited(response, { 'retry-after': '1' }));
    const sent = client('client').post(CALLBACK, { auth: false, body: {} });
    expect(await rejectionOf(sent)).toBeInstanceOf(RateLimitError);
    expect(paths()).toHaveLength(1);
  });

  it('for the whole bot holds back its token’s requests in every client', async () => {
    const atMs = new Map<string, number>();
    const { client } = await guarded((response, { path }, index) => {
      atMs.set(path, Date.now());
      if (index > 0) return ok(response);
      return limited(response, { 'retry-after': '2', 'x-ratelimit-global': 'true' }, { retry_after: 2, global: true });
    });
    const startedMs = Date.now();
    const first = client('bot').get('/users/@me');
    await vi.waitFor(() => expect(atMs.size).toBe(1));
    await new Promise((resolve) => setTimeout(resolve, 50));
    await client('interaction').patch(EDIT, { auth: false, body: {} });
    expect(Date.now() - startedMs).toBeLessThan(1_500);
    await Promise.all([first, client('client').get('/gateway/bot')]);
    expect((atMs.get('/v10/gateway/bot') ?? 0) - startedMs).toBeGreaterThanOrEqual(1_950);
  });

  it('is obeyed even if other headers name a shorter wait than its Retry-After', async () => {
    const atMs: number[] = [];
    const { client } = await guarded((response, _, index) => {
      atMs.push(Date.now());
      if (index > 0) return ok(response);
      const headers = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset-after': '0.001', 'x-ratelimit-limit': '5' };
      return limited(response, { 'retry-after': '2', ...headers });
    });
    await client('bot').patch(EDIT, { auth: false, body: {} });
    expect(atMs).toHaveLength(2);
    expect((atMs[1] ?? 0) - (atMs[0] ?? 0)).toBeGreaterThanOrEqual(1_950);
  });

  it.each([
    ['of its route', { 'retry-after': '61' }, '{"retry_after":61}'],
    ['of its address', { 'retry-after': '3600', 'content-type': 'text/html' }, '<html>error code: 1015</html>'],
    ['in its body alone', {}, '{"retry_after":64800}'],
  ])('that names more than a minute %s rejects, and nothing is sent meanwhile', async (_, headers, body) => {
    const { client, paths } = await guarded((response) => response.writeHead(429, headers).end(body));
    for (const name of ['interaction', 'interaction', 'client']) {
      const error = await rejectionOf(client(name).patch(EDIT, { auth: false, body: {} }));
      expect(error).toBeInstanceOf(RateLimitError);
      // Safe cast: see the line above.
      expect((error as RateLimitError).retryAfter).toBeGreaterThan(60_000);
    }
    expect(paths()).toHaveLength(1);
  });

  it('ends a request that was aborted meanwhile, rather than let it wait again', async () => {
    const { client, server, optionsOf, paths } = await guarded((response) => response.writeHead(429).end());
    const controller = new AbortController();
    const edit = client('interaction').patch(EDIT, { auth: false, body: {}, signal: controller.signal });
    await vi.waitFor(() => expect(paths()).toHaveLength(1));
    controller.abort();
    // discord.js does this when its wait is over before the block is.
    const again = optionsOf('bot').makeRequest(`${server.url}/v10${EDIT}`, { signal: controller.signal });
    expect(await rejectionOf(again)).toMatchObject({ name: 'AbortError' });
    expect(await rejectionOf(edit)).toMatchObject({ name: 'AbortError' });
    expect(paths()).toHaveLength(1);
  });

  it.each([429, 503])('%i is read to the end, so that its connection is used again', async (status) => {
    const { client, server } = await guarded((response) =>
      response
        .writeHead(status, { 'retry-after': '90', 'content-type': 'application/json' })
        .end(JSON.stringify({ padding: 'x'.repeat(200_000) })),
    );
    for (let index = 0; index < 10; index += 1) await rejectionOf(client('bot').get(`/guilds/${index}/roles`));
    expect(server.received).toHaveLength(10);
    expect(server.connectionCount).toBeLessThan(3);
  });
});

describe('a 401 to the bot’s token', () => {
  const unauthorized = (response: ServerResponse) => sendJson(response, 401, { message: '401: Unauthorized', code: 0 });

  it('that is valid: the request is repeated with its files, and the token stays', async () => {
    const { client, server, paths } = await guarded((response, { path }, index) => {
      if (path === '/v10/users/@me' || index > 1) ok(response);
      else unauthorized(response);
    });
    const bot = client('bot');
    const files = [{ name: 'image.png', data: Buffer.alloc(100_000, 'x') }];
    await bot.post('/channels/123456789012345678/messages', { body: { content: 'here' }, files });
    expect(paths()).toEqual(['/v10/channels/123456789012345678/messages', '/v10/users/@me', paths()[0]]);
    const [first, question, second] = server.received;
    expect(question?.headers.authorization).toBe('Bot a.b.c');
    expect(second?.body.replaceAll(/formdata-undici-\d+/g, '')).toBe(
      first?.body.replaceAll(/formdata-undici-\d+/g, ''),
    );
    expect(second?.body.length).toBeGreaterThan(100_000);
    await bot.get('/gateway/bot');
  });

  it('that is valid, twice: a refusal of this route, with the reason in the body', async () => {
    const { client, reported } = await guarded((response, { path }) => {
      if (path === '/v10/channels/123456789012345678') sendJson(response, 401, { message: 'no', code: 40_001 });
      else ok(response);
    });
    const bot = client('bot');
    expect(await rejectionOf(bot.get('/channels/123456789012345678'))).toMatchObject({ status: 403, code: 40_001 });
    await bot.get('/gateway/bot');
    expect(reported.fatal).toEqual([]);
  });

  it('checks the token, once for all requests, until there is an answer; nothing else is sent meanwhile', async () => {
    let questions = 0;
    const refused = new Set<string>();
    const { client, paths } = await guarded((response, { path }) => {
      if (path === '/v10/users/@me') {
        questions += 1;
        return questions === 1 ? response.writeHead(502).end('<html>') : ok(response);
      }
      if (refused.has(path) || path === '/v10/gateway/bot') return ok(response);
      refused.add(path);
      return setTimeout(() => unauthorized(response), 100);
    });
    const [one, other] = [client('bot'), client('client')];
    const ids = ['100000000000000001', '100000000000000002', '100000000000000003'];
    const asked = ids.map((id, index) => (index === 0 ? other : one).get(`/channels/${id}`));
    await vi.waitFor(() => expect(questions).toBe(1));
    const late = other.get('/gateway/bot');
    await Promise.all([...asked, late]);
    const firstQuestion = paths().indexOf('/v10/users/@me');
    expect(paths()[firstQuestion + 1]).toBe('/v10/users/@me');
    expect(questions).toBe(2);
  });

  it('that is invalid: reported once, nothing more is sent, and no request is rejected', async () => {
    const { client, reported, paths } = await guarded((response) => unauthorized(response), { timeout: 500 });
    const bot = client('bot');
    const ids = ['100000000000000001', '100000000000000002'];
    const errors = await Promise.all(ids.map((id) => rejectionOf(bot.get(`/channels/${id}`))));
    for (const error of errors) expect(error).toMatchObject({ name: 'AbortError' });
    const sent = paths().length;
    expect(await rejectionOf(bot.get('/gateway/bot'))).toMatchObject({ name: 'AbortError' });
    expect(paths()).toHaveLength(sent);
    expect(reported.fatal).toEqual([expect.stringContaining('the bot token is not valid')]);
  });

  it('does not check it when an interaction’s token was refused', async () => {
    const { client, paths } = await guarded((response) => sendJson(response, 401, { message: 'no', code: 50_027 }));
    const error = await rejectionOf(client('interaction').patch(EDIT, { auth: false, body: {} }));
    expect(error).toMatchObject({ status: 401, code: 50_027 });
    expect(paths()).toHaveLength(1);
  });
});
