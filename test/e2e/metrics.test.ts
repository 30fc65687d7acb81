import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { startBot } from '../../sandbox/bot.ts';
import { chooseDriver } from '../../src/storage/drivers.ts';
import { findFreePort } from '../support/free-port.ts';
import { ended, imageReply, openTestBed, type TestBed, textOf } from '../support/test-bed.ts';

let bed: TestBed;
let port: number;

async function open(options: Parameters<typeof openTestBed>[0] = {}): Promise<void> {
  port = await findFreePort();
  bed = await openTestBed({ ...options, env: { HTTP_PORT: String(port), ...options.env } });
}

afterEach(() => bed.close());

const get = (path: string, method = 'GET') => fetch(`http://127.0.0.1:${port}${path}`, { method });
const ask = (prompt: string) => bed.member('alice').command('timeless', { prompt });
const scrape = async () => (await get('/metrics')).text();

/** Scrapes until the metrics match. */
async function scraped(isRight: (metrics: string) => boolean): Promise<string> {
  let metrics = '';
  const look = async () => {
    metrics = await scrape();
    return isRight(metrics);
  };
  await expect.poll(look, { timeout: 15_000 }).toBe(true);
  return metrics;
}

/** The values of a metric by its labels, `''` for none. */
function valuesOf(metrics: string, name: string): Record<string, number> {
  const lines = metrics.matchAll(new RegExp(`^${name}(?:\\{(.*)\\})? (\\S+)$`, 'gm'));
  return Object.fromEntries([...lines].map(([, labels = '', value]) => [labels, Number(value)]));
}

