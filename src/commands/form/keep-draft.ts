import type { Draft } from '../../jobs/drafts.ts';
import { editAgain } from '../../replies/edit-again.ts';
import type { MessageBody } from '../../replies/message.ts';
import type { Texts } from '../../texts/index.ts';
import { yieldToEventLoop } from '../../time.ts';
import type { CommandContext } from '../command.ts';

/** What a member reads who is refused. */
export type Refusal = Pick<MessageBody, 'content'> & Partial<Pick<MessageBody, 'components'>>;

type Parts = Pick<CommandContext, 'drafts' | 'log'>;

/** Doesn't wait until it is stored: the member's answer has 3 s. */
function storeDraft(draft: Draft, userId: string, { drafts, log }: Parts): void {
  yieldToEventLoop()
    .then(() => drafts.save(userId, draft))
    .catch((error: unknown) => log.warn({ err: error, user: userId }, 'draft not stored'));
}

/** Keeps a form that is refused, and adds a button to the refusal that opens it again. */
export function keepDraft(content: string, draft: Draft, userId: string, parts: Parts, texts: Texts): Refusal {
  storeDraft(draft, userId, parts);
  return { content, components: editAgain(userId, texts) };
}

/** Keeps a form also when `work` fails: whatever reports that adds the button. @throws what `work` throws */
export async function keepDraftOnFailure(
  draft: Draft,
  userId: string,
  parts: Parts,
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work();
  } catch (error) {
    storeDraft(draft, userId, parts);
    throw error;
  }
}
