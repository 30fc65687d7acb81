import {
  CreditsNotFound,
  ForeignAnswer,
  InsufficientCredits,
  ParameterRejected,
  type RefusalUnclear,
  type SegmindFailure,
} from './errors.ts';

/**
 * Decides by the balance why a submit was refused when the answer doesn't say.
 * @param getBalanceUsd free of charge; if it fails, a 402 counts as a lack of credits unless it is a page, a 406 doesn't
 * @param neededUsd what the request may cost
 */
export async function clarifyRefusal(
  { status, detail, isFromSegmind, isPage }: RefusalUnclear,
  getBalanceUsd: () => Promise<number>,
  neededUsd: number,
): Promise<SegmindFailure> {
  const isShort = await getBalanceUsd().then(
    (balanceUsd) => balanceUsd < neededUsd,
    (error: unknown) => error instanceof CreditsNotFound || (status === 402 && !isPage),
  );
  if (isShort) return new InsufficientCredits(status, detail);
  return isFromSegmind ? new ParameterRejected(detail) : new ForeignAnswer(status, 'submit', detail);
}
