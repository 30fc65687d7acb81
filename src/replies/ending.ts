import { ButtonStyle } from 'discord.js';
import type { Ending } from '../jobs/delivery.ts';
import type { Job } from '../jobs/job.ts';
import { cut, plain } from './escape.ts';
import { parameterFields, promptText } from './facts.ts';
import { describeFailure } from './failure.ts';
import { type MessageBody, message } from './message.ts';

/** Discord's limit for the description of an attachment. */
const ALT_TEXT_LENGTH = 1_024;

const TRY_AGAIN = { action: 'reroll', label: 'Try again', style: ButtonStyle.Primary } as const;
const DELETE = { action: 'delete', label: 'Delete', style: ButtonStyle.Danger } as const;

/** What a screen reader says of a picture: the prompt as it was typed. */
export function altText(job: Job, index: number): string {
  const { prompt, samples } = job.parameters;
  const which = samples > 1 ? `Picture ${index + 1} of ${samples}: ` : '';
  return cut(`${which}${plain(prompt)}`, ALT_TEXT_LENGTH);
}

/** Lines about what could not be done as asked; empty when all is well. */
function finishedNotes(job: Job, ending: Extract<Ending, { name: 'delivered' }>, notes: readonly string[]): string[] {
  const asked = job.parameters.samples;
  const came = ending.facts.imageCount;
  return [
    ...(came < asked ? [`The image service made ${came} of the ${asked} pictures asked for.`] : []),
    ...(ending.missingLinks.length > 0 ? ['Not downloaded; for some days here:', ...ending.missingLinks] : []),
    ...notes,
  ];
}

/**
 * The message that a job ends with.
 * @param notes lines about the files, such as that they had to be made smaller
 */
export function endMessage(job: Job, ending: Ending, notes: readonly string[] = []): MessageBody {
  switch (ending.name) {
    case 'delivered': {
      const { renderSeconds, costUsd } = ending.facts;
      const footer = [
        ...(renderSeconds === undefined ? [] : [`Rendered in ${renderSeconds.toFixed(1)} s`]),
        ...(costUsd === undefined ? [] : [`cost US$ ${costUsd.toFixed(4)}`]),
      ].join(' · ');
      const lines = [promptText(job), ...finishedNotes(job, ending, notes)];
      return message(job.id, {
        colour: 'finished',
        embed: {
          description: lines.join('\n\n'),
          fields: parameterFields(job),
          ...(footer === '' ? {} : { footer: { text: footer } }),
        },
        buttons: [
          { action: 'reroll', label: 'Reroll', style: ButtonStyle.Primary },
          { action: 'new-seed', label: 'New seed' },
          DELETE,
        ],
      });
    }
    case 'failed':
      return message(job.id, {
        colour: 'failed',
        embed: {
          title: 'No picture',
          description: `${promptText(job)}\n\n${describeFailure(ending.failure)}`,
          footer: { text: `Reference ${job.id}` },
        },
        buttons: [TRY_AGAIN, DELETE],
      });
    case 'unknown':
      return message(job.id, {
        colour: 'failed',
        embed: {
          title: 'Outcome unknown',
          description: `${promptText(job)}\n\nThe connection to the image service broke while this was handed over. It may have been painted and charged, but there is no way to find out, so nothing is sent again by itself.`,
          footer: { text: `Reference ${job.id}` },
        },
        buttons: [TRY_AGAIN, DELETE],
      });
    case 'cancelled':
      return message(job.id, {
        colour: 'ended',
        embed: {
          title: 'Cancelled',
          description: `${promptText(job)}\n\nCancelled by <@${ending.cancelledBy}> before it was submitted. Nothing was charged.`,
        },
        buttons: [TRY_AGAIN, DELETE],
      });
    default:
      return ending satisfies never;
  }
}

/** A further message of the same job, for the files that the first one has no room for. */
export function furtherMessage(job: Job): MessageBody {
  return message(job.id, { buttons: [DELETE] });
}
