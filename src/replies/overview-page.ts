import { type APIEmbedField, ButtonStyle } from 'discord.js';
import type { Allowance } from '../settings/allowance.ts';
import type { PolicyRefusal } from '../settings/policy-refusal.ts';
import type { Texts } from '../texts/index.ts';
import { allowanceLines } from './allowance-lines.ts';
import { type MessageBody, message } from './message.ts';
import { policyReasonText } from './policy-refusal.ts';

interface OverviewFacts {
  readonly userId: string;
  /** Undefined in direct messages. */
  readonly guildId: string | undefined;
  readonly allowance: Allowance;
  /** Why the member could not make an image now. */
  readonly refusal: PolicyRefusal | undefined;
}

/** What a member has left, with the buttons for their data. */
export function overviewPage({ userId, guildId, allowance, refusal }: OverviewFacts, texts: Texts): MessageBody {
  const { overview, export: exported, erase } = texts.me;
  const isDirectMessage = guildId === undefined;
  const reader = { texts, isDirectMessage, channelIds: [] };
  const lines: readonly (readonly [string, string | undefined])[] = [
    ...allowanceLines(allowance, texts),
    [overview.rightNow, refusal && policyReasonText(refusal, reader)],
    [overview.data, overview.dataText(exported.label, erase.label)],
  ];
  const fields = lines.flatMap(([name, value]): APIEmbedField[] => (value === undefined ? [] : [{ name, value }]));
  return message(userId, {
    colour: refusal ? 'warning' : 'progress',
    embed: { title: isDirectMessage ? overview.inDirectMessages : overview.inServer, fields },
    buttons: [
      { action: 'export-data', label: exported.label },
      { action: 'erase-data', label: erase.label, style: ButtonStyle.Danger },
    ],
  });
}
