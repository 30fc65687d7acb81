import { DiscordAPIError, type REST, RESTJSONErrorCodes, Routes } from 'discord.js';
import type { MessageBody } from '../../replies/message.ts';
import type { LogRefusal } from '../../replies/mod-log-trouble.ts';
import { withTimeout } from '../../time.ts';
import { isTransient } from '../refusals.ts';

const TIMEOUT_MS = 20_000;

export type Sent =
  | { readonly name: 'posted' }
  /** It may be sent again. */
  | { readonly name: 'trouble'; readonly error: unknown }
  | { readonly name: 'refused'; readonly error: DiscordAPIError; readonly why: LogRefusal }
  /** The fault is ours. */
  | { readonly name: 'broken'; readonly error: unknown };

/**
 * Posts a message into a log channel, at most for 20 s. Never throws.
 * @param nonce at most 25 characters; of messages with the same one Discord keeps the first, for some minutes
 */
export async function sendLogMessage(
  rest: Pick<REST, 'post'>,
  channelId: string,
  { body, nonce }: { readonly body: MessageBody; readonly nonce: string },
  stopping: AbortSignal,
): Promise<Sent> {
  let isOver = () => false;
  const tooLong = () => new Error(`A log message took more than ${TIMEOUT_MS} ms.`);
  const post = (signal: AbortSignal) => {
    isOver = () => signal.aborted;
    return rest.post(Routes.channelMessages(channelId), { body: { ...body, nonce, enforce_nonce: true }, signal });
  };
  try {
    await withTimeout(TIMEOUT_MS, tooLong, post, stopping);
    return { name: 'posted' };
  } catch (error) {
    // What is called off while it waits for a rate limit ends with an error that has no name of its own.
    if (isTransient(error) || isOver()) return { name: 'trouble', error };
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
