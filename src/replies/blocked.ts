import type { Block } from '../settings/schema.ts';
import { absoluteTime } from './facts.ts';
import { mention, numberWords } from './format.ts';

/** What a block did to the images that waited in line. */
export interface BlockOutcome {
  /** Jobs. */
  readonly cancelled: number;
  /** Members who wait and whose roles Discord didn't tell. */
  readonly unchecked: number;
}

function waitingWords({ cancelled, unchecked }: BlockOutcome): string[] {
  return [
    ...(cancelled === 0 ? ['No image of theirs was waiting.'] : []),
    ...(cancelled === 1 ? ['1 waiting image was cancelled.'] : []),
    ...(cancelled > 1 ? [`${numberWords(cancelled)} waiting images were cancelled.`] : []),
    ...(unchecked === 0
      ? []
      : [`Of ${numberWords(unchecked)} who wait, Discord did not tell the roles: their images stay in line.`]),
  ];
}

/** What a moderator reads who has blocked somebody. @param moderatorId whose answer it is */
export function blockedText(
  { kind, id, untilMs }: Pick<Block, 'kind' | 'id' | 'untilMs'>,
  outcome: BlockOutcome,
  moderatorId: string,
): string {
  const whom = mention(kind === 'role' ? '@&' : '@', id);
  const until = untilMs === undefined ? 'until somebody lifts it' : `until ${absoluteTime(untilMs)}`;
  return [
    `Blocked ${whom} ${until}.`,
    ...(id === moderatorId ? ['That is you: you can make no images until then, but still set things.'] : []),
    ...waitingWords(outcome),
    'Images that are being painted already will still arrive. `/timeless-config block remove` lifts the block.',
  ].join(' ');
}
