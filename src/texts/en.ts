import { formats } from './formats.ts';

const format = formats('en-US');
const { ordinal, plural } = format;

/*
 * Everything that people read in Discord, in English. A text with facts in it is a function of them. What members typed arrives
 * escaped, mentions and timestamps arrive as Discord's markup.
 */

interface ParameterTexts {
  /** Its name beside a value. */
  readonly label: string;
  /** What the picker says of it, up to 80 characters. */
  readonly description: string;
  /** What its number counts, if anything. */
  readonly unit?: string;
}

const side = (label: string): ParameterTexts => ({
  label,
  description: `${label} in pixels, a multiple of 8; overrides that side of size`,
});

/** What an image is made from. */
const parameters: Readonly<Record<ParameterName, ParameterTexts>> = {
  prompt: { label: 'Prompt', description: 'What the image shows' },
  negativePrompt: { label: 'Negative prompt', description: 'What the image should not show' },
  width: side('Width'),
  height: side('Height'),
  steps: { label: 'Steps', unit: 'steps', description: 'More steps take longer and cost more' },
  guidanceScale: { label: 'Guidance', description: 'How closely the image follows the prompt' },
  scheduler: { label: 'Scheduler', description: 'The sampling method' },
  samples: { label: 'Samples', unit: 'samples', description: 'How many images; each costs' },
  seed: { label: 'Seed', description: 'The same seed and options usually give the same image; -1 or none draws one' },
};

type ParameterName =
  | 'prompt'
  | 'negativePrompt'
  | 'width'
  | 'height'
  | 'steps'
  | 'guidanceScale'
  | 'scheduler'
  | 'samples'
  | 'seed';

/** The sizes that the picker offers. */
const sizes = {
  label: 'Size',
  shapes: { square: 'Square', portrait: 'Portrait', landscape: 'Landscape', tall: 'Tall', wide: 'Wide' },
  pixels: (width: number, height: number) => `${width}×${height}`,
  /** @param ratio such as `7:9` */
  name: (shape: string, ratio: string, pixels: string) => `${shape} ${ratio} (${pixels})`,
};

const commands = {
  timeless: {
    description: 'Paint an image',
    size: (usual: string) => `Width and height; default ${usual}`,
    private: "Only you see the image; a server's moderators can see its prompt",
    withDefault: (description: string, value: string | number) => `${description}; default ${value}`,
    /** Options that Discord's picker let through. */
    mustBe: (option: string, allowed: string) => `\`${option}\` must be ${allowed}.`,
    visibleText: (min: number, max: number) => `visible text of ${min} to ${max} characters`,
    text: (max: number) => `text of up to ${max} characters`,
    oneOf: (choices: readonly string[]) => `one of ${choices.join(', ')}`,
    number: (min: number, max: number) => `a number from ${min} to ${max}`,
    wholeNumber: (min: number, max: number) => `a whole number from ${min} to ${max}`,
    multiple: (of: number, min: number, max: number) => `a multiple of ${of} from ${min} to ${max}`,
    nearest: (given: number, allowed: readonly number[]) => `Nearest to ${given}: ${allowed.join(' or ')}.`,
    uncharged: "You weren't charged.",
  },
};

/** The buttons under an image, or under what was to be one. */
const buttons = {
  newSeed: 'New seed',
  reroll: 'Reroll',
  tryAgain: 'Try again',
  fetch: 'Fetch image',
  details: 'Details',
  delete: 'Delete',
};

/** An image that has come, and how it was made. */
const result = {
  requestedBy: (member: string) => `Requested by ${member}`,
  /** In servers, where Discord itself says that only the requester sees the message. */
  privacy: 'Moderators can see the prompt.',
  sameImage: 'Same prompt, same seed: expect the same image.',
  counted: (value: string, unit: string) => `${value} ${unit}`,
  named: (label: string, value: string | number) => `${label.toLowerCase()} ${value}`,
  seconds: (seconds: number) => `${format.decimal(seconds)} s`,
  altText: (number: number, of: number, prompt: string) => `Image ${number} of ${of}: ${prompt}`,
  fewer: (came: number, requested: number) => `Segmind made ${came} of ${requested} images.`,
  shrunk: "Saved as smaller WebP to fit Discord's limit for files here.",
  /** Too large for Discord, and Segmind named no address. @param of how many came */
  lost: (lost: number, of: number) =>
    of === 1
      ? 'The image is too large to attach here, and there is no link to it. A smaller size may help.'
      : `${lost} of ${of} images ${plural(lost, { one: 'is', other: 'are' })} too large to attach here, and there are no links. A smaller size may help.`,
  rejected: 'Discord rejected the files here.',
  /** Lines before links. */
  links: {
    notDownloaded: (count: number) =>
      `I couldn't download ${count === 1 ? 'an image' : `${count} images`}. ${available(count)}`,
    tooLarge: (count: number) => `Too large for Discord's limit here. ${available(count)}`,
    rejected: (count: number) =>
      `Discord rejected the ${plural(count, { one: 'file', other: 'files' })}. ${available(count)}`,
  },
};

