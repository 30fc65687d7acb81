import type { ServerResponse } from 'node:http';
import { crc32 } from 'node:zlib';
import sharp from 'sharp';
import { describe, expect, it, onTestFinished } from 'vitest';
import { SegmindClient } from '../../src/segmind/client.ts';
import { isAllowedImageUrl } from '../../src/segmind/image-url.ts';
import { identifyImage } from '../../src/segmind/images.ts';
import { API_KEY, clientOf, listen, listenRaw, PNG, rejectionOf } from '../support/loopback.ts';

const sendImage = (response: ServerResponse) => response.writeHead(200, { 'content-type': 'image/png' }).end(PNG);

/** Downloads `/x.png` from a server that answers with `respond`. */
async function download(
  respond: Parameters<typeof listen>[0],
  options: { maxBytes?: number; timeoutMs?: number } = {},
) {
  const server = await listen(respond);
  return { server, downloading: clientOf(server).downloadImage(`${server.url}/x.png`, options) };
}

describe('a download', () => {
  it('returns the bytes unchanged and sends no key', async () => {
    const { server, downloading } = await download(sendImage);
    expect(await downloading).toEqual({ bytes: PNG, contentType: 'image/png', extension: 'png' });
    const [request] = server.received;
    expect(request?.headers).not.toHaveProperty('x-api-key');
    expect(JSON.stringify(request?.headers)).not.toContain(API_KEY);
    expect(request?.headers['accept-encoding']).toBe('identity');
  });

  it('goes by the bytes, not the headers', async () => {
    const { downloading } = await download((response) =>
      response.writeHead(200, { 'content-type': 'text/html' }).end(PNG),
    );
    expect(await downloading).toMatchObject({ contentType: 'image/png' });
  });

  it.each([
    ['a page', 200, '<html>not here</html>', 1, false],
    ['a page that claims to be an image', 200, '<svg onload="x">', 1, false],
    ['403', 403, 'no', 1, false],
    ['410', 410, 'gone', 1, false],
    ['404, thrice', 404, 'no', 3, true],
    ['500, thrice', 500, 'no', 3, true],
    ['429, thrice', 429, 'no', 3, true],
    ['no bytes, thrice', 200, '', 3, true],
  ])('refuses %s', async (_, status, body, tries, retriable) => {
    const { server, downloading } = await download((response) =>
      response.writeHead(status, { 'content-type': 'image/png' }).end(body),
    );
    const error = await rejectionOf(downloading);
    expect(error).toMatchObject({ name: 'ImageDownloadFailed', url: `${server.url}/x.png`, retriable });
    expect(server.received).toHaveLength(tries);
  });

  it.each([
    ['an answer of 500', (response: ServerResponse) => response.writeHead(500).end()],
    ['a broken connection', (response: ServerResponse) => response.destroy()],
    [
      'a body that ends too early',
      (response: ServerResponse) => {
        response.writeHead(200, { 'content-length': PNG.length });
        response.write(PNG.subarray(0, 20), () => response.destroy());
      },
    ],
  ])('tries again after %s', async (_, fail) => {
    const { server, downloading } = await download((response, __, index) =>
      index < 2 ? fail(response) : sendImage(response),
    );
    expect(await downloading).toMatchObject({ bytes: PNG });
    expect(server.received).toHaveLength(3);
  });

  it('refuses a body shorter than its content-length, each time', async () => {
    const server = await listenRaw((socket) =>
      socket.once('data', () => {
        socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${PNG.length + 1}\r\nconnection: close\r\n\r\n`);
        socket.end(PNG);
      }),
    );
    const error = await rejectionOf(clientOf(server).downloadImage(`${server.url}/x.png`));
    expect(error).toMatchObject({ name: 'ImageDownloadFailed', retriable: true });
    expect(server.connectionCount).toBe(3);
  });

  it('stops at the byte cap, with and without a content-length', async () => {
    const announced = await download(
      (response) => response.writeHead(200, { 'content-length': '2000000' }).write(PNG),
      {
        maxBytes: 100_000,
      },
    );
    expect(await rejectionOf(announced.downloading)).toMatchObject({
      reason: 'larger than 100000 bytes',
      retriable: false,
    });

    let sentBytes = 0;
    const endless = await download(
      (response) => {
        response.write(PNG);
        const chunk = Buffer.alloc(65_536);
        const pour = () => {
          while (!response.destroyed && response.write(chunk)) sentBytes += chunk.length;
        };
        response.on('drain', pour);
        pour();
      },
      { maxBytes: 1_000_000 },
    );
    expect(await rejectionOf(endless.downloading)).toMatchObject({ reason: 'larger than 1000000 bytes' });
    expect(endless.server.received).toHaveLength(1);
    expect(sentBytes).toBeLessThan(100_000_000);
  });

  it('accepts an image of exactly the byte cap', async () => {
    const { downloading } = await download(sendImage, { maxBytes: PNG.length });
    expect(await downloading).toMatchObject({ bytes: PNG });
  });

  it('stops a slow body when the total time is over', async () => {
    const { downloading } = await download(
      (response) => {
        response.write(PNG.subarray(0, 8));
        const drip = setInterval(() => response.write('.'), 10);
        response.on('close', () => clearInterval(drip));
      },
      { timeoutMs: 150 },
    );
    expect(await rejectionOf(downloading)).toMatchObject({
      name: 'ImageDownloadFailed',
      reason: 'not finished within 150 ms',
    });
  });

  it('ends with the reason of an abort, also between two tries', async () => {
    const controller = new AbortController();
    const reason = new Error('stopped');
    const server = await listen((response) => {
      response.writeHead(500).end();
      setImmediate(() => controller.abort(reason));
    });
    const failing = clientOf(server).downloadImage(`${server.url}/x.png`, { signal: controller.signal });
    expect(await rejectionOf(failing)).toBe(reason);
    expect(server.received).toHaveLength(1);
  });
});

describe('a redirect', () => {
  it('to an allowed host is followed', async () => {
    const { server, downloading } = await download((response, { path }) =>
      path === '/x.png' ? response.writeHead(302, { location: '/y.png' }).end() : sendImage(response),
    );
    expect(await downloading).toMatchObject({ bytes: PNG });
    expect(server.received.map(({ path }) => path)).toEqual(['/x.png', '/y.png']);
  });

  it('to another port on loopback is refused', async () => {
    const secret = await listen(sendImage);
    const { downloading } = await download((response) =>
      response.writeHead(302, { location: `${secret.url}/x.png` }).end(),
    );
    expect(await rejectionOf(downloading)).toMatchObject({
      reason: `${secret.host} is not an allowed host`,
      retriable: false,
    });
    expect(secret.received).toHaveLength(0);
  });

  it.each([
    'http://169.254.169.254/latest/meta-data/',
    'http://[::1]:80/x.png',
    'http://0x7f000001/x.png',
    'https://evil.example/x.png',
    '//evil.example/x.png',
    'file:///etc/passwd',
    'data:image/png;base64,AAAA',
  ])('to %s is refused', async (location) => {
    const { server, downloading } = await download((response) => response.writeHead(302, { location }).end());
    expect(await rejectionOf(downloading)).toMatchObject({ name: 'ImageDownloadFailed', retriable: false });
    expect(server.received).toHaveLength(1);
  });

  it('without a location is refused', async () => {
    const { downloading } = await download((response) => response.writeHead(302, { location: 'http://' }).end());
    expect(await rejectionOf(downloading)).toMatchObject({ reason: 'a redirect to nowhere' });
  });

  it('in a circle is refused', async () => {
    const { server, downloading } = await download((response) => response.writeHead(302, { location: '/x.png' }).end());
    expect(await rejectionOf(downloading)).toMatchObject({ reason: 'more than 3 redirects', retriable: false });
    expect(server.received).toHaveLength(4);
  });
});

describe('a URL of an image', () => {
  const hosts = ['images.segmind.com', 'CDN.example:8443', '127.0.0.1:9000', 'localhost:9000', 'other.example'];
  it.each([
    ['https://images.segmind.com/a.jpg', true],
    ['https://IMAGES.segmind.com:443/a.jpg', true],
    ['https://cdn.example:8443/a.jpg', true],
    ['http://127.0.0.1:9000/a.jpg', true],
    ['http://localhost:9000/a.jpg', true],
    ['https://127.0.0.1:9000/a.jpg', true],
    ['http://images.segmind.com/a.jpg', false],
    ['http://other.example/a.jpg', false],
    ['https://images.segmind.com:444/a.jpg', false],
    ['https://cdn.example/a.jpg', false],
    ['https://images.segmind.com.evil.example/a.jpg', false],
    ['https://evil.example/images.segmind.com', false],
    ['https://images.segmind.com@evil.example/a.jpg', false],
    ['https://user:pass@images.segmind.com/a.jpg', false],
    ['https://sub.images.segmind.com/a.jpg', false],
    ['http://127.0.0.1:9001/a.jpg', false],
    ['http://127.0.0.2:9000/a.jpg', false],
    ['ftp://images.segmind.com/a.jpg', false],
    ['javascript:alert(1)', false],
    ['not a URL', false],
    ['', false],
  ])('%s is allowed: %s', (url, allowed) => {
    expect(isAllowedImageUrl(url, hosts)).toBe(allowed);
    const client = new SegmindClient({ apiKey: API_KEY, baseUrl: 'http://127.0.0.1:1', imageHosts: hosts });
    onTestFinished(() => client.close());
    expect(client.isAllowedImageUrl(url)).toBe(allowed);
  });
});

describe('identifyImage', () => {
  const square = (format: 'jpeg' | 'png' | 'gif' | 'webp' | 'avif') =>
    sharp({ create: { width: 8, height: 8, channels: 3, background: 'red' } })
      .toFormat(format)
      .toBuffer();

  it.each([
    ['jpeg', 'jpg'],
    ['png', 'png'],
    ['gif', 'gif'],
    ['webp', 'webp'],
    ['avif', 'avif'],
  ] as const)('knows %s', async (format, extension) => {
    expect(await identifyImage(await square(format))).toEqual({ contentType: `image/${format}`, extension });
  });

  /** A PNG's header with this width and height, without an image. */
  const pngOf = (width: number, height: number) => {
    const header = Buffer.alloc(17);
    header.write('IHDR', 'latin1');
    header.writeUInt32BE(width, 4);
    header.writeUInt32BE(height, 8);
    header.set([8, 2, 0, 0, 0], 12);
    const chunk = (content: Buffer) => {
      const ends = Buffer.alloc(8);
      ends.writeUInt32BE(content.length - 4, 0);
      ends.writeUInt32BE(crc32(content), 4);
      return Buffer.concat([ends.subarray(0, 4), content, ends.subarray(4)]);
    };
    return Buffer.concat([PNG.subarray(0, 8), chunk(header), chunk(Buffer.from('IDAT')), chunk(Buffer.from('IEND'))]);
  };

  it('refuses an image whose header names more than 50 million pixels', async () => {
    expect(await identifyImage(pngOf(2048, 2048))).toMatchObject({ extension: 'png' });
    expect(await identifyImage(pngOf(10_000, 5_001))).toBeUndefined();
    expect(await identifyImage(pngOf(60_000, 60_000))).toBeUndefined();
  });

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['a page', Buffer.from('<!doctype html>')],
    ['SVG', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg">')],
    ['the first bytes of a PNG', PNG.subarray(0, 8)],
    ['the first bytes of a JPEG', Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 16, 1, 1])],
    ['a sound in RIFF', Buffer.from('RIFF\x10\0\0\0WAVEfmt ')],
  ])('finds no image in %s', async (_, bytes) => {
    expect(await identifyImage(bytes)).toBeUndefined();
  });
});
