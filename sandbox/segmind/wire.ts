import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ImageFault } from './faults.ts';
import { errorResponse, type HttpResponse, htmlResponse } from './responses.ts';

/** The interval at which a dripping or endless body sends a piece. */
const TRICKLE_MS = 50;

const PNG_SIGNATURE = Buffer.from('89504e470d0a1a0a', 'hex');
/** The chunk IHDR with a width and height of 60,000 and a valid checksum, and IDAT without data. */
const HUGE_HEADER = Buffer.from('0000000d494844520000ea600000ea6008020000000fb0e215', 'hex');
const EMPTY_DATA = Buffer.from('000000004944415435af061e', 'hex');

export async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  // Safe cast: a request without an encoding yields buffers.
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

export function send(response: ServerResponse, { status, headers, body }: HttpResponse): void {
  response.writeHead(status, { ...headers, 'content-length': body.length });
  response.end(body);
}

/** Ends the connection with a TCP reset, as a crashing gateway does. */
export function breakConnection(response: ServerResponse): void {
  response.socket?.resetAndDestroy();
}

/** Answers a download as the fault says; `whole` is the response without the fault. */
export function sendImageFault(response: ServerResponse, whole: HttpResponse, fault: ImageFault): void {
  if (typeof fault === 'object') {
    response.writeHead(302, { location: fault.redirect }).end();
    return;
  }
  const length = { 'content-length': whole.body.length };
  switch (fault) {
    case 'html':
      send(response, htmlResponse(200, 'Sign in'));
      break;
    case '404':
      send(response, errorResponse(404, 'Not found'));
      break;
    case '500':
      send(response, errorResponse(500, 'Internal server error'));
      break;
    case 'empty':
      send(response, { ...whole, body: Buffer.alloc(0) });
      break;
    case 'signature':
      send(response, { ...whole, body: PNG_SIGNATURE });
      break;
    case 'bomb':
      send(response, { ...whole, body: Buffer.concat([PNG_SIGNATURE, HUGE_HEADER, EMPTY_DATA]) });
      break;
    case 'truncated':
      response.writeHead(200, { ...whole.headers, ...length });
      response.write(whole.body.subarray(0, whole.body.length / 2), () => response.destroy());
      break;
    case 'drip':
      response.writeHead(200, { ...whole.headers, ...length });
      trickle(response, (count) => whole.body.subarray(count, count + 1));
      break;
    case 'endless':
      response.writeHead(200, whole.headers);
      response.write(whole.body);
      trickle(response, () => Buffer.alloc(1024 * 1024));
      break;
    default:
      fault satisfies never;
  }
}

function trickle(response: ServerResponse, next: (count: number) => Buffer): void {
  let count = 0;
  const timer = setInterval(() => {
    // Don't buffer for a slow client.
    if (response.writableNeedDrain) return;
    response.write(next(count));
    count += 1;
  }, TRICKLE_MS);
  response.on('close', () => clearInterval(timer));
}
