import { createHash } from 'node:crypto';
import { ApiError } from './errors.ts';
import type { RequestRecord, UploadedFile } from './types.ts';

/** A limit on files that is stricter than the one Discord announces. */
export interface UploadLimit {
  /** The affected routes, matched against the decoded path without `/api/v10`; default all. */
  path?: RegExp;
  /** Maximum bytes of one file; default: the announced limit. */
  fileBytes?: number;
  /** Maximum bytes of all files of a request. */
  requestBytes?: number;
  /** How larger files are rejected: `file` is 50045 with 400, `request` 40005 with 413, `page` 413 with a proxy's HTML page. Default `file`. */
  answer?: 'file' | 'request' | 'page';
}

interface Refusal {
  status: number;
  body: unknown;
  headers?: Record<string, string>;
}

const PAGE = '<html><head><title>413 Request Entity Too Large</title></head><body>cloudflare</body></html>';

function bytesOf(files: readonly UploadedFile[]): number {
  return files.reduce((sum, { size }) => sum + size, 0);
}

/** Identifies the files of one message, so that a retry is recognised. */
function fingerprint({ path, body }: RequestRecord, files: readonly UploadedFile[]): string {
  const hash = createHash('sha256');
  for (const { bytes } of files) hash.update(String(bytes.length)).update(bytes);
  const nonce = typeof body === 'object' && body !== null && 'nonce' in body ? body.nonce : '';
  return `${path} ${nonce} ${hash.digest('hex')}`;
}

/** Rejects files that are within the announced limit. A bot can't foresee that, but it must not send them again. */
export class Uploads {
  readonly #always: readonly UploadLimit[];
  #limits: readonly UploadLimit[] = [];
  readonly #refused = new Set<string>();

  /** @param always limits that apply in addition to those a test sets */
  constructor(...always: UploadLimit[]) {
    this.#always = always;
  }

  /** Replaces the limits; call it without arguments to lift them. */
  limit(...limits: UploadLimit[]): void {
    this.#limits = limits;
  }

  /** @throws ApiError, with a breach when the same files were rejected before. @returns a proxy's page, if the limit says so */
  check(record: RequestRecord, files: readonly UploadedFile[]): Refusal | undefined {
    const limit = [...this.#limits, ...this.#always].find(
      ({ path, fileBytes = Number.POSITIVE_INFINITY, requestBytes = Number.POSITIVE_INFINITY }) =>
        (path?.test(record.path) ?? true) &&
        (files.some(({ size }) => size > fileBytes) || bytesOf(files) > requestBytes),
    );
    if (!limit) return undefined;
    const key = fingerprint(record, files);
    const detail = `${bytesOf(files)} bytes in ${files.length} files were refused before`;
    const breach = this.#refused.has(key) ? { rule: 'refused files', detail } : undefined;
    this.#refused.add(key);
    if (limit.answer !== 'page' || breach)
      throw new ApiError(limit.answer === 'request' ? 'requestTooLarge' : 'fileTooLarge', breach);
    return { status: 413, body: PAGE, headers: { 'Content-Type': 'text/html' } };
  }
}
