import { MessageFlags } from 'discord.js';
import { commandMessage } from '../../replies/command-message.ts';
import type { Button } from '../command.ts';
import { findUsableJob } from './find-usable-job.ts';

/** `Command only` under details: on a phone, a long press copies the whole of a message. */
export const showCommand = {
  action: 'command',
  async execute(interaction, jobId, context, invoker) {
    const job = await findUsableJob('details', interaction, jobId, context, invoker);
    if (!job) return;
    // Nothing in it is to unfold.
    const flags = [MessageFlags.Ephemeral, MessageFlags.SuppressEmbeds] as const;
    await interaction.reply({ ...commandMessage(job), flags });
  },
} satisfies Button;
