import { ButtonStyle } from 'discord.js';
import type { Progress } from '../jobs/delivery.ts';
import type { Job } from '../jobs/job.ts';
import { footerOf, inWords, promptText, relativeTime } from './facts.ts';
import { describeStop } from './failure.ts';
import { type MessageBody, message } from './message.ts';

function describeQueued({ place, waiting, isAbout, aboutMinutes, because }: Extract<Progress, { phase: 'queued' }>) {
  const where = `Place ${isAbout ? 'about ' : ''}${place} of ${waiting} in line.`;
  if (because?.name === 'stopped') {
    return {
      title: 'Waiting: nothing is submitted at present',
      text: `${describeStop(because.reason)} ${where} If that lasts, this ends after 15 minutes, uncharged.`,
    };
  }
  const until =
    because?.name === 'paused'
      ? `The image service needs a pause; it goes on ${relativeTime(because.untilMs)}.`
      : `Its turn comes within about ${aboutMinutes} min (an estimate).`;
  return { title: 'Waiting in line', text: `${where} ${until}` };
}

function describe(progress: Progress): { title: string; text: string } {
  switch (progress.phase) {
    case 'queued':
      return describeQueued(progress);
    case 'submitting':
      return { title: 'Your turn', text: 'Handing it to the image service.' };
    case 'accepted':
    case 'rendering': {
      const title = progress.phase === 'accepted' ? 'Accepted' : 'Rendering';
      const where = progress.phase === 'accepted' ? 'It waits for a free machine there.' : 'It is being painted.';
      const overdue = progress.isOverdue ? ' This takes unusually long; it is still waited for.' : '';
      const usual = inWords(progress.estimateSeconds);
      return {
        title,
        text: `${where} Submitted ${relativeTime(progress.sinceMs)}; such an image usually takes about ${usual} (an estimate).${overdue}`,
      };
    }
    case 'downloading':
      return { title: 'Downloading', text: 'It is painted and on its way to you.' };
    default:
      return progress satisfies never;
  }
}

/** The message of a job that has not ended. Only what waits in line can be cancelled. */
export function progressMessage(job: Job, progress: Progress): MessageBody {
  const { title, text } = describe(progress);
  return message(job.id, {
    colour: 'progress',
    embed: { title, description: `${promptText(job)}\n\n${text}`, ...footerOf(job) },
    buttons: progress.phase === 'queued' ? [{ action: 'cancel', label: 'Cancel', style: ButtonStyle.Danger }] : [],
  });
}
