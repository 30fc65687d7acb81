/** What a body is for: `commands` is the bulk PUT, `command` a POST and `commandEdit` a PATCH of one command, `webhookMessageCreate` a follow-up, `webhookMessageEdit` an edit of @original or a follow-up. */
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
  /** Name of the multipart field: `files[0]`. */
  field: string;
  filename: string;
  /** Bytes. */
  size: number;
}

/** What the rules need to know beside the body; each part that is left out makes the rules that need it lenient. */
export interface BodyContext {
  files?: readonly UploadedFile[];
  /** Type of the interaction that a callback answers: 2 command, 3 component, 4 autocomplete, 5 modal submit. */
  interactionType?: number;
  /** Type of the option that an autocomplete answer is for: 3 text, 4 whole number, 10 number. */
  focusedOptionType?: number;
  /** Whether that interaction came with a message: true for components and for modals that a component opened. */
  interactionHasMessage?: boolean;
  /** Flags of the message that an edit changes. */
  currentFlags?: number;
  /** Attachments of the message that an edit changes. */
  currentAttachments?: readonly { id: string; filename: string }[];
  /** The edited message is still a loading message ("is thinking"): there is nothing in it that an edit could keep. */
  deferred?: boolean;
}
