import type { Ending } from '../jobs/delivery.ts';
import type { Failure } from '../jobs/failure.ts';
import type { Job, JobIn } from '../jobs/job.ts';
import { type Texts, textsIn } from '../texts/index.ts';
import { now } from '../time.ts';
import { cut, plain } from './escape.ts';
import { attribution, footerOf, jobText, loweredLines, samplingWords, styleWords } from './facts.ts';
import { describeFailure } from './failure.ts';
import { jobButtons } from './job-buttons.ts';
import { type MessageBody, message } from './message.ts';

/** Discord's limit for the description of an attachment. */
const ALT_TEXT_LENGTH = 1_024;

type Delivered = Extract<Ending, { name: 'delivered' }>;

/** What became of the files where they could not all be attached as they are. */
export interface FileReport {
  /** How many were made smaller. */
  readonly reencoded: number;
  /** Addresses of images that are too large. */
  readonly tooLarge: readonly string[];
  /** Addresses of images that Discord did not take. */
  readonly refused: readonly string[];
  /** How many images are too large and have no address. */
  readonly lost: number;
  /** How many images Discord takes neither as files nor as addresses, or that have no address; then no address is shown. */
  readonly withheld: number;
}

const ALL_ATTACHED: FileReport = { reencoded: 0, tooLarge: [], refused: [], lost: 0, withheld: 0 };

/** Whether Discord shows neither an image nor an address of one: then they can still be fetched. */
export function showsNothing({ images, missingLinks }: Delivered, { lost, withheld }: FileReport): boolean {
  return withheld > 0 && lost + withheld === images.length + missingLinks.length;
}

/** What a screen reader says of an image: the prompt as it was typed. */
export function altText(job: Job, number: number): string {
  const { prompt, samples } = job.parameters;
  const text = plain(prompt);
  return cut(samples > 1 ? textsIn(job.locale).result.altText(number, samples, text) : text, ALT_TEXT_LENGTH);
}

/** Lines about what could not be done as asked; empty when all is well. */
function finishedNotes(job: Job, ending: Delivered, report: FileReport): string[] {
  const texts = textsIn(job.locale).result;
  const asked = job.parameters.samples;
  const came = ending.facts.imageCount;
  // Discord shows what a link leads to, unless that is hidden as well.
  const shown = (link: string) => (job.forced.spoilers ? `||${link}||` : link);
  const linked = (sentence: (count: number) => string, links: readonly string[]) =>
    links.length > 0 ? [[sentence(links.length), ...links.map(shown)].join('\n')] : [];
  return [
    ...(came < asked ? [texts.fewer(came, asked)] : []),
    ...(job.sharedAtMs !== undefined && ending.images.length < came
      ? [texts.sharedSome(ending.images.length, came)]
      : []),
    ...(report.lost > 0 ? [texts.lost(report.lost, ending.images.length)] : []),
    ...(report.reencoded > 0 ? [texts.shrunk] : []),
    ...(report.withheld > 0 ? [texts.rejected] : []),
    ...(report.withheld > 0 ? [] : linked(texts.links.notDownloaded, ending.missingLinks)),
    ...linked(texts.links.tooLarge, report.tooLarge),
    ...linked(texts.links.rejected, report.refused),
  ];
}

/** How an image was made, in one line, with its time and cost as far as they are known. */
function factsLine(job: Job, { renderSeconds, costUsd }: Delivered['facts']): string {
  const texts = textsIn(job.locale);
  const { parameters } = job;
  const { width, height, seed } = parameters;
  return [
    ...styleWords(job, texts),
    texts.sizes.pixels(width, height),
    ...samplingWords(parameters, texts),
    texts.result.named(texts.parameters.seed.label, seed),
    ...(renderSeconds === undefined ? [] : [texts.result.seconds(renderSeconds)]),
    ...(costUsd === undefined ? [] : [texts.format.usd(costUsd)]),
  ].join(' · ');
}

function deliveredMessage(job: Job, ending: Delivered, report: FileReport): MessageBody {
  const texts = textsIn(job.locale);
  const hasNothing = report.lost === ending.images.length && ending.missingLinks.length === 0;
  const same = job.origin?.repeatsImage && !hasNothing ? [texts.result.sameImage] : [];
  const buttons = jobButtons(texts);
  return message(job.id, {
    colour: hasNothing ? 'failed' : 'finished',
    embed: {
      ...(hasNothing ? { title: texts.ending.noImage } : {}),
      description: [
        jobText(job, factsLine(job, ending.facts), ...loweredLines(job, texts), ...same),
        ...finishedNotes(job, ending, report),
      ].join('\n\n'),
      ...footerOf(job),
    },
    buttons: [
      buttons.newSeed,
      buttons.reroll,
      buttons.edit,
      buttons.details,
      // Discord has its own way to dismiss a message that only one member sees.
      ...(job.isPrivate ? [] : [buttons.delete]),
      ...(isShareable(job, ending, report) ? [buttons.share] : []),
    ],
  });
}

