import type { Failure, StopReason } from '../jobs/failure.ts';
import { escaped, isBlank, plain } from './escape.ts';

const UNCHARGED = 'Nothing was charged.';

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

function reason(told: string): string {
  const detail = told.replace(CODE, (code) => code.toLowerCase().replaceAll('_', ' '));
  // What a reader takes for a letter counts as one: full-width forms, and words with something invisible inside.
  if (isBlank(detail) || PRIVATE_MATTERS.test(plain(detail.normalize('NFKC')))) return '';
  return ` It said: “${escaped(detail, 300)}”.`;
}

/** Why nothing is submitted at present, for moderators of the operator's own servers. */
export function describeStopCause(stop: StopReason): string {
  switch (stop) {
    case 'credits':
      return 'The bot is out of credits at its image service.';
    case 'spend_limit':
      return 'The bot has reached the spend limit that its operator set.';
    case 'unauthorized':
      return 'The bot is not set up correctly: its image service does not let it in.';
    case 'forbidden':
      return 'The bot is not set up correctly: it may not use this image model.';
    case 'model_not_found':
      return 'The bot is not set up correctly: its image service does not know the model.';
    case 'model_retired':
      return 'The image model that the bot uses has been retired.';
    case 'gateway_trouble':
      return 'Something between the bot and its image service answers in its place.';
    default:
      return stop satisfies never;
  }
}

/** Why nothing is submitted at present, for a member. It is the operator's matter and stands in the log. */
export function describeStop(stop: StopReason): string {
  return `${describeStopCause(stop)} The operator has been told.`;
}

function describeServerError(status: number): string {
  switch (status) {
    case 500:
      return `The image service had an internal error. Another size, scheduler or number of steps may help. ${UNCHARGED}`;
    case 502:
      return `The image service is not reachable behind its own gateway. Try again in a minute. ${UNCHARGED}`;
    case 504:
      return `The image service did not answer its own gateway in time. Try again in a minute. ${UNCHARGED}`;
    default:
      return `The image service is having trouble. Try again in a few minutes. ${UNCHARGED}`;
  }
}

/** Why a job ended without its images, and what the member can do. */
export function describeFailure(failure: Failure): string {
  switch (failure.kind) {
    case 'bad_request':
      return `The image service could not read this request.${reason(failure.detail)} Change the prompt or an option and try again. ${UNCHARGED}`;
    case 'parameter_rejected':
      return `The image service refused one of the options.${reason(failure.detail)} Change it and try again. ${UNCHARGED}`;
    case 'inference_failed':
      return `The image service could not paint this.${reason(failure.detail)} Change the prompt or an option and try again. ${UNCHARGED}`;
    case 'stopped':
      return `${describeStop(failure.reason)} ${UNCHARGED}`;
    case 'misconfigured':
      return `The bot is not set up correctly: its image service did not take the form of its requests. The operator has been told. ${UNCHARGED}`;
    case 'server_error':
      return describeServerError(failure.status);
    case 'unreachable':
      return `The image service could not be reached. Try again in a minute. ${UNCHARGED}`;
    case 'refused_on_the_way':
      return `Something between the bot and the image service turned this request away. ${UNCHARGED} Try again in a minute.`;
    case 'unexpected_answer':
      return `The image service gave an answer that the bot does not understand (${failure.status}). The operator has been told.`;
    case 'result_expired':
      return 'The image service no longer has this request; it keeps results for an hour. It may have been painted and charged.';
    case 'result_unreadable':
      return "Your image was painted and charged, but the bot can't read the image service's answer. The operator has been told.";
    case 'took_too_long':
      return 'The image service did not finish this within an hour and has dropped it.';
    case 'waited_too_long':
      return `This waited in line for an hour without getting its turn. ${UNCHARGED} Try again when there is less going on.`;
    case 'images_unavailable':
      return [
        'The image was painted, but could not be downloaded.',
        ...(failure.links.length > 0 ? ['For some days it is here:', ...failure.links] : []),
      ].join('\n');
    case 'undeliverable':
      return 'Your image is painted, but Discord refused it everywhere I tried. Press Fetch image: that costs nothing.';
    case 'internal':
      return 'Something broke in the bot. The operator has been told.';
    case 'not_submitted':
      return `Something broke in the bot before this was submitted. The operator has been told. ${UNCHARGED}`;
    default:
      return failure satisfies never;
  }
}
