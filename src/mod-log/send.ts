import { DiscordAPIError, type RawFile, type REST, RESTJSONErrorCodes, Routes } from 'discord.js';
import { isTransient, mayBeAboutFiles } from '../delivery/refusals.ts';
import type { MessageBody } from '../replies/message.ts';
import { FILE_REFUSED_TEXT, type LogRefusal } from '../replies/mod-log/trouble.ts';
import { withTimeout } from '../time.ts';

const TIMEOUT_MS = 20_000;

export type Sent =
  | { readonly name: 'posted' }
  /** It may be sent again. */
  | { readonly name: 'trouble'; readonly error: unknown }
  | { readonly name: 'refused'; readonly error: DiscordAPIError; readonly why: LogRefusal }
  /** The fault is ours. */
  | { readonly name: 'broken'; readonly error: unknown };

interface LogMessage {
  readonly body: MessageBody;
  readonly files: readonly RawFile[];
  readonly nonce: string;
}

/** The message with a word about its files in their place: entries are not lost because of a file. */
function withoutFiles({ body, nonce }: LogMessage): LogMessage {
  const content = [body.content, FILE_REFUSED_TEXT].filter(Boolean).join('\n');
  return { body: { ...body, content }, files: [], nonce };
}

/**
 * Posts a message into a log channel, where its files are refused without them; each try takes 20 s at most. Never throws.
 * @param nonce at most 25 characters; of messages with the same one Discord keeps the first, for some minutes
 */
export async function sendLogMessage(
  rest: Pick<REST, 'post'>,
  channelId: string,
  message: LogMessage,
  stopping: AbortSignal,
): Promise<Sent> {
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
    // What is called off while it waits for a rate limit ends with an error that has no name of its own.
    if (isTransient(error) || isOver()) return { name: 'trouble', error };
    if (files.length > 0 && mayBeAboutFiles(error))
      return sendLogMessage(rest, channelId, withoutFiles(message), stopping);
    return error instanceof DiscordAPIError
      ? { name: 'refused', error, why: refusalOf(error) }
      : { name: 'broken', error };
  }
}

function refusalOf({ code }: DiscordAPIError): LogRefusal {
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