/** Whether nobody else sees the images, and others could. */
function isShareable({ isPrivate, guildId }: Job, { images }: Delivered, report: FileReport): boolean {
  const { tooLarge, refused, lost, withheld } = report;
  const attached = images.length - tooLarge.length - refused.length - lost - withheld;
  return isPrivate && guildId !== undefined && attached > 0;
}

/** What everyone sees of a private job once its requester has shared it. @param images those that are shared */
export function sharedMessage({ origin, ...job }: JobIn<'delivered'>, images: Delivered['images']): MessageBody {
  const { name, ...facts } = job.state;
  // Its readers haven't seen the image before, so it repeats nothing for them.
  const started = origin ? { origin: { ...origin, repeatsImage: false } } : {};
  const shared = { ...job, ...started, isPrivate: false, sharedAtMs: job.sharedAtMs ?? now() };
  return endMessage(shared, { name, facts, images, missingLinks: [] });
}

type Empty = Exclude<Ending, Delivered>;

function explain(ending: Empty, texts: Texts): { title: string; text: string } {
  const { noImage, unknown, cancelled } = texts.ending;
  switch (ending.name) {
    case 'failed':
      return { title: noImage, text: describeFailure(ending.failure, texts) };
    case 'unknown':
      return unknown;
    case 'cancelled':
      return { title: cancelled.title, text: cancelled.text(`<@${ending.cancelledBy}>`) };
    default:
      return ending satisfies never;
  }
}

/** The failures that another prompt or other values could help. */
const EDITABLE: readonly Failure['kind'][] = ['bad_request', 'parameter_rejected', 'inference_failed'];

/** Trying again costs; fetching what is painted doesn't, as long as it is kept. */
function waysOn(ending: Empty, { fetch, tryAgain }: ReturnType<typeof jobButtons>) {
  if (ending.name !== 'failed' || !ending.rendered) return [tryAgain];
  return ending.failure.kind === 'undeliverable' ? [fetch] : [fetch, tryAgain];
}

function emptyMessage(job: Job, ending: Empty): MessageBody {
  const texts = textsIn(job.locale);
  const { title, text } = explain(ending, texts);
  const buttons = jobButtons(texts);
  const isCancelled = ending.name === 'cancelled';
  return message(job.id, {
    colour: isCancelled ? 'ended' : 'failed',
    embed: {
      title,
      description: jobText(job, text),
      ...footerOf(job, isCancelled ? [] : [texts.ending.reference(job.id)]),
    },
    buttons: [
      ...waysOn(ending, buttons),
      ...(ending.name === 'failed' && EDITABLE.includes(ending.failure.kind) ? [buttons.edit] : []),
      buttons.details,
      buttons.delete,
    ],
  });
}

/**
 * The message that a job ends with.
 * @param report default: every image is attached as it is
 */
export function endMessage(job: Job, ending: Ending, report = ALL_ATTACHED): MessageBody {
  return ending.name === 'delivered' ? deliveredMessage(job, ending, report) : emptyMessage(job, ending);
}

/** In place of `endMessage` when Discord finds something wrong with that: the same end without a word of the member's. */
export function plainEndMessage(job: Job, ending: Ending, report = ALL_ATTACHED): MessageBody {
  const texts = textsIn(job.locale);
  const { plain: summaries, reference } = texts.ending;
  const notes = ending.name === 'delivered' ? finishedNotes(job, ending, report) : [];
  const lines = [summaries[ending.name], summaries.rejected, reference(job.id), ...attribution(job), ...notes];
  const canBeFetched =
    ending.name === 'failed' ? ending.rendered : ending.name === 'delivered' && showsNothing(ending, report);
  const buttons = jobButtons(texts);
  return message(job.id, {
    content: lines.join('\n'),
    buttons: [...(canBeFetched ? [buttons.fetch] : []), buttons.details, buttons.delete],
  });
}

/** A further message of the same job, for the files that the first one has no room for. */
export function furtherMessage(job: Job): MessageBody {
  return message(job.id, { buttons: [jobButtons(textsIn(job.locale)).delete] });
}
