import { invalidForm } from '../errors.ts';

/**
 * Picks the messages that `GET /channels/{id}/messages` returns, newest first.
 * @param oldestFirst all readable messages
 * @param query `limit` 1 to 100, default 50, and one of `around`, `before`, `after`
 * @throws ApiError 50035 for a limit out of range, or two anchors
 */
export function pageOf<T extends { id: string }>(oldestFirst: readonly T[], query: Record<string, string>): T[] {
  const limit = Number(query['limit'] ?? 50);
  if (!Number.isInteger(limit) || limit < 1 || limit > 100) throw invalidForm(['limit: must be from 1 to 100']);
  const { around, before, after } = query;
  if ([around, before, after].filter((anchor) => anchor !== undefined).length > 1) {
    throw invalidForm(['around: only one of around, before, after']);
  }
  const isOlder = (message: T, anchor: string) => BigInt(message.id) < BigInt(anchor);
  if (after !== undefined) {
    return oldestFirst
      .filter((message) => !isOlder(message, after) && message.id !== after)
      .slice(0, limit)
      .reverse();
  }
  if (around !== undefined) {
    const older = oldestFirst.filter((message) => isOlder(message, around)).slice(-Math.floor(limit / 2));
    const newer = oldestFirst.filter((message) => !isOlder(message, around)).slice(0, limit - older.length);
    return [...older, ...newer].reverse();
  }
  const candidates = before === undefined ? oldestFirst : oldestFirst.filter((message) => isOlder(message, before));
  return candidates.slice(-limit).reverse();
}
