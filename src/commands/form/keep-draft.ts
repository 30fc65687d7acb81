import { ButtonStyle } from 'discord.js';
import type { Draft } from '../../jobs/drafts.ts';
import { button, type MessageBody, rowOf } from '../../replies/message.ts';
import type { Texts } from '../../texts/index.ts';
import { yieldToEventLoop } from '../../time.ts';
import type { CommandContext } from '../command.ts';

/** What a member reads who is refused. */
export type Refusal = Pick<MessageBody, 'content'> & Partial<Pick<MessageBody, 'components'>>;

/**
 * Keeps a form that is refused, and adds a button to the refusal that opens it again. Doesn't wait until it is stored: the member's
 * answer has 3 s.
 */
export function keepDraft(
  content: string,
  draft: Draft,
  userId: string,
  { drafts, log }: Pick<CommandContext, 'drafts' | 'log'>,
  { buttons }: Texts,
): Refusal {
  yieldToEventLoop()
    .then(() => drafts.save(userId, draft))
    .catch((error: unknown) => log.warn({ err: error, user: userId }, 'draft not stored'));
  const open = button({ action: 'draft', label: buttons.editAgain, style: ButtonStyle.Primary }, userId);
  return { content, components: rowOf([open]) };
}
