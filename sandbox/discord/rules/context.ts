/** The purpose of a body: `commands` is the bulk PUT, `command` a POST and `commandEdit` a PATCH of one command, `webhookMessageCreate` a follow-up, `webhookMessageEdit` an edit of @original or a follow-up. */
export type BodyKind =
  | 'commands'
  | 'command'
  | 'commandEdit'
  | 'callback'
  | 'webhookMessageCreate'
  | 'webhookMessageEdit'
  | 'channelMessageCreate'
  | 'channelMessageEdit'
  | 'createDm';

export interface UploadedFile {
  /** The name of the multipart field: `files[0]`. */
  field: string;
  filename: string;
  /** Bytes. */
  size: number;
}

/** What the rules need to know besides the body. A rule is lenient when its part is missing. */
export interface BodyContext {
  files?: readonly UploadedFile[];
  /** The type of the interaction that a callback answers: 2 command, 3 component, 4 autocomplete, 5 modal submit. */
  interactionType?: number;
  /** The type of the option that an autocomplete answer is for: 3 string, 4 integer, 10 number. */
  focusedOptionType?: number;
  /** Whether that interaction came with a message: true for components and for modals that a component opened. */
  interactionHasMessage?: boolean;
  /** The flags of the message before the edit. */
  currentFlags?: number;
  /** The attachments of the message before the edit. */
  currentAttachments?: readonly { id: string; filename: string }[];
  /** Whether the edited message still says "is thinking", so that it has no content that an edit could keep. */
  deferred?: boolean;
}