function available(count: number): string {
  return `${plural(count, { one: "It's", other: "They're" })} available for a few days at:`;
}

/** A job that has ended without an image, or without the usual message. */
const ending = {
  noImage: 'No image',
  reference: (id: string) => `Reference ${id}`,
  unknown: {
    title: 'Outcome unknown',
    text: "I didn't get a clear answer from Segmind, so this may have been rendered and charged. I won't send it again by myself.",
  },
  cancelled: {
    title: 'Cancelled',
    text: (by: string) => `${by} cancelled this before I sent it to Segmind. You weren't charged.`,
  },
  /** Without a word of the member's, after Discord rejected the usual message. */
  plain: {
    delivered: 'Your image is ready.',
    failed: 'Your request failed.',
    unknown: "I don't know whether your image was rendered. It may have been charged.",
    cancelled: "Your request was cancelled before I sent it to Segmind. You weren't charged.",
    rejected: 'Discord rejected my usual message about it.',
  },
  /** Where the progress message can't become the result. */
  elsewhere: {
    image: (place: string) => `Your image is ready. It's in ${place}.`,
    other: (place: string) => `Your request has ended. You'll find out more in ${place}.`,
    directMessage: 'a direct message',
    newMessage: 'a new message in this channel',
    nowhere: 'Your request has ended, but Discord rejected every message about it.',
  },
};

/** All that is kept of a job. */
const details = {
  forced: (label: string) => `${label} (this server)`,
  spoilers: { label: 'Spoilers', on: 'on (this server)' },
  requester: 'Requested by',
  requestedAt: 'Requested',
  origin: { label: 'Started with', text: (button: string, reference: string) => `${button} of ${reference}` },
  renderTime: 'Render time',
  cost: 'Cost',
  reference: 'Reference',
  command: 'To make this image again:',
  inFiles: (names: readonly string[]) => `Attached, because Discord can't show it here: ${names.join(', ')}`,
  filesRejected: "Discord can't show all of it here, and rejected the rest as a file.",
  repeat: 'Reroll repeats this with the same seed, New seed with another. Either is charged again.',
};

/** A job that has not ended. */
const progress = {
  queued: {
    title: 'In the queue',
    next: (minutes: number) => `You're next, ${aboutMinutes(minutes)}.`,
    place: ({ place, of, isAbout, minutes }: { place: number; of: number; isAbout: boolean; minutes: number }) =>
      `You're ${isAbout ? 'about ' : ''}${ordinal(place, { one: 'st', two: 'nd', few: 'rd', other: 'th' })} of ${format.number(of)} in the queue, ${aboutMinutes(minutes)}.`,
    paused: (until: string) => `Segmind asked us to slow down. The queue resumes ${until}.`,
  },
  onHold: {
    title: 'On hold',
    text: (cause: string) =>
      `${cause} Your request resumes by itself. If it isn't fixed within 15 minutes, I'll cancel this for free.`,
  },
  submitting: { title: 'Starting', text: 'Sending your prompt to Segmind.' },
  accepted: { title: 'Queued at Segmind', text: 'Waiting for a free GPU.' },
  rendering: { title: 'Rendering', text: 'Painting your image...' },
  /** @param since as a timestamp that counts @param usual a duration */
  estimate: (since: string, usual: string) => `Started ${since}, usually ${usual}.`,
  overdue: 'This is slower than usual. Still working on it.',
  downloading: { title: 'Almost there', text: 'Done, uploading...' },
  cancel: 'Cancel',
};

function aboutMinutes(minutes: number): string {
  return `in about ${minutes <= 1 ? 'a minute' : `${format.number(minutes)} minutes`}`;
}

/** English. Another language has the same texts: `const de: Texts = { ... }`. */
export const en = {
  format,
  parameters,
  sizes,
  commands,
  buttons,
  result,
  ending,
  details,
  progress,
};