describe('metrics', () => {
  it('count an image, a failure, a 429 and a refusal, without names', async () => {
    await open({
      settings: { limits: { everyone: { imagesPerDay: -1, jobsAtOnce: -1 } }, filterWords: ['forbidden'] },
      env: { BUDGET_USD_PER_DAY: '0.025', GUILD_BUDGET_USD_PER_DAY: '2.5' },
    });
    const { segmind, discord } = bed;
    await imageReply(await ask('a red rose'));
    segmind.script({ on: 'submit', failInference: 'blocked' });
    await ended(await ask('not to be painted'));
    segmind.script({ on: 'submit', rateLimit: 200 });
    await imageReply(await ask('asked for twice'));
    for (const prompt of ['a forbidden rose', 'beyond the budget']) {
      const refused = await ask(prompt);
      await refused.waitForReply((message) => textOf(message) !== '');
    }
    const metrics = await scraped(
      (text) => valuesOf(text, 'timeless_jobs_ended_total')['outcome="delivered",failure=""'] === 2,
    );

    expect(valuesOf(metrics, 'timeless_jobs_accepted_total')).toEqual({ '': 3 });
    const endings = valuesOf(metrics, 'timeless_jobs_ended_total');
    expect(endings).toMatchObject({
      'outcome="delivered",failure=""': 2,
      'outcome="failed",failure="inference_failed"': 1,
    });
    expect(Object.values(endings).reduce((sum, count) => sum + count)).toBe(3);
    expect(valuesOf(metrics, 'timeless_submits_total')).toEqual({
      'outcome="accepted"': 3,
      'outcome="rate_limited"': 1,
    });
    expect(valuesOf(metrics, 'timeless_segmind_requests_total')).toMatchObject({
      'method="POST",status="2xx"': 3,
      'method="POST",status="429"': 1,
    });
    for (const name of ['wait', 'delivery', 'finish_lag', 'render']) {
      const count = name === 'wait' ? 3 : 2;
      expect(valuesOf(metrics, `timeless_job_${name}_seconds_count`), name).toEqual({ '': count });
      expect(valuesOf(metrics, `timeless_job_${name}_seconds_sum`)[''], name).toBeGreaterThan(0);
    }
    expect(valuesOf(metrics, 'timeless_progress_edits_count')).toEqual({ '': 3 });
    expect(valuesOf(metrics, 'timeless_refusals_total')).toMatchObject({
      'reason="filtered"': 1,
      'reason="operator_budget"': 1,
    });
    expect(valuesOf(metrics, 'timeless_budget_spent_usd')['']).toBeCloseTo(0.0206, 6);
    expect(valuesOf(metrics, 'timeless_budget_reserved_usd')).toEqual({ '': 0 });
    expect(valuesOf(metrics, 'timeless_budget_limit_usd')).toEqual({ '': 0.025 });
    expect(valuesOf(metrics, 'timeless_guild_budget_spent_max_usd')['']).toBeCloseTo(0.0206, 6);
    expect(valuesOf(metrics, 'timeless_guild_budget_limit_usd')).toEqual({ '': 2.5 });
    expect(valuesOf(metrics, 'timeless_jobs_queued')).toEqual({ '': 0 });
    expect(valuesOf(metrics, 'timeless_jobs_in_flight')).toEqual({ '': 0 });
    expect(valuesOf(metrics, 'timeless_gateway_ready')).toEqual({ '': 1 });
    expect(valuesOf(metrics, 'timeless_circuit_open')['reason="credits"']).toBe(0);
    expect(valuesOf(metrics, 'timeless_credits_usd')[`account="segmind"`]).toBeCloseTo(segmind.creditsUsd, 6);
    const acknowledged = valuesOf(metrics, 'timeless_discord_requests_total')[
      'kind="client",method="POST",status="2xx"'
    ];
    expect(acknowledged).toBe(discord.requests.filter(({ path }) => path.endsWith('/callback')).length);
    expect(valuesOf(metrics, 'process_cpu_seconds_total')['']).toBeGreaterThan(0);
    expect(metrics).not.toMatch(/(?<![.\d])\d{17}/);
    expect(metrics).not.toContain('rose');
    expect(segmind.requests.filter(({ path }) => path.includes('credits'))).toEqual([]);
  });

  it('show the queue, the jobs in flight, and why nothing is submitted', { tags: 'slow' }, async () => {
    await open({ env: { SEGMIND_MAX_IN_FLIGHT: '1' } });
    const { segmind } = bed;
    segmind.hold();
    const invocations = [await ask('one'), await ask('two'), await ask('three')];
    const numberOf = (text: string, name: string) => valuesOf(text, `timeless_jobs_${name}`)[''];
    await scraped((text) => numberOf(text, 'queued') === 2 && numberOf(text, 'in_flight') === 1);
    segmind.release();
    for (const invocation of invocations) await imageReply(invocation);
    segmind.setCredits(0);
    await ended(await ask('four'));
    const stopped = valuesOf(await scrape(), 'timeless_circuit_open');
    expect(stopped['reason="credits"']).toBe(1);
    expect(Object.values(stopped).reduce((sum, value) => sum + value)).toBe(1);
    const refused = await ask('five');
    await refused.waitForReply((message) => textOf(message).includes('out of Segmind credits'));
    expect(valuesOf(await scrape(), 'timeless_refusals_total')).toMatchObject({ 'reason="stopped"': 1 });
  });

  it("count Discord's own 429", { tags: 'slow' }, async () => {
    await open();
    bed.discord.faults.add({
      method: 'PATCH',
      path: /@original$/,
      respond: {
        status: 429,
        body: { message: 'You are being rate limited.', retry_after: 0.2, global: false },
        headers: { 'retry-after': '1', via: '1.1 google' },
      },
    });
    await imageReply(await ask('a red rose'));
    const counted = valuesOf(await scrape(), 'timeless_discord_requests_total');
    expect(counted['kind="interaction",method="PATCH",status="429"']).toBe(1);
  });
});

