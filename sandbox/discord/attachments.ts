import { createHash } from 'node:crypto';
import { ApiError, invalidForm } from './errors.ts';
import type { AttachmentRequest } from './message-body.ts';
import { snowflake } from './snowflakes.ts';
import type { Attachment, UploadedFile } from './types.ts';
import { objectsIn } from './walk.ts';

export interface AttachmentTarget {
  /** The origin of the files' addresses. */
  origin: string;
  channelId: string;
  /** Maximum bytes of one file. */
  sizeLimit: number;
}

/**
 * Computes the files of a message after a request: without a list, existing files stay and all new ones are added; with a list,
 * only the listed files remain.
 * @throws ApiError 50045 for a file over the limit, 50035 for an unknown id
 * @see https://discord.com/developers/docs/reference#editing-message-attachments
 */
export function mergeAttachments(
  current: readonly Attachment[],
  listed: readonly AttachmentRequest[] | null | undefined,
  files: readonly UploadedFile[],
  target: AttachmentTarget,
): Attachment[] {
  for (const file of files) {
    if (file.size > target.sizeLimit) {
      const detail = `${file.filename} has ${file.size} bytes, the limit is ${target.sizeLimit}`;
      throw new ApiError('fileTooLarge', { rule: 'file size', detail });
    }
  }
  const merged = listed
    ? listed.map((request) => resolve(request, current, files, target))
    : [...current, ...files.map((file) => store(file, undefined, target))];
  const unlisted = listed ? files.length - listed.filter((request) => fileOf(request, files)).length : 0;
  if (unlisted > 0) throw invalidForm([`attachments: ${unlisted} uploaded files are not listed`]);
  return merged;
}

/** Replaces each `attachment://name` in a copy of `value` by the file's address; `named` lists the files that were referenced. */
export function embedAttachments<T>(value: T, files: readonly Attachment[]): { value: T; named: Attachment[] } {
  const copy = structuredClone(value);
  const named: Attachment[] = [];
  for (const object of objectsIn(copy)) {
    const { url } = object;
    if (typeof url !== 'string' || !url.startsWith('attachment://')) continue;
    const file = files.find(({ filename }) => filename === url.slice('attachment://'.length));
    if (!file) throw invalidForm([`${url}: no such file in the message`]);
    object['url'] = file.url;
    named.push(file);
  }
  return { value: copy, named };
}

/**
 * Gives the addresses of other messages' files in a copy of `value` a signature, as Discord does when it shows an embed.
 * @see https://discord.com/developers/docs/reference#signed-attachment-cdn-urls
 */
export function signAddresses<T>(value: T, origin: string, find: (id: string) => Attachment | undefined): T {
  const copy = structuredClone(value);
  for (const object of objectsIn(copy)) {
    const { url } = object;
    if (typeof url !== 'string' || !url.startsWith(`${origin}/attachments/`)) continue;
    const file = find(attachmentIdIn(url));
    if (file) object['url'] = file.url;
  }
  return copy;
}

/** The id in the address of a file. */
export function attachmentIdIn(address: string): string {
  return new URL(address).pathname.split('/')[3] ?? '';
}

function fileOf(request: AttachmentRequest, files: readonly UploadedFile[]): UploadedFile | undefined {
  return files.find(({ field }) => field === `files[${request.id}]`);
}

function resolve(
  request: AttachmentRequest,
  current: readonly Attachment[],
  files: readonly UploadedFile[],
  target: AttachmentTarget,
): Attachment {
  const kept = current.find(({ id }) => id === String(request.id));
  if (kept) return request.description ? { ...kept, description: request.description } : kept;
  const file = fileOf(request, files);
  if (!file) throw invalidForm([`attachments: id ${request.id} is neither an uploaded file nor on the message`]);
  return store(file, request, target);
}

function store(file: UploadedFile, request: AttachmentRequest | undefined, target: AttachmentTarget): Attachment {
  const id = snowflake();
  // In a file name, Discord keeps only letters, digits, dots, dashes and underscores.
  const filename = (request?.filename ?? file.filename).replaceAll(/[^\w.-]/g, '_');
  return {
    id,
    filename,
    ...(request?.description ? { description: request.description } : {}),
    size: file.size,
    bytes: file.bytes,
    spoiler: request?.is_spoiler === true || filename.startsWith('SPOILER_'),
    contentType: file.contentType,
    url: `${target.origin}/attachments/${target.channelId}/${id}/${filename}?${signature(id)}`,
  };
}

/** File addresses are signed and carry their expiry, one day later. */
function signature(id: string): string {
  const nowSeconds = Math.floor(Date.now() / 1000);
  const hash = createHash('sha256').update(id).digest('hex');
  return new URLSearchParams({
    ex: (nowSeconds + 86_400).toString(16),
    is: nowSeconds.toString(16),
    hm: hash,
  }).toString();
}
