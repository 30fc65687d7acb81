import {
  type APIActionRowComponent,
  type APIComponentInMessageActionRow,
  type APIEmbed,
  type APIStringSelectComponent,
  ButtonStyle,
  ComponentType,
} from 'discord.js';
import type { Job } from '../jobs/job.ts';
import type { Texts } from '../texts/index.ts';
import { customId } from './custom-id.ts';
import { cut, plain } from './escape.ts';
import { relativeTime } from './facts.ts';
import { messageLink, quoted } from './format.ts';
import { jobButtons } from './job-buttons.ts';
import { button, COLOURS, rowOf } from './message.ts';
import { publicMessage } from './public-message.ts';

/** Five prompts fit into a message. */
export const IMAGES_PER_PAGE = 5;
const PROMPT_LENGTH = 300;
/** Discord's limit for what an option of a select says. */
const OPTION_LENGTH = 100;

interface ImagesPageFacts {
  /** The latest first. */
  readonly jobs: readonly Job[];
  /** From 0. */
  readonly page: number;
  readonly pages: number;
  /** The image that the buttons are for; default: the first on the page. */
  readonly selectedId?: string | undefined;
  readonly isDirectMessage: boolean;
  /** How long one with a star is kept, in days. */
  readonly starredDays: number;
}

interface ImagesPage {
  readonly content: string;
  readonly embeds: APIEmbed[];
  readonly components: APIActionRowComponent<APIComponentInMessageActionRow>[];
}

/** The address of the images where the member can still open them: what only they saw has none. */
function linkOf(job: Job): string | undefined {
  const { guildId, channelId, state, messageIds } = job;
  if (guildId !== undefined) return publicMessage(job);
  const [first] = messageIds;
  return state.name === 'delivered' && first !== undefined ? messageLink({ channelId, messageId: first }) : undefined;
}

function imageEmbed(job: Job, number: number, { myImages, modLog, parameters, result }: Texts): APIEmbed {
  const { prompt, samples, seed } = job.parameters;
  const link = linkOf(job);
  const facts = [
    relativeTime(job.createdAtMs),
    result.named(parameters.seed.label, seed),
    ...(samples > 1 ? [myImages.images(samples)] : []),
    ...(job.isPrivate ? [myImages.private] : []),
    ...(link === undefined ? [] : [`[${modLog.jumpToImage}](${link})`]),
  ];
  const isStarred = job.starredAtMs !== undefined;
  const lines = [
    `**${number}**${isStarred ? ' ★' : ''} ${quoted(prompt, PROMPT_LENGTH)}`,
    facts.join(' · '),
    ...(job.state.name === 'failed' ? [myImages.undelivered] : []),
  ];
  return {
    color: isStarred ? COLOURS.warning : COLOURS.ended,
    description: lines.join('\n'),
    ...(job.thumbnailUrl === undefined ? {} : { thumbnail: { url: job.thumbnailUrl } }),
  };
}

function chooser(
  { jobs, page }: ImagesPageFacts,
  selected: Job,
  numberOf: (job: Job) => number,
  { myImages }: Texts,
): APIStringSelectComponent {
  return {
    type: ComponentType.StringSelect,
    custom_id: customId('images-choose', String(page)),
    placeholder: myImages.choose,
    options: jobs.map((job) => ({
      label: cut(`${numberOf(job)}. ${plain(job.parameters.prompt)}`, OPTION_LENGTH),
      value: job.id,
      default: job === selected,
    })),
  };
}

/** What the member can do with the selected image. */
function imageButtons(job: Job, page: number, texts: Texts) {
  const { myImages } = texts;
  const { fetch, reroll, edit } = jobButtons(texts);
  const isFetchable = job.state.name === 'failed';
  const runAgain = { ...reroll, label: myImages.runAgain, style: ButtonStyle.Primary } as const;
  const star = {
    action: 'images-star',
    label: job.starredAtMs === undefined ? myImages.star : myImages.unstar,
  } as const;
  return [
    ...(isFetchable ? [button(fetch, job.id)] : []),
    button(runAgain, job.id),
    button(edit, job.id),
    button(star, `${job.id}.${page}`),
  ];
}

function pageButtons({ page, pages }: ImagesPageFacts, { myImages }: Texts) {
  const turn = (label: string, to: number) => ({
    ...button({ action: 'images-page', label }, String(Math.max(0, to))),
    disabled: to < 0 || to >= pages,
  });
  return pages > 1 ? [turn(myImages.newer, page - 1), turn(myImages.older, page + 1)] : [];
}

/** A page of a member's own images, with buttons for one of them. */
export function imagesPage(facts: ImagesPageFacts, texts: Texts): ImagesPage {
  const { jobs, page, pages, selectedId, isDirectMessage, starredDays } = facts;
  const { myImages } = texts;
  const selected = jobs.find(({ id }) => id === selectedId) ?? jobs[0];
  if (!selected) return { content: myImages.none, embeds: [], components: [] };
  const numberOf = (job: Job) => page * IMAGES_PER_PAGE + jobs.indexOf(job) + 1;
  const title = isDirectMessage ? myImages.everywhere : myImages.inServer;
  return {
    content: `${title(page + 1, pages)}\n-# ${myImages.starHint(starredDays)}`,
    embeds: jobs.map((job) => imageEmbed(job, numberOf(job), texts)),
    components: [
      { type: ComponentType.ActionRow, components: [chooser(facts, selected, numberOf, texts)] },
      ...rowOf(imageButtons(selected, page, texts)),
      ...rowOf(pageButtons(facts, texts)),
    ],
  };
}