describe('health', () => {
  it('is reported by /healthz and /readyz, only to GET and HEAD', async () => {
    await open();
    for (const path of ['/healthz', '/readyz', '/readyz?verbose']) expect((await get(path)).status, path).toBe(200);
    expect(await (await get('/healthz')).json()).toEqual({ status: 'alive' });
    expect(await (await get('/readyz')).json()).toEqual({
      status: 'ready',
      checks: { gateway: 'ok', database: 'ok' },
    });
    const head = await get('/metrics', 'HEAD');
    expect(head.status).toBe(200);
    expect(head.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(await head.text()).toBe('');
    for (const path of ['/', '/metrics/', '/__proto__', '/constructor', '//healthz', '/healthz/../metrics%00'])
      expect((await get(path)).status, path).toBe(404);
    const post = await get('/metrics', 'POST');
    expect([post.status, post.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  });

  it('refuses long headers', { tags: 'slow' }, async () => {
    await open();
    const sent = request({ port, host: '127.0.0.1', path: '/healthz', headers: { 'x-long': 'x'.repeat(9_000) } });
    sent.end();
    const [response] = await once(sent, 'response');
    expect(response.statusCode).toBe(431);
    response.resume();
  });

  it('is reported despite clients that send nothing, send half a request, or read no answer', async () => {
    await open();
    const requests = (path: string, count: number) => `GET ${path} HTTP/1.1\r\nhost: x\r\n\r\n`.repeat(count);
    const silent = Array.from({ length: 150 }, () => '');
    const halves = Array.from({ length: 150 }, () => 'GET /healthz HTTP/1.1\r\nhost: x\r\n');
    const deaf = Array.from({ length: 5 }, () => requests('/metrics', 50));
    const sockets = [...silent, ...halves, ...deaf].map((text) => {
      const socket = connect(port, '127.0.0.1').on('error', () => {});
      socket.pause();
      socket.write(text);
      return socket;
    });
    for (let round = 0; round < 20; round += 1) {
      const answer = await fetch(`http://127.0.0.1:${port}/healthz`, { signal: AbortSignal.timeout(10_000) });
      expect(await answer.json()).toEqual({ status: 'alive' });
    }
    // They don't delay the shutdown either, which `close` of the test bed awaits.
    expect(await bed.bot.stop()).toBe(0);
    for (const socket of sockets) socket.destroy();
  });

  it('disconnects clients that send nothing', { tags: 'slow' }, async () => {
    await open();
    const closed = ['', 'GET /healthz HTTP/1.1\r\nhost'].map(async (text) => {
      const socket = connect(port, '127.0.0.1');
      if (text) socket.write(text);
      socket.resume();
      await once(socket, 'close');
    });
    await Promise.all(closed);
    expect((await get('/healthz')).status).toBe(200);
  });

  it('is 503 with a reason while the gateway is disconnected', { tags: 'slow' }, async () => {
    await open();
    const { discord } = bed;
    // Requested again only when a session is invalid.
    discord.gateway.invalidateSession(false);
    await expect.poll(async () => (await get('/readyz')).status, { timeout: 5_000 }).toBe(503);
    expect(await (await get('/readyz')).json()).toMatchObject({ checks: { gateway: 'failed', database: 'ok' } });
    expect((await get('/healthz')).status).toBe(200);
    await expect.poll(async () => (await get('/readyz')).status, { timeout: 20_000 }).toBe(200);
    expect(bed.bot.log.filter(({ msg }) => msg === 'readiness check failed')).toHaveLength(1);
  });

  it('is 503 with a reason within 2 s while another program locks the database', { tags: 'slow' }, async () => {
    await open();
    const driver = await chooseDriver();
    const connection = driver.open(`${bed.folder}/data/timeless.db`, { busyTimeoutMs: 5_000 });
    connection.execute('begin immediate');
    const answer = await get('/readyz');
    expect([answer.status, await answer.json()]).toEqual([
      503,
      { status: 'not ready', checks: { gateway: 'ok', database: 'timed out' } },
    ]);
    connection.execute('commit');
    connection.close();
    await expect.poll(async () => (await get('/readyz')).status, { timeout: 10_000 }).toBe(200);
  });
});

describe('the port', () => {
  it('ends the bot with one line when it is in use', { tags: 'slow' }, async () => {
    await open();
    const taken = new URL(bed.segmind.url).port;
    await expect(bed.restart({ HTTP_PORT: taken })).rejects.toThrow(
      /HTTP_PORT \d+ on 127\.0\.0\.1 can't be used \(in use by another program\)/,
    );
    await bed.restart();
  });
});

it('without a port, monitoring is not even loaded', { tags: 'slow' }, async () => {
  await open();
  const { discord, segmind } = bed;
  const loads = async (env: Readonly<Record<string, string>>) => {
    const bot = startBot({ discord, segmind, env: { ...env, NODE_DEBUG: 'module' } });
    await bot.ready;
    await bot.stop();
    return bot.stderr.includes('node_modules/prom-client/');
  };
  await bed.crash();
  expect(await loads({ HTTP_PORT: String(port) })).toBe(true);
  expect(await loads({})).toBe(false);
  await bed.restart();
});
