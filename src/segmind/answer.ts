import type { z } from 'zod';
import { now } from '../time.ts';
import { classifyRefusal } from './classify-refusal.ts';
import {
  BadRequest,
  CreditsNotFound,
  ForeignAnswer,
  InferenceFailed,
  InsufficientCredits,
  InvalidContentType,
  ModelForbidden,
  ModelNotFound,
  ModelRetired,
  ParameterRejected,
  RateLimited,
  RefusalUnclear,
  RequestNotFound,
  type SegmindFailure,
  ServerError,
  SpendLimitReached,
  Unauthorized,
  UnexpectedStatus,
  UnreadableAnswer,
} from './errors.ts';
import { explanationIn, isEnvelope, isObject } from './explanation.ts';
import type { HttpAnswer } from './http.ts';
import { withoutQuotes } from './quotes.ts';
import { resetAtMs } from './reset.ts';

/** Removing shorter texts would also remove Segmind's own words. */
const MIN_QUOTE_LENGTH = 8;

/** Statuses about one request: any JSON that comes with them may explain them. */
const ABOUT_THE_REQUEST: ReadonlySet<number> = new Set([400, 406, 422]);

/** What the failed call was about; `sent` is the free text of a submit. */
export type Subject =
  | { call: 'submit'; sent: readonly (string | undefined)[] }
  | { call: 'request'; requestId: string }
  | { call: 'credits' };

/** @throws UnreadableAnswer when the body isn't what `schema` describes */
export function parseAnswer<S extends z.ZodType>(schema: S, answer: HttpAnswer): z.output<S> {
  const json = answer.json();
  if (json === undefined)
    throw new UnreadableAnswer(answer.status, [answer.isCut ? 'too long' : 'no JSON, or too large']);
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  throw new UnreadableAnswer(
    answer.status,
    parsed.error.issues.map((issue) => `${issue.path.join('.') || 'body'}: ${issue.message}`),
  );
}

/** The text that explains a failure: from the JSON, or the bare text of the body. */
export function detailOf(answer: HttpAnswer): string {
  const json = answer.json();
  if (json !== undefined) return explanationIn(json);
  return textOf(answer)
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}

function textOf({ body }: HttpAnswer): string {
  return body.subarray(0, 4096).toString('utf8');
}

/** The failure that a status other than 2xx means. */
export function toFailure(answer: HttpAnswer, subject: Subject): SegmindFailure | RefusalUnclear {
  const { status } = answer;
  const detail = subject.call === 'submit' ? withoutSent(detailOf(answer), subject.sent) : detailOf(answer);
  const requestId = subject.call === 'request' ? subject.requestId : answer.header('x-request-id');
  if (status === 402 || status === 406) return refusalOf(answer, status, subject, detail);
  if (status === 429) return new RateLimited(resetAtMs(answer, now()));
  // Segmind's own 405 is a page as well.
  if (status >= 400 && status !== 405 && !isFromSegmind(answer)) return new ForeignAnswer(status, subject.call, detail);
  if (status >= 500) return new ServerError(status, detail);
  switch (status) {
    case 400:
      return new BadRequest(detail, requestId);
    case 401:
      return new Unauthorized(detail);
    case 403:
      return new ModelForbidden(detail);
    case 404:
      return notFound(subject, detail);
    case 410:
      return new ModelRetired(detail);
    case 422:
      return subject.call === 'credits' ? new UnexpectedStatus(status, detail) : new InferenceFailed(requestId, detail);
    default:
      return new UnexpectedStatus(status, detail);
  }
}

/** Without quotes of the prompt: the member knows it, and the operator must not read it. */
function withoutSent(detail: string, sent: readonly (string | undefined)[]): string {
  const quotes = sent.flatMap((text = '') => (text.trim().length >= MIN_QUOTE_LENGTH ? [text.trim()] : []));
  return quotes.reduce((rest, quote) => rest.replaceAll(quote, '…'), detail);
}

/** Whether the answer is Segmind's own JSON rather than that of a gateway in between. */
function isFromSegmind(answer: HttpAnswer): boolean {
  const json = answer.json();
  return isEnvelope(json) || (ABOUT_THE_REQUEST.has(answer.status) && isObject(json));
}

function refusalOf(answer: HttpAnswer, status: 402 | 406, subject: Subject, detail: string) {
  const { call } = subject;
  const isOwn = isFromSegmind(answer);
  const isPage = !isOwn && /<[a-z!]/i.test(textOf(answer));
  // A prompt that speaks of credits says nothing about the account.
  const text = subject.call === 'submit' ? withoutQuotes(detail, subject.sent) : detail;
  const topic = isPage ? 'unclear' : classifyRefusal(status, text, isOwn);
  switch (topic) {
    case 'credits':
      return new InsufficientCredits(status, detail);
    case 'spend_limit':
      return new SpendLimitReached(status, detail);
    case 'content_type':
      return new InvalidContentType(detail);
    case 'parameter':
      return new ParameterRejected(detail);
    case 'unclear':
      if (call === 'submit') return new RefusalUnclear(status, detail, { isFromSegmind: isOwn, isPage });
      return isOwn ? new UnexpectedStatus(status, detail) : new ForeignAnswer(status, call, detail);
    default:
      return topic satisfies never;
  }
}

function notFound(subject: Subject, detail: string): SegmindFailure {
  switch (subject.call) {
    case 'submit':
      return new ModelNotFound(detail);
    case 'request':
      return new RequestNotFound(subject.requestId, detail);
    case 'credits':
      return new CreditsNotFound(detail);
    default:
      return subject satisfies never;
  }
}
