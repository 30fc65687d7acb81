import { DiscordAPIError, RESTJSONErrorCodes } from 'discord.js';

/** Deletes a message unless it is gone already. */
export async function removeMessage(work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof DiscordAPIError && error.code === RESTJSONErrorCodes.UnknownMessage)) throw error;
  }
}

/** Deletes all of several messages that can be deleted. @throws what the first deletion threw that went wrong */
export async function removeAll(deletions: readonly (() => Promise<unknown>)[]): Promise<void> {
  const removals = await Promise.allSettled(deletions.map(removeMessage));
  const failed = removals.find((removal) => removal.status === 'rejected');
  if (failed) throw failed.reason;
}
