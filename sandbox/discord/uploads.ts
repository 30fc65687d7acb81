import { createHash } from 'node:crypto';
import { ApiError } from './errors.ts';
import type { RequestRecord, UploadedFile } from './types.ts';

/** What Discord takes of files where that is less than it says. */
export interface UploadLimit {
  /** The routes that it holds for, matched against the decoded path without `/api/v10`; default all. */
  path?: RegExp;
  /** Bytes of one file; default any that Discord says it takes. */
  fileBytes?: number;
  /** Bytes of all files of a request. */
  requestBytes?: number;
  /** How too much is refused: 50045 with 400, 40005 with 413, or 413 with the page of a proxy. Default 50045. */
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

/** The files of one message, wherever they are tried again. */
function fingerprint({ path, body }: RequestRecord, files: readonly UploadedFile[]): string {
  const hash = createHash('sha256');
  for (const { bytes } of files) hash.update(String(bytes.length)).update(bytes);
  const nonce = typeof body === 'object' && body !== null && 'nonce' in body ? body.nonce : '';
  return `${path} ${nonce} ${hash.digest('hex')}`;
}

/** Refuses files that keep to what Discord says. A bot can't foresee that, but it need not send them again. */
export class Uploads {
  readonly #always: readonly UploadLimit[];
  #limits: readonly UploadLimit[] = [];
  readonly #refused = new Set<string>();

  /** @param always holds beside what a test limits */
  constructor(...always: UploadLimit[]) {
    this.#always = always;
  }

  /** Takes no more than these limits allow from now on; none lifts them. */
  limit(...limits: UploadLimit[]): void {
    this.#limits = limits;
  }

  /** @throws ApiError, with a breach where the same files were refused before. @returns the page that a proxy answers with, if any */
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
