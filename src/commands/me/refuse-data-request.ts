import { type ButtonInteraction, MessageFlags } from 'discord.js';
import { countdown } from '../../replies/facts.ts';
import { textsIn } from '../../texts/index.ts';
import type { DataRefusal } from './data-requests.ts';

/** Tells a member privately why their data isn't exported or deleted now. */
export async function refuseDataRequest(interaction: ButtonInteraction, refusal: DataRefusal): Promise<void> {
  const { running, busy, paused } = textsIn(interaction.locale).me.refusal;
  const content = refusal.name === 'paused' ? paused(countdown(refusal.untilMs)) : { running, busy }[refusal.name];
  await interaction.reply({ content, flags: MessageFlags.Ephemeral });
}
