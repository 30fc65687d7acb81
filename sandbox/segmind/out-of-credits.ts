import { errorResponse, type HttpResponse, jsonResponse } from './responses.ts';

/**
 * The bodies in which other clients have seen "out of credits": the balance, a text for web pages, an
 * error object, balance and price, plain text instead of JSON, or an empty body.
 */
export type CreditsWording = 'balance' | 'html-message' | 'object' | 'need' | 'bare' | 'empty';

interface Shortage {
  readonly version: 'v1' | 'v2';
  readonly balanceUsd: number;
  readonly priceUsd: number;
}

/** Rejects a submit that costs more than the balance: 402 on v2, 406 on v1. */
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
