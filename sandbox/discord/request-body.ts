import type { IncomingMessage } from 'node:http';
import busboy from 'busboy';
import { ApiError, invalidForm } from './errors.ts';
import type { UploadedFile } from './types.ts';

/** @see https://discord.com/developers/docs/resources/message#create-message-limitations */
const MAX_REQUEST_BYTES = 25 * 1024 * 1024;
const MAX_FILE_FIELD = 9;

export interface RequestBody {
  json: unknown;
  files: UploadedFile[];
  /** Why the body can't be used. It isn't thrown, so that the request is recorded in any case. */
  error?: ApiError;
}

/** Reads a whole body: JSON, or multipart with `payload_json` and `files[n]`. */
export async function readBody(request: IncomingMessage): Promise<RequestBody> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    // Safe cast: a request without an encoding yields buffers.
    const bytes = chunk as Buffer;
    size += bytes.length;
    if (size <= MAX_REQUEST_BYTES) chunks.push(bytes);
  }
  if (size > MAX_REQUEST_BYTES) {
    const detail = `${size} bytes, the limit is ${MAX_REQUEST_BYTES}`;
    return { json: undefined, files: [], error: new ApiError('requestTooLarge', { rule: 'request size', detail }) };
  }
  if (size === 0) return { json: undefined, files: [] };
  const bytes = Buffer.concat(chunks);
  const contentType = request.headers['content-type'] ?? '';
  if (/^application\/json\b/i.test(contentType)) return { ...parseJson(bytes.toString('utf8')), files: [] };
  if (/^multipart\/form-data\b/i.test(contentType)) return await parseMultipart(bytes, contentType);
  return { json: undefined, files: [], error: invalidForm([`Content-Type: ${contentType || 'none'} is not allowed`]) };
}

function parseJson(text: string): Pick<RequestBody, 'json' | 'error'> {
  try {
    return { json: JSON.parse(text) };
  } catch (error) {
    return { json: undefined, error: new ApiError('invalidJson', { rule: 'JSON', detail: String(error) }) };
  }
}

function parseMultipart(bytes: Buffer, contentType: string): Promise<RequestBody> {
  return new Promise((resolve) => {
    const files: UploadedFile[] = [];
    const problems: string[] = [];
    let payload: string | undefined;
    const parser = busboy({
      headers: { 'content-type': contentType },
      defParamCharset: 'utf8',
      limits: { fieldSize: MAX_REQUEST_BYTES },
    });
    parser.on('field', (name, value) => {
      if (name === 'payload_json') payload = value;
      else problems.push(`${name}: unknown form field`);
    });
    parser.on('file', (field, stream, info) => {
      const parts: Buffer[] = [];
      stream.on('data', (part: Buffer) => parts.push(part));
      stream.on('end', () => {
        const index = /^files\[(\d+)\]$/.exec(field)?.[1];
        if (index === undefined || Number(index) > MAX_FILE_FIELD)
          problems.push(`${field}: must be files[0] to files[9]`);
        if (!info.filename) problems.push(`${field}: must have a filename`);
        if (files.some((file) => file.field === field)) problems.push(`${field}: sent twice`);
        const content = Buffer.concat(parts);
        const { filename, mimeType } = info;
        files.push({ field, filename: filename ?? '', contentType: mimeType, size: content.length, bytes: content });
      });
    });
    parser.on('error', (error) =>
      resolve({ json: undefined, files, error: invalidForm([`multipart: ${String(error)}`]) }),
    );
    parser.on('close', () => {
      if (problems.length > 0) resolve({ json: undefined, files, error: invalidForm(problems) });
      else resolve({ ...(payload === undefined ? { json: {} } : parseJson(payload)), files });
    });
    parser.end(bytes);
  });
}
