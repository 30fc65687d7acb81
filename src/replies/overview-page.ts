import { type APIEmbedField, ButtonStyle } from 'discord.js';
import type { Allowance } from '../settings/allowance.ts';
import type { Texts } from '../texts/index.ts';
import { allowanceLines } from './allowance-lines.ts';
import { type MessageBody, message } from './message.ts';
import { type PresentRefusals, presentRefusalsText } from './present-refusals.ts';

interface OverviewFacts extends PresentRefusals {
  readonly userId: string;
  /** Undefined in direct messages. */
  readonly guildId: string | undefined;
  readonly allowance: Allowance;
}

/** What a member has left, with the buttons for their data. */
export function overviewPage(facts: OverviewFacts, texts: Texts): MessageBody {
  const { userId, guildId, allowance } = facts;
  const { overview, export: exported, erase } = texts.me;
  const isDirectMessage = guildId === undefined;
  const rightNow = presentRefusalsText(facts, { texts, isDirectMessage, channelIds: [] });
  const lines: readonly (readonly [string, string | undefined])[] = [
    ...allowanceLines(allowance, texts),
    [overview.rightNow, rightNow],
    [overview.data, overview.dataText(exported.label, erase.label)],
  ];
  const fields = lines.flatMap(([name, value]): APIEmbedField[] => (value === undefined ? [] : [{ name, value }]));
  return message(userId, {
    colour: rightNow ? 'warning' : 'progress',
    embed: { title: isDirectMessage ? overview.inDirectMessages : overview.inServer, fields },
    buttons: [
      { action: 'export-data', label: exported.label },
      { action: 'erase-data', label: erase.label, style: ButtonStyle.Danger },
    ],
  });
}
