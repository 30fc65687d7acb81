import { creditsSchema } from '../segmind/schemas.ts';
import { ask, type CallResult } from './ask.ts';
import { type Finding, ok, problem, warning } from './finding.ts';

/** The bot's own estimate of an image's cost while none is known. US$. */
const TOO_LITTLE_USD = 0.05;
/** A hundred simple images. US$. */
const LITTLE_USD = 1;

const TOP_UP = "top it up on Segmind's site";

interface SegmindAnswers {
  readonly credits: Promise<CallResult>;
}

/** Requests the balance, which costs nothing and shows whether the key works. */
export function askSegmind(apiUrl: string, apiKey: string): SegmindAnswers {
  return { credits: ask(`${apiUrl}/v1/get-user-credits`, { 'x-api-key': apiKey, accept: 'application/json' }) };
}

export async function checkCredits({ credits }: SegmindAnswers): Promise<Finding> {
  const answer = await credits;
  if (!answer.isAnswered) {
    return problem(`Segmind can't be reached (${answer.reason}): check the network, any proxy, and SEGMIND_API_URL.`);
  }
  const { status } = answer;
  if (status === 401 || status === 403) {
    return problem(
      `Segmind does not accept the key (${status}): copy it again from Segmind's site into SEGMIND_API_KEY.`,
    );
  }
  if (status === 404) return warning(`Segmind has no balance for this account (404): ${TOP_UP}.`);
  if (status === 429) return warning('Segmind limits the rate of requests (429): try again in some minutes.');
  if (status !== 200) {
    return problem(`Segmind answers with ${status}: try again later; if it stays so, check SEGMIND_API_URL.`);
  }
  const parsed = creditsSchema.safeParse(answer.json);
  if (!parsed.success) {
    return problem("Segmind's answer can't be read: check SEGMIND_API_URL, and any proxy on the way.");
  }
  const balanceUsd = parsed.data.credits + parsed.data['free-credits'];
  const balance = `the balance is US$ ${balanceUsd.toFixed(2)}`;
  if (balanceUsd < TOO_LITTLE_USD) return problem(`The key works, but ${balance}, too little for an image: ${TOP_UP}.`);
  if (balanceUsd < LITTLE_USD) return warning(`The key works, but ${balance}, enough for some images: ${TOP_UP}.`);
  return ok(`The key works, and ${balance}.`);
}
