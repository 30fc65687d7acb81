import { DiscordAPIError, type REST, RESTJSONErrorCodes, Routes } from 'discord.js';

/** What became of a message that was to be deleted. */
export type Deletion = 'deleted' | 'gone' | 'no access' | 'failed';

/** Whether the message isn't there any more. */
export function isGone(deletion: Deletion): boolean {
  return deletion === 'deleted' || deletion === 'gone';
}

/** Deletes a message. Never throws. @param onFailed called with what Discord answered, before `failed` is returned */
export async function deleteMessage(
  rest: Pick<REST, 'delete'>,
  { channelId, messageId }: { readonly channelId: string; readonly messageId: string },
  onFailed: (error: unknown) => void,
): Promise<Deletion> {
  try {
    await rest.delete(Routes.channelMessage(channelId, messageId));
    return 'deleted';
  } catch (error) {
    switch (error instanceof DiscordAPIError && error.code) {
      case RESTJSONErrorCodes.UnknownMessage:
      case RESTJSONErrorCodes.UnknownChannel:
        return 'gone';
      case RESTJSONErrorCodes.MissingAccess:
      case RESTJSONErrorCodes.MissingPermissions:
        return 'no access';
      default:
        onFailed(error);
        return 'failed';
    }
  }
}
