import type { APIEmbed, APIEmbedField } from 'discord.js';
import type { Job, Origin } from '../jobs/job.ts';
import { SAMPLING_LIST } from '../segmind/parameters.ts';
import { type Texts, textsIn } from '../texts/index.ts';
import { commandOf } from './command-of.ts';
import { escaped, isBlank, isEscapedWhole } from './escape.ts';
import { absoluteTime, loweredLines } from './facts.ts';
import { FENCE, quoted } from './format.ts';
import { button, COLOURS, type MessageBody, rowOf } from './message.ts';
import { textFile } from './text-file.ts';

/** All texts of an embed share 6000 characters. */
const PROMPT_LENGTH = 2_000;
const NEGATIVE_PROMPT_LENGTH = 900;
const STYLE_LENGTH = 500;
/** Of an escaped name. */
const NAME_LENGTH = 100;
/** Of a message's 2000 characters. */
const COMMAND_LENGTH = 1_800;

interface DetailsMessage {
  readonly content: string;
  readonly embeds: APIEmbed[];
  readonly components: MessageBody['components'];
  readonly files: { readonly attachment: Buffer; readonly name: string }[];
}

/** What an image was made from, each text with the room that it has; the prompt comes first. */
function textsOf({ parameters, style, forced }: Job, { parameters: { prompt, negativePrompt }, details }: Texts) {
  const negative = (label: string, text = '') => ({ label, text, room: NEGATIVE_PROMPT_LENGTH });
  const ofStyle = (label: string, text = '') => ({ label: details.ofStyle(label), text, room: STYLE_LENGTH });
  return [
    { label: prompt.label, text: parameters.prompt, room: PROMPT_LENGTH },
    negative(negativePrompt.label, parameters.negativePrompt),
    ofStyle(prompt.label, style?.prompt),
    ofStyle(negativePrompt.label, style?.negativePrompt),
    negative(details.forced(negativePrompt.label), forced.negativePrompt),
  ].filter(({ text }) => !isBlank(text));
}

/** What is known of its result. */
function resultOf({ state, costUsd }: Job): { renderSeconds?: number | undefined; costUsd?: number | undefined } {
  const facts = state.name === 'failed' ? state.rendered : state;
  return {
    renderSeconds: facts && 'renderSeconds' in facts ? facts.renderSeconds : undefined,
    costUsd: costUsd ?? (facts && 'costUsd' in facts ? facts.costUsd : undefined),
  };
}

function originText(
  { button, jobId }: Origin,
  { origin }: Texts['details'],
  buttons: Texts['buttons'],
): string | undefined {
  if (button === 'fetch-image') return undefined;
  if (button === 'compose' || button === 'example') return origin[button];
  const labels = { reroll: buttons.reroll, 'new-seed': buttons.newSeed, edit: buttons.edit };
  return origin.button(labels[button], `\`${jobId}\``);
}

function shortFields(job: Job, allTexts: Texts): APIEmbedField[] {
  const { details, parameters: texts, styles, sizes, buttons, result, format } = allTexts;
  const { parameters, origin, style } = job;
  const lowered = loweredLines(job, allTexts).join('\n');
  const { renderSeconds, costUsd } = resultOf(job);
  const facts: readonly (readonly [string, string | undefined])[] = [
    [sizes.label, sizes.pixels(parameters.width, parameters.height)],
    ...SAMPLING_LIST.map(({ name }) => [texts[name].label, String(parameters[name])] as const),
    [texts.seed.label, String(parameters.seed)],
    [styles.label, style && quoted(style.name, NAME_LENGTH)],
    [details.lowered, lowered === '' ? undefined : lowered],
    [details.spoilers.label, job.forced.spoilers ? details.spoilers.on : undefined],
    [details.requester, `<@${job.requesterId}>`],
    [details.requestedAt, absoluteTime(job.createdAtMs)],
    [details.origin.label, origin && originText(origin, details, buttons)],
    [details.renderTime, renderSeconds === undefined ? undefined : result.seconds(renderSeconds)],
    [details.cost, costUsd === undefined ? undefined : format.usdExact(costUsd)],
    [details.reference, `\`${job.id}\``],
  ];
  return facts.flatMap(([name, value]) => (value === undefined ? [] : [{ name, value, inline: true }]));
}

interface Reader {
  readonly locale: string;
  /** Whether they can pick the job's style. */
  readonly canPickStyle: boolean;
  /** Whether Discord takes any here. Default: it does. */
  readonly takesFiles?: boolean;
}

/** All that is kept of a job, with a command that makes its images again. What a message has no room for comes as files. */
export function detailsMessage(job: Job, { locale, canPickStyle, takesFiles = true }: Reader): DetailsMessage {
  const texts = textsIn(locale);
  const { details } = texts;
  const all = textsOf(job, texts);
  const [prompt, ...negatives] = all;
  const command = commandOf(job, canPickStyle);
  // Nothing escapes a fence within a code block.
  const isShown = command.length <= COMMAND_LENGTH && !command.includes(FENCE);
  const isWhole = all.every(({ text, room }) => isEscapedWhole(text, room));
  const files = [
    ...(isShown ? [] : [textFile('command.txt', [command])]),
    ...(isWhole
      ? []
      : [
          textFile(
            'prompt.txt',
            all.map(({ label, text }) => `${label}:\n${text}`),
          ),
        ]),
  ];
  const note = takesFiles ? details.inFiles(files.map(({ name }) => name)) : details.filesRejected;
  const content = [
    ...(isShown ? [details.command, FENCE, command, FENCE] : []),
    ...(files.length > 0 ? [note] : []),
  ].join('\n');
  const description = prompt ? { description: escaped(prompt.text, prompt.room) } : {};
  const fields = [
    ...negatives.map(({ label, text, room }) => ({ name: label, value: escaped(text, room) })),
    ...shortFields(job, texts),
  ];
  return {
    content,
    embeds: [{ color: COLOURS.ended, ...description, fields, footer: { text: details.repeat } }],
    components: rowOf([button({ action: 'command', label: texts.buttons.command }, job.id)]),
    files: takesFiles ? files : [],
  };
}
