import { errorResponse, type HttpResponse, jsonResponse } from './responses.ts';

/**
 * How the refusal of a submit for want of credits is worded, as other clients have met it: the balance, a text for web pages, an
 * object for an error, balance and need, a bare text that is no JSON, or nothing at all.
 */
export type CreditsWording = 'balance' | 'html-message' | 'object' | 'need' | 'bare' | 'empty';

interface Shortage {
  readonly version: 'v1' | 'v2';
  readonly balanceUsd: number;
  readonly priceUsd: number;
}

/** The refusal of a submit that the balance doesn't cover: v2 says 402, v1 says 406. */
export function outOfCredits(wording: CreditsWording, { version, balanceUsd, priceUsd }: Shortage): HttpResponse {
  const status = version === 'v1' ? 406 : 402;
  const text = (type: string, body: string) => ({
    status,
    headers: { 'content-type': type },
    body: Buffer.from(body),
  });
  switch (wording) {
    case 'balance':
      return errorResponse(status, `Insufficient credits. You have ${balanceUsd} credits.`);
    case 'html-message':
      return jsonResponse(status, { 'html-message': 'Insufficient credits' });
    case 'object':
      return jsonResponse(status, { error: { message: 'Insufficient credits' } });
    case 'need':
      return errorResponse(
        status,
        `Your balance of ${balanceUsd} credits does not cover the ${priceUsd} that this needs.`,
      );
    case 'bare':
      return text('text/plain', 'Not Acceptable: Not enough credits');
    case 'empty':
      return text('application/json', '');
    default:
      return wording satisfies never;
  }
}
