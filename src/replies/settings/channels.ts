import type { APIEmbed } from 'discord.js';
import type { Settings } from '../../settings/schema.ts';
import { listed, mention } from '../format.ts';
import { COLOURS } from '../message.ts';

/** Characters of each list, of which a full one has 2500; Discord takes 6000 in all embeds of a message. */
const LIST_LENGTH = 2_600;

const RULES =
  'A category stands for its channels, a channel for its threads; where both are listed, denied wins. As long as anything is allowed, all else is refused.';

function page(title: string, ids: readonly string[], none: string, names: ReadonlyMap<string, string>): APIEmbed {
  // Without any name Discord has not answered: then nothing is known to be gone.
  const isGone = (id: string) => names.size > 0 && !names.has(id);
  const present = ids.filter((id) => !isGone(id)).map((id) => mention('#', id));
  const gone = ids.filter(isGone).map((id) => `\`${id}\``);
  const lines = [
    ...(present.length > 0 ? [listed(present, LIST_LENGTH)] : []),
    ...(gone.length > 0 ? [`No longer in this server: ${listed(gone, LIST_LENGTH)}`] : []),
  ];
  const description = lines.join('\n') || none;
  return { color: COLOURS.progress, title: `${title} (${ids.length})`, description };
}

/** Both lists of channels. @param names of all channels of the server by id; empty when they are not known */
export function channelsPage({ channels }: Settings, names: ReadonlyMap<string, string>): APIEmbed[] {
  return [
    page('Allowed', channels.allow, 'All that is not denied (default).', names),
    { ...page('Denied', channels.deny, 'None (default).', names), footer: { text: RULES } },
  ];
}
