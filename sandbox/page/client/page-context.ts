import type { Action, Attachment, Outcome, PageState } from '../protocol.ts';

/** What every view needs: the state, and ways to act. */
export interface PageContext {
  readonly state: PageState;
  readonly isLight: boolean;
  /** Sends an action and returns its outcome. */
  perform(action: Action): Promise<Outcome>;
  /** Sends an action, then opens its modal or shows its problem. */
  run(action: Action): void;
  openImage(attachment: Pick<Attachment, 'url' | 'description' | 'filename'>): void;
  /** Hides an ephemeral message. */
  dismiss(messageId: string): void;
}
