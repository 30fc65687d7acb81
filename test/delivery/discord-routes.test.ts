import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { REST, SnowflakeUtil } from 'discord.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DiscordRoutes } from '../../src/delivery/discord-routes.ts';
import { furtherMessage } from '../../src/replies/ending.ts';
import { makeJob } from '../support/job-fixtures.ts';

let server: Server;
let requests: string[];
let answer: object;
let answerTo: (url: string) => object;
let routes: DiscordRoutes;
beforeEach(async () => {
  requests = [];
  answer = { id: '5' };
  answerTo = () => answer;
  server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => {
      body += text;
    });
    request.on('end', () => {
      requests.push(`${request.method} ${request.url} ${body}`);
      response
        .writeHead(200, { 'content-type': 'application/json' })
        .end(JSON.stringify(answerTo(String(request.url))));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // Safe cast: a listening TCP server has an address with a port.
  const { port } = server.address() as AddressInfo;
  const rest = () => new REST({ api: `http://127.0.0.1:${port}`, retries: 0 });
  routes = new DiscordRoutes(rest().setToken('a.b.c'), rest());
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

describe('a message with files', () => {
  it('is known by its id and the address of its first file, without the signature that ends', async () => {
    const file = 'https://cdn.discordapp.com/attachments/1/2/timeless-7-1.png';
    answer = { id: '5', attachments: [{ url: `${file}?ex=1&is=2&hm=3&` }, { url: `${file}.other` }] };
    const outgoing = { body: {}, files: [] };
    expect(await routes.editReply(makeJob(), outgoing)).toEqual({ id: '5', imageUrl: file });
    answer = { id: '5', attachments: [] };
    expect(await routes.editMessage('1', '2', outgoing)).toEqual({ id: '5' });
  });
});

describe('the messages that were posted since a moment', () => {
  const job = makeJob();
  const message = (id: number, jobId = job.id, files = 1) => ({
    id: String(id),
    attachments: Array.from({ length: files }, () => ({ url: 'https://cdn.test/1.png' })),
    components: furtherMessage({ ...job, id: jobId }).components,
  });

  it('are those of the job with files, the earliest first, over several pages', async () => {
    const others = Array.from({ length: 97 }, (_, index) => message(1_000 - index, 'other'));
    const pages = [
      [...others, message(3), message(2), message(1, job.id, 0)],
      [message(2_001), message(2_000)],
    ];
    answerTo = (url) => pages[url.includes('after=1000') ? 1 : 0] ?? [];
    const sinceMs = Date.UTC(2026, 0, 1);
    const found = await routes.findAllPosted('9', job, sinceMs);
    expect(found.map(({ id }) => id)).toEqual(['2', '3', '2000', '2001']);
    const [first = '', second = ''] = requests;
    expect(requests).toHaveLength(2);
    expect(second).toContain('after=1000&limit=100');
    const after = /after=(\d+)/.exec(first)?.[1] ?? '';
    // A minute earlier, should Discord's clock be behind.
    expect(SnowflakeUtil.timestampFrom(after)).toBe(sinceMs - 60_000);
  });

  it('are searched for in a limited number of pages', async () => {
    answer = Array.from({ length: 100 }, (_, index) => message(1_000 - index, 'other'));
    expect(await routes.findAllPosted('9', job, Date.now())).toEqual([]);
    expect(requests).toHaveLength(10);
  });
});

describe('a further message', () => {
  const outgoing = (isPrivate: boolean) => {
    const job = makeJob({ isPrivate });
    const attachments = [{ id: '0', filename: 'a.png' }];
    const message = {
      body: { ...furtherMessage(job), attachments },
      files: [{ name: 'a.png', data: Buffer.from('bytes') }],
    };
    return routes.followUp(job, message);
  };

  it('of a private job is ephemeral (64), also with files', async () => {
    await outgoing(true);
    expect(requests[0]).toMatch(/^POST \/v10\/webhooks\/100000000000000002\/token\?wait=true/);
    expect(requests[0]).toContain('"flags":64');
  });

  it('of any other job is not', async () => {
    await outgoing(false);
    expect(requests[0]).not.toContain('"flags"');
  });
});
