import type { z } from 'zod';
import { now } from '../time.ts';
import {
  BadRequest,
  CreditsNotFound,
  InferenceFailed,
  InsufficientCredits,
  InvalidContentType,
  ModelForbidden,
  ModelNotFound,
  ModelRetired,
  ParameterRejected,
  RateLimited,
  RequestNotFound,
  type SegmindFailure,
  ServerError,
  SpendLimitReached,
  Unauthorized,
  UnexpectedStatus,
  UnreadableAnswer,
} from './errors.ts';
import type { Answer } from './http.ts';
import { classifyRefusal } from './refusal.ts';
import { resetAtMs } from './reset.ts';
import { errorSchema } from './schemas.ts';

/** Shorter texts can't pass for words of Segmind's, and cutting them out would take words of Segmind's along. */
const MIN_QUOTE_LENGTH = 8;

/** What the failed call was about; `sent` are the free texts of a submit. */
export type Subject =
  | { call: 'submit'; sent: readonly (string | undefined)[] }
  | { call: 'request'; requestId: string }
  | { call: 'credits' };

/** The body as JSON, or undefined when it is none. */
export function jsonOf(answer: Answer): unknown {
  try {
    return JSON.parse(answer.body.toString('utf8'));
  } catch {
    return undefined;
  }
}

/** @throws UnreadableAnswer when the body isn't what `schema` describes */
export function parseAnswer<S extends z.ZodType>(schema: S, answer: Answer): z.output<S> {
  const json = jsonOf(answer);
  if (json === undefined) throw new UnreadableAnswer(answer.status, [answer.isCut ? 'too long' : 'not JSON']);
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  throw new UnreadableAnswer(
    answer.status,
    parsed.error.issues.map((issue) => `${issue.path.join('.') || 'body'}: ${issue.message}`),
  );
}

/** Segmind's own words about a failure: the envelope's texts, else the bare text of the body. */
export function detailOf(answer: Answer): string {
  const parsed = errorSchema.safeParse(jsonOf(answer));
  if (parsed.success) return parsed.data;
  const text = answer.body.subarray(0, 4096).toString('utf8');
  return text
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}

/** The failure that a status outside of 2xx stands for. */
export function failureOf(answer: Answer, subject: Subject): SegmindFailure {
  const { status } = answer;
  const detail = subject.call === 'submit' ? withoutQuotes(detailOf(answer), subject.sent) : detailOf(answer);
  const requestId = subject.call === 'request' ? subject.requestId : answer.header('x-request-id');
  if (status >= 500) return new ServerError(status, detail);
  switch (status) {
    case 400:
      return new BadRequest(detail, requestId);
    case 401:
      return new Unauthorized(detail);
    case 402:
    case 406:
      return refusalOf(status, detail);
    case 403:
      return new ModelForbidden(detail);
    case 404:
      return notFound(subject, detail);
    case 410:
      return new ModelRetired(detail);
    case 422:
      return subject.call === 'credits' ? new UnexpectedStatus(status, detail) : new InferenceFailed(requestId, detail);
    case 429:
      return new RateLimited(resetAtMs(answer, now()));
    default:
      return new UnexpectedStatus(status, detail);
  }
}

/** An answer may quote the prompt, and a prompt can say that credits are out: what was sent says nothing about the account. */
function withoutQuotes(detail: string, sent: readonly (string | undefined)[]): string {
  const quotes = sent.filter((text) => text !== undefined && text.trim().length >= MIN_QUOTE_LENGTH);
  return quotes.reduce<string>((rest, quote) => rest.replaceAll(String(quote).trim(), '…'), detail);
}

function refusalOf(status: 402 | 406, detail: string): SegmindFailure {
  const refusal = classifyRefusal(status, detail);
  switch (refusal) {
    case 'credits':
      return new InsufficientCredits(status, detail);
    case 'spend_limit':
      return new SpendLimitReached(status, detail);
    case 'content_type':
      return new InvalidContentType(detail);
    case 'parameter':
      return new ParameterRejected(detail);
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
