import { DiscordAPIError, type RawFile, type REST, RESTJSONErrorCodes, Routes } from 'discord.js';
import { isTransient, mayBeAboutFiles } from '../delivery/refusals.ts';
import type { MessageBody } from '../replies/message.ts';
import type { LogRejection } from '../replies/mod-log/trouble.ts';
import type { Texts } from '../texts/index.ts';
import { withTimeout } from '../time.ts';

const TIMEOUT_MS = 20_000;

export type SendResult =
  | { readonly name: 'posted' }
  /** It may work later. */
  | { readonly name: 'transient'; readonly error: unknown }
  | { readonly name: 'rejected'; readonly error: DiscordAPIError; readonly why: LogRejection }
  /** A fault of ours. */
  | { readonly name: 'broken'; readonly error: unknown };

interface LogMessage {
  readonly body: MessageBody & { readonly attachments: readonly object[] };
  readonly files: readonly RawFile[];
  readonly nonce: string;
}

/** The message with a note in place of its files: entries are not lost because of a file. */
function withoutFiles({ body, nonce }: LogMessage, { modLog }: Texts): LogMessage {
  const content = [body.content, modLog.fileRejected].filter(Boolean).join('\n');
  return { body: { ...body, content, attachments: [] }, files: [], nonce };
}

/**
 * Posts a message into a log channel, without its files if Discord rejects them; each attempt takes 20 s at most. Never throws.
 * @param nonce at most 25 characters; of messages with the same one Discord keeps the first, for some minutes
 */
export async function sendLogMessage(
  rest: Pick<REST, 'post'>,
  channelId: string,
  message: LogMessage,
  stopping: AbortSignal,
  texts: Texts,
): Promise<SendResult> {
  const { body, files, nonce } = message;
  let isOver = () => false;
  const tooLong = () => new Error(`A log message took more than ${TIMEOUT_MS} ms.`);
  const post = (signal: AbortSignal) => {
    isOver = () => signal.aborted;
    const route = Routes.channelMessages(channelId);
    return rest.post(route, { body: { ...body, nonce, enforce_nonce: true }, files: [...files], signal });
  };
  try {
    await withTimeout(TIMEOUT_MS, tooLong, post, stopping);
    return { name: 'posted' };
  } catch (error) {
    // A request that is aborted while it waits for a rate limit ends with an unnamed error.
    if (isTransient(error) || isOver()) return { name: 'transient', error };
    if (files.length > 0 && mayBeAboutFiles(error))
      return sendLogMessage(rest, channelId, withoutFiles(message, texts), stopping, texts);
    return error instanceof DiscordAPIError
      ? { name: 'rejected', error, why: rejectionOf(error) }
      : { name: 'broken', error };
  }
}

function rejectionOf({ code }: DiscordAPIError): LogRejection {
  switch (code) {
    case RESTJSONErrorCodes.UnknownChannel:
      return { name: 'channel_gone' };
    case RESTJSONErrorCodes.MissingAccess:
    case RESTJSONErrorCodes.MissingPermissions:
      return { name: 'no_access' };
    default:
      return { name: 'other', code };
  }
}
