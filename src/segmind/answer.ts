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
import { parseJson } from './json.ts';
import { withoutQuotes } from './quotes.ts';
import { resetAtMs } from './reset.ts';

/** Cutting out shorter texts would take words of Segmind's along. */
const MIN_QUOTE_LENGTH = 8;

/** They concern one request: whatever JSON comes with them may explain them. */
const ABOUT_THE_REQUEST: ReadonlySet<number> = new Set([400, 406, 422]);

/** What the failed call was about; `sent` are the free texts of a submit. */
export type Subject =
  | { call: 'submit'; sent: readonly (string | undefined)[] }
  | { call: 'request'; requestId: string }
  | { call: 'credits' };

/** The body as JSON, or undefined when it is none, or more than an answer can have. */
export function jsonOf(answer: HttpAnswer): unknown {
  return answer.isCut ? undefined : parseJson(answer.body);
}

/** @throws UnreadableAnswer when the body isn't what `schema` describes */
export function parseAnswer<S extends z.ZodType>(schema: S, answer: HttpAnswer): z.output<S> {
  const json = jsonOf(answer);
  if (json === undefined)
    throw new UnreadableAnswer(answer.status, [answer.isCut ? 'too long' : 'no JSON, or too much of it']);
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  throw new UnreadableAnswer(
    answer.status,
    parsed.error.issues.map((issue) => `${issue.path.join('.') || 'body'}: ${issue.message}`),
  );
}

/** The words about a failure: those in the JSON, else the bare text of the body. */
export function detailOf(answer: HttpAnswer): string {
  const json = jsonOf(answer);
  if (json !== undefined) return explanationIn(json);
  return textOf(answer)
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}

function textOf({ body }: HttpAnswer): string {
  return body.subarray(0, 4096).toString('utf8');
}

/** The failure that a status outside of 2xx stands for. */
export function toFailure(answer: HttpAnswer, subject: Subject): SegmindFailure | RefusalUnclear {
  const { status } = answer;
  const detail = subject.call === 'submit' ? withoutWhole(detailOf(answer), subject.sent) : detailOf(answer);
  const requestId = subject.call === 'request' ? subject.requestId : answer.header('x-request-id');
  if (status === 402 || status === 406) return refusalOf(answer, status, subject, detail);
  if (status === 429) return new RateLimited(resetAtMs(answer, now()));
  // Segmind's own 405 is a page as well.
  if (status >= 400 && status !== 405 && !isSegmindsWord(answer))
    return new ForeignAnswer(status, subject.call, detail);
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

/** The member knows what was sent, and the operator need not. */
function withoutWhole(detail: string, sent: readonly (string | undefined)[]): string {
  const quotes = sent.flatMap((text = '') => (text.trim().length >= MIN_QUOTE_LENGTH ? [text.trim()] : []));
  return quotes.reduce((rest, quote) => rest.replaceAll(quote, '…'), detail);
}

function isSegmindsWord(answer: HttpAnswer): boolean {
  const json = jsonOf(answer);
  return isEnvelope(json) || (ABOUT_THE_REQUEST.has(answer.status) && isObject(json));
}

function refusalOf(answer: HttpAnswer, status: 402 | 406, subject: Subject, detail: string) {
  const { call } = subject;
  const isWord = isSegmindsWord(answer);
  const isPage = !isWord && /<[a-z!]/i.test(textOf(answer));
  // What a prompt says of credits says nothing about the account, wherever it is quoted.
  const words = subject.call === 'submit' ? withoutQuotes(detail, subject.sent) : detail;
  const refusal = isPage ? 'unclear' : classifyRefusal(status, words, isWord);
  switch (refusal) {
    case 'credits':
      return new InsufficientCredits(status, detail);
    case 'spend_limit':
      return new SpendLimitReached(status, detail);
    case 'content_type':
      return new InvalidContentType(detail);
    case 'parameter':
      return new ParameterRejected(detail);
    case 'unclear':
      if (call === 'submit') return new RefusalUnclear(status, detail, { isSegmindsWord: isWord, isPage });
      return isWord ? new UnexpectedStatus(status, detail) : new ForeignAnswer(status, call, detail);
    default:
      return refusal satisfies never;
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
