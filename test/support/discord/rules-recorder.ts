import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import busboy from 'busboy';
import type { UploadedFile } from '../../../sandbox/discord/rules/index.ts';

export interface RecordedRequest {
  method: string;
  path: string;
  body: unknown;
  files: UploadedFile[];
}

async function readMultipart(request: IncomingMessage): Promise<Pick<RecordedRequest, 'body' | 'files'>> {
  const files: UploadedFile[] = [];
  let body: unknown;
  const parser = busboy({ headers: request.headers });
  parser.on('file', (field, stream, { filename }) => {
    let size = 0;
    stream.on('data', (chunk: Buffer) => {
      size += chunk.length;
    });
    stream.on('end', () => files.push({ field: field ?? '', filename: filename ?? '', size }));
  });
  parser.on('field', (name, value) => {
    if (name === 'payload_json') body = JSON.parse(value);
  });
  request.pipe(parser);
  await once(parser, 'close');
  return { body, files };
}

async function readBody(request: IncomingMessage): Promise<Pick<RecordedRequest, 'body' | 'files'>> {
  if (request.headers['content-type']?.startsWith('multipart/')) return readMultipart(request);
  const json = await text(request);
  return { body: json === '' ? undefined : JSON.parse(json), files: [] };
}

const MESSAGE = {
  id: '100000000000000009',
  channel_id: '100000000000000003',
  author: { id: '100000000000000001', username: 'timeless', discriminator: '0', avatar: null, bot: true },
  content: '',
  timestamp: '2026-01-01T00:00:00.000Z',
  edited_timestamp: null,
  tts: false,
  mention_everyone: false,
  mentions: [],
  mention_roles: [],
  attachments: [],
  embeds: [],
  components: [],
  pinned: false,
  type: 0,
};

function answer(method: string, path: string): object {
  if (path.endsWith('/commands')) return method === 'PUT' ? [] : { id: '100000000000000010' };
  if (path.endsWith('/users/@me/channels')) return { id: MESSAGE.channel_id, type: 1, recipients: [] };
  return MESSAGE;
}

/** A loopback server that records what discord.js sends, and answers just enough for discord.js to continue. */
export async function startRecorder() {
  const requests: RecordedRequest[] = [];
  const server = createServer(async (request, response) => {
    const path = decodeURIComponent(request.url ?? '')
      .replace(/^\/api\/v10/, '')
      .replace(/\?.*$/, '');
    const method = request.method ?? '';
    requests.push({ method, path, ...(await readBody(request)) });
    if (path.endsWith('/callback')) {
      response.writeHead(204).end();
      return;
    }
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer(method, path)));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the recorder has no port');
  return {
    apiUrl: `http://127.0.0.1:${address.port}/api`,
    requests,
    /** The newest request whose path ends like this. */
    last(pathEnd: string): RecordedRequest {
      const found = requests.findLast(({ path }) => path.endsWith(pathEnd));
      if (!found) throw new Error(`no request to ${pathEnd} was recorded`);
      return found;
    },
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
