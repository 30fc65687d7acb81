import type { APIEmbed } from 'discord.js';
import type { Job } from '../../jobs/job.ts';
import type { Texts } from '../../texts/index.ts';
import { relativeTime } from '../facts.ts';
import { quoted } from '../format.ts';
import { COLOURS } from '../message.ts';
import { publicMessage } from '../public-message.ts';
import { describeOutcome } from './job-embed.ts';

/** Ten lines fit into an embed. */
const PROMPT_LENGTH = 100;

function jobLine(job: Job, texts: Texts): string {
  const { modLog } = texts;
  const link = publicMessage(job);
  const parts = [
    `**${describeOutcome(job, texts).title}**`,
    relativeTime(job.receivedAtMs),
    ...(job.isPrivate ? [modLog.private] : []),
    quoted(job.parameters.prompt, PROMPT_LENGTH),
    `\`${job.id}\``,
    ...(link === undefined ? [] : [`[${modLog.jumpToImage}](${link})`]),
  ];
  return parts.join(' · ');
}

/** A member's latest requests in a server, a line for each. @param member a mention @param jobs ten at most */
export function jobList(member: string, jobs: readonly Job[], texts: Texts): APIEmbed {
  const { title, each } = texts.config.find;
  const lines = [title(member), ...jobs.map((job) => jobLine(job, texts)), '', each];
  return { color: COLOURS.ended, description: lines.join('\n') };
}
