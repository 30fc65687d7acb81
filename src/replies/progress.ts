import { ButtonStyle } from 'discord.js';
import type { Progress } from '../jobs/delivery.ts';
import type { Job } from '../jobs/job.ts';
import { type Texts, textsIn } from '../texts/index.ts';
import { footerOf, jobText, relativeTime } from './facts.ts';
import { type MessageBody, message } from './message.ts';

type Description = { title: string; text: string };

function describeQueued(queued: Extract<Progress, { phase: 'queued' }>, { progress, stop }: Texts): Description {
  const { place, waiting, isAbout = false, aboutMinutes: minutes, because } = queued;
  const { title, next, place: placeText, paused } = progress.queued;
  if (because?.name === 'stopped')
    return { title: progress.onHold.title, text: progress.onHold.text(stop[because.reason]) };
  if (because?.name === 'paused') return { title, text: paused(relativeTime(because.untilMs)) };
  const isNext = place === 1 && !isAbout;
  return { title, text: isNext ? next(minutes) : placeText({ place, of: waiting, isAbout, minutes }) };
}

function describe(progress: Progress, texts: Texts): Description {
  switch (progress.phase) {
    case 'queued':
      return describeQueued(progress, texts);
    case 'submitting':
      return texts.progress.submitting;
    case 'accepted':
    case 'rendering': {
      const { title, text } = texts.progress[progress.phase];
      const usual = texts.format.duration(roundSeconds(progress.estimateSeconds));
      const estimate = texts.progress.estimate(relativeTime(progress.sinceMs), usual);
      const overdue = progress.isOverdue ? [texts.progress.overdue] : [];
      return { title, text: [text, estimate, ...overdue].join(' ') };
    }
    case 'downloading':
      return texts.progress.downloading;
    default:
      return progress satisfies never;
  }
}

/** An estimate in seconds, in whole minutes where it is long. */
function roundSeconds(seconds: number): number {
  return seconds < 90 ? Math.max(1, Math.round(seconds)) : Math.round(seconds / 60) * 60;
}

/** The message of a job that has not ended. Only what waits in the queue can be cancelled. */
export function progressMessage(job: Job, progress: Progress): MessageBody {
  const texts = textsIn(job.locale);
  const { title, text } = describe(progress, texts);
  const cancel = { action: 'cancel', label: texts.progress.cancel, style: ButtonStyle.Danger } as const;
  return message(job.id, {
    colour: 'progress',
    embed: { title, description: jobText(job, text), ...footerOf(job) },
    buttons: progress.phase === 'queued' ? [cancel] : [],
  });
}
