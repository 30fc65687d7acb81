import { MessageFlags } from 'discord.js';
import { policyRefusalText, type Reader } from '../replies/policy-refusal.ts';
import type { PolicyRefusal } from '../settings/policy-refusal.ts';
import type { Settings } from '../settings/schema.ts';
import { textsIn } from '../texts/index.ts';
import type { GenerationInteraction } from './command.ts';
import type { Refusal } from './form/keep-draft.ts';
import type { Invoker } from './invoker.ts';
import { findUsableChannels, isAboutChannel } from './usable-channels.ts';
import { usedInstead } from './used-instead.ts';

/** Tells a member privately why the rules don't allow their request, and in which channels they would. */
export async function answerRefused(
  interaction: GenerationInteraction,
  refusal: PolicyRefusal,
  settings: Settings,
  { rules, guildId, ...member }: Invoker,
  toRefusal: (content: string) => Refusal,
  used: Reader['used'] = usedInstead(interaction),
): Promise<void> {
  const reader = {
    texts: textsIn(interaction.locale),
    isDirectMessage: guildId === undefined,
    used,
  };
  if (guildId === undefined || !isAboutChannel(refusal)) {
    const content = policyRefusalText(refusal, { ...reader, channelIds: [] });
    await interaction.reply({ ...toRefusal(content), flags: MessageFlags.Ephemeral });
    return;
  }
  await interaction.deferReply({ flags: MessageFlags.Ephemeral });
  const channelIds = await findUsableChannels(interaction.client.rest, { ...member, rules, guildId }, settings);
  await interaction.editReply(toRefusal(policyRefusalText(refusal, { ...reader, channelIds })));
}
