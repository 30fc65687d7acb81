import { type Block, SETTINGS_LIMITS } from '../settings/schema.ts';
import type { Texts } from '../texts/index.ts';
import { absoluteTime } from './facts.ts';
import { mention } from './format.ts';

/** What a block did to the requests in the queue. */
export interface BlockOutcome {
  /** Jobs. */
  readonly cancelled: number;
  /** Members in the queue whose roles Discord didn't send. */
  readonly unchecked: number;
}

/** Why somebody can't be blocked: `full` is too many blocks. */
export type BlockProblem = 'everyone' | 'bot' | 'full';

export function blockProblemText(problem: BlockProblem, { config: { block } }: Texts): string {
  return problem === 'full' ? block.full(SETTINGS_LIMITS.blocks) : block[problem];
}

/** What a moderator reads who has blocked somebody. @param moderatorId whose answer it is */
export function blockedText(
  { kind, id, untilMs }: Pick<Block, 'kind' | 'id' | 'untilMs'>,
  { cancelled, unchecked }: BlockOutcome,
  moderatorId: string,
  { config: { block } }: Texts,
): string {
  const whom = mention(kind === 'role' ? '@&' : '@', id);
  const until = untilMs === undefined ? undefined : absoluteTime(untilMs);
  return [
    block.done({ whom, until }),
    ...(id === moderatorId ? [block.self] : []),
    block.cancelled(cancelled),
    ...(unchecked === 0 ? [] : [block.unchecked(unchecked)]),
    block.after,
  ].join(' ');
}
