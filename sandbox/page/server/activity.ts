import type { DiscordSandbox, Interaction, RequestRecord } from '../../discord/index.ts';
import type { Activity } from '../protocol.ts';

const SHOWN = 150;
const INTERACTION_VERBS: ReadonlyMap<number, string> = new Map([
  [2, 'used'],
  [3, 'pressed'],
  [4, 'types in'],
  [5, 'submitted'],
]);

/** The latest interactions of members and requests of the bot, oldest first. */
export function listActivity({
  interactions,
  requests,
}: Pick<DiscordSandbox, 'interactions' | 'requests'>): Activity[] {
  return [...interactions.slice(-SHOWN).map(describeInteraction), ...requests.slice(-SHOWN).map(describeRequest)]
    .sort((one, other) => one.atMs - other.atMs)
    .slice(-SHOWN);
}

function describeInteraction({ createdAtMs, type, user, commandName, payload }: Interaction): Activity {
  const { data } = payload;
  const customId = typeof data === 'object' && data !== null && 'custom_id' in data ? String(data.custom_id) : '';
  const what = commandName === undefined ? customId : `/${commandName}`;
  const text = `${user.username} ${INTERACTION_VERBS.get(type) ?? 'sent'} ${what}`;
  return { atMs: createdAtMs, kind: 'interaction', text };
}

function describeRequest({ atMs, method, path, status }: RequestRecord): Activity {
  const [, resource, , token, ...rest] = path.split('/');
  const isWebhook = resource === 'webhooks' && token !== undefined;
  // The token is as long as a line, and a secret at Discord.
  const shown = isWebhook ? ['', resource, ...rest].join('/') : resource === 'interactions' ? '/callback' : path;
  return { atMs, kind: kindOf(method, path), text: `${method} ${shown}`, status };
}

function kindOf(method: string, path: string): Activity['kind'] {
  if (path.startsWith('/interactions/')) return 'callback';
  if (method === 'PATCH' && path.includes('/messages/')) return 'edit';
  return /^\/(channels|webhooks)\//.test(path) && method === 'POST' ? 'message' : 'other';
}
