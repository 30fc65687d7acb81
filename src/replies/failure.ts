import type { Failure } from '../jobs/failure.ts';
import type { Texts } from '../texts/index.ts';
import { escaped, isBlank, plain } from './escape.ts';

/** The provider's own words reach members only where they speak of the request, never of money, accounts or keys. */
const PRIVATE_MATTERS = new RegExp(
  [
    'credit|balance|bill(?!board)|invoice|payment|\\bpa(y|id)\\b|pric(e|ing)|\\bcosts?\\b|purchas|wallet|funds?\\b|top[ -]?up',
    'quota|spend|budget|\\bplans?\\b|tier\\b|subscri|upgrade|licen[cs]e|usd|dollar|euro\\b|\\bcents?\\b|\\p{Sc}',
    'key|token|secret|passw|credential|bearer|\\bauth|authori[sz]|SG_|account|\\bteams?\\b|organi[sz]ation|workspace',
    // Addresses, and what looks like a key whatever it is called.
    '://|www\\.|\\.(com|ai|io|dev|net|internal|local)\\b|@|\\d+\\.\\d+\\.\\d+\\.\\d+|[\\w-]{24,}',
  ].join('|'),
  'iu',
);

/** A code of several words, such as CONTENT_POLICY_VIOLATION: written as words it doesn't look like a key. */
const CODE = /(?<![\w-])[A-Z]{2,20}(?:_[A-Z]{2,20})+(?![\w-])/g;

/** What Segmind said, as a sentence; empty where members may not read it. */
function quote(said: string, { failure }: Texts): string {
  const detail = said.replace(CODE, (code) => code.toLowerCase().replaceAll('_', ' '));
  // What a reader takes for a letter counts as one: full-width forms, and words with something invisible inside.
  if (isBlank(detail) || PRIVATE_MATTERS.test(plain(detail.normalize('NFKC')))) return '';
  return failure.said(escaped(detail, 300));
}

/** Why a job ended without its images, and what the member can do. Addresses of images are on lines of their own. */
export function describeFailure(failure: Failure, texts: Texts): string {
  const text = texts.failure;
  switch (failure.kind) {
    case 'bad_request':
    case 'parameter_rejected':
    case 'inference_failed':
      return text[failure.kind](quote(failure.detail, texts));
    case 'stopped':
      return text.stopped(texts.stop[failure.reason]);
    case 'server_error':
    case 'unexpected_answer':
      return text[failure.kind](failure.status);
    case 'images_unavailable': {
      const { downloadFailed, linked, fetchAgain } = text;
      const { links } = failure;
      return links.length > 0 ? [downloadFailed, linked, ...links].join('\n') : `${downloadFailed} ${fetchAgain}`;
    }
    default:
      return text[failure.kind];
  }
}
