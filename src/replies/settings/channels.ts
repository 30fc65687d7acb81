import type { APIEmbed } from 'discord.js';
import type { Settings } from '../../settings/schema.ts';
import type { Texts } from '../../texts/index.ts';
import { listed, mention } from '../format.ts';
import { COLOURS } from '../message.ts';
import { countedTitle } from './lists.ts';

/** Characters of each list, of which a full one has 2500; Discord takes 6000 in all embeds of a message. */
const LIST_LENGTH = 2_600;

type ChannelNames = ReadonlyMap<string, string>;

function page(
  { title, none, ids }: { title: string; none: string; ids: readonly string[] },
  names: ChannelNames,
  texts: Texts,
): APIEmbed {
  // Without any name Discord has not answered: then no channel is known to be gone.
  const isGone = (id: string) => names.size > 0 && !names.has(id);
  const present = ids.filter((id) => !isGone(id)).map((id) => mention('#', id));
  const gone = ids.filter(isGone).map((id) => `\`${id}\``);
  const lines = [
    ...(present.length > 0 ? [listed(present, LIST_LENGTH, texts)] : []),
    ...(gone.length > 0 ? [texts.channelsPage.gone(listed(gone, LIST_LENGTH, texts))] : []),
  ];
  const description = lines.join('\n') || none;
  return { color: COLOURS.progress, title: countedTitle(title, ids.length, texts), description };
}

/** Both lists of channels. @param names of all channels of the server by id; empty when they are not known */
export function channelsPage({ channels }: Settings, names: ChannelNames, texts: Texts): APIEmbed[] {
  const { allowed, denied, allAllowed, noneDenied, hint } = texts.channelsPage;
  return [
    page({ title: allowed, none: allAllowed, ids: channels.allow }, names, texts),
    { ...page({ title: denied, none: noneDenied, ids: channels.deny }, names, texts), footer: { text: hint } },
  ];
}
