import { DiscordAPIError, REST } from 'discord.js';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createRefusalMemory } from '../../src/events/remember-refusals.ts';

beforeEach(() => void vi.useFakeTimers({ now: 0, toFake: ['Date', 'performance'] }));
afterEach(() => void vi.useRealTimers());

type Answer = () => Response | Promise<Response>;

const missingAccess: Answer = () => Response.json({ code: 50_001, message: 'Missing Access' }, { status: 403 });

/** Two REST clients with one memory, as in the bot; Discord gives these answers in order, then the last one again and again. */
function clientsWith(...answers: Answer[]) {
  const sent: string[] = [];
  const makeRequest = createRefusalMemory()(async (url, { method }) => {
    const answer = answers[Math.min(sent.length, answers.length - 1)];
    sent.push(`${method} ${new URL(url).pathname}`);
    // Safe cast: undici's and Node's responses have what discord.js reads.
    return (await answer?.()) as unknown as Awaited<ReturnType<REST['options']['makeRequest']>>;
  });
  // The test controls the clock.
  const limits = { globalRequestsPerSecond: Number.POSITIVE_INFINITY };
  const newClient = () => new REST({ retries: 0, makeRequest, ...limits }).setToken('token');
  return { rest: newClient(), other: newClient(), sent };
}

const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'fine',
    (error: unknown) => (error instanceof DiscordAPIError ? `${error.status} ${error.code}` : String(error)),
  );

describe('a look-up that Discord refused', () => {
  it.each([
    [401, 0],
    [403, 50_001],
    [404, 10_003],
  ])('with %i is refused again for a minute without a request, for every client', async (status, code) => {
    const { rest, other, sent } = clientsWith(() => Response.json({ code, message: 'No' }, { status }));
    const asked = await Promise.all(Array.from({ length: 20 }, () => codeOf(rest.get('/channels/1'))));
    expect(new Set(asked)).toEqual(new Set([`${status} ${code}`]));
    vi.advanceTimersByTime(59_999 - Date.now());
    expect(await codeOf(other.get('/channels/1'))).toBe(`${status} ${code}`);
    expect(sent).toHaveLength(1);
    vi.advanceTimersByTime(60_000 - Date.now());
    rest.setToken('token');
    expect(await codeOf(rest.get('/channels/1'))).toBe(`${status} ${code}`);
    expect(sent).toHaveLength(2);
  });

  it('is remembered by its URL, including the query', async () => {
    const { rest, sent } = clientsWith(missingAccess);
    const query = new URLSearchParams({ limit: '50' });
    for (const _ of [1, 2]) {
      await codeOf(rest.get('/channels/1/messages'));
      await codeOf(rest.get('/channels/1/messages', { query }));
      await codeOf(rest.get('/channels/2/messages'));
    }
    expect(sent).toHaveLength(3);
  });

  it('may be a POST with the same body, but not one with another body', async () => {
    const { rest, sent } = clientsWith(missingAccess);
    for (const recipient_id of ['1', '1', '2', '2']) {
      expect(await codeOf(rest.post('/users/@me/channels', { body: { recipient_id } }))).toBe('403 50001');
    }
    expect(sent).toHaveLength(2);
  });

  it('is remembered even if the refusal was not JSON', async () => {
    const { rest, sent } = clientsWith(() => new Response('<html>Access denied</html>', { status: 403 }));
    await codeOf(rest.get('/channels/1'));
    expect(await codeOf(rest.get('/channels/1'))).toBe('403 0');
    expect(sent).toHaveLength(1);
  });

  it('is not counted as an answer of Discord’s in the metrics', async () => {
    const { rest } = clientsWith(missingAccess);
    let answers = 0;
    rest.on('response', () => {
      answers += 1;
    });
    for (const _ of [1, 2, 3]) await codeOf(rest.get('/channels/1'));
    expect(answers).toBe(1);
  });

  it('is forgotten after 1000 others', async () => {
    const { rest, sent } = clientsWith(missingAccess);
    for (let id = 0; id <= 1_000; id += 1) await codeOf(rest.get(`/channels/${id}`));
    await codeOf(rest.get('/channels/1000'));
    expect(sent).toHaveLength(1_001);
    await codeOf(rest.get('/channels/0'));
    expect(sent).toHaveLength(1_002);
  });
});

describe('not remembered', () => {
  it('is a success', async () => {
    const { rest, sent } = clientsWith(missingAccess, () => Response.json({ id: '1' }));
    await codeOf(rest.get('/channels/1'));
    vi.advanceTimersByTime(60_000 - Date.now());
    for (const _ of [1, 2]) expect(await rest.get('/channels/1')).toEqual({ id: '1' });
    expect(sent).toHaveLength(3);
  });

  it.each<[string, Answer]>([
    ['a 500', () => new Response('', { status: 500 })],
    ['a 400', () => Response.json({ code: 50_035, message: 'Invalid Form Body' }, { status: 400 })],
    ['a broken connection', () => Promise.reject(Object.assign(new Error('reset'), { code: 'ECONNRESET' }))],
  ])('is an answer of %s', async (_, answer) => {
    const { rest, sent } = clientsWith(answer);
    for (const __ of [1, 2]) expect(await codeOf(rest.get('/channels/1'))).not.toBe('fine');
    expect(sent).toHaveLength(2);
  });

  it('is a request with an interaction’s token, an edit, a deletion, or an upload', async () => {
    const { rest, sent } = clientsWith(missingAccess);
    const files = [{ name: 'a.txt', data: 'a' }];
    for (const _ of [1, 2]) {
      await codeOf(rest.get('/webhooks/1/token/messages/@original', { auth: false }));
      await codeOf(rest.patch('/channels/1/messages/2', { body: { content: 'a' } }));
      await codeOf(rest.delete('/channels/1/messages/2'));
      await codeOf(rest.post('/channels/1/messages', { body: { content: 'a' }, files }));
    }
    expect(sent).toHaveLength(8);
  });
});
