import { formats } from './formats.ts';

const format = formats('en-US');
const { ordinal, plural } = format;

const IMAGES = { one: 'image', other: 'images' };
const MESSAGES = { one: 'message', other: 'messages' };
const MEMBERS = { one: 'member', other: 'members' };
const REQUESTS = { one: 'request', other: 'requests' };
const ORDINALS = { one: 'st', two: 'nd', few: 'rd', other: 'th' };

/** What happened, that it cost nothing, and what to do about it. */
const free = (what: string, advice?: string) =>
  `${what} You weren't charged.${advice === undefined ? '' : ` ${advice}`}`;

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
  description: `${label} in pixels, a multiple of 8. Replaces the ${label.toLowerCase()} in size`,
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
  samples: { label: 'Samples', unit: 'samples', description: 'How many images to make. More images cost more' },
  seed: { label: 'Seed', description: 'The same seed and options usually make the same image. -1 picks a random seed' },
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

/** Looks that add to a prompt. */
const styles = {
  label: 'Style',
  /** A description says in a few words what the style looks like. */
  builtIn: {
    photographic: { name: 'Photographic', description: 'natural light, sharp, like a photo' },
    cinematic: { name: 'Cinematic', description: 'a film still with dramatic light' },
    anime: { name: 'Anime', description: 'cel shading and clean lines' },
    comicBook: { name: 'Comic book', description: 'bold outlines and halftone dots' },
    digitalArt: { name: 'Digital art', description: 'a detailed, painterly illustration' },
    fantasyArt: { name: 'Fantasy art', description: 'epic scenery and ethereal light' },
    oilPainting: { name: 'Oil painting', description: 'visible brush strokes on canvas' },
    watercolor: { name: 'Watercolor', description: 'soft washes on textured paper' },
    lineArt: { name: 'Line art', description: 'black ink lines on white' },
    pixelArt: { name: 'Pixel art', description: 'a 16-bit game sprite' },
    render3d: { name: '3D render', description: 'studio light and real materials' },
    paperCraft: { name: 'Paper craft', description: 'layers of cut and folded paper' },
  },
  /** A style that a member or a server has saved, beside the built-in ones. */
  named: { member: (name: string) => `${name} (yours)`, server: (name: string) => `${name} (this server)` },
  choice: (name: string, description: string) => `${name}: ${description}`,
  /** `/timeless-style`, and `/timeless-config style`. */
  command: {
    description: 'Your own styles for /timeless',
    save: 'Save a style, or replace one',
    list: 'Show the styles that you can use here',
    delete: 'Delete one of your styles',
  },
  options: {
    name: 'Its name',
    prompt: 'Added to the prompt',
    negativePrompt: 'Added to the negative prompt',
    saved: 'Name of a saved style',
  },
  saved: (name: string) => `I saved ${name}. Use it as \`style\` in \`/timeless\`, in any server or direct message.`,
  deleted: (name: string) => `I deleted ${name}. Images that you made with it keep what it added.`,
  empty: 'A style needs a `prompt`, a `negative_prompt` or another option.',
  filtered: "This server's filter blocks a word or phrase in this style.",
  full: (max: number) => `You can't save more than ${format.number(max)} styles here. Delete one first.`,
  notSaved: (name: string, list: string) => `There is no saved style ${name}. See all with \`${list}\`.`,
  page: {
    own: 'Your styles',
    noneOwn: "You haven't saved any. `/timeless-style save` saves one.",
    server: "This server's styles",
    noneServer: 'There are none (default). `/timeless-config style add` adds one.',
    bot: 'Built in',
    negative: (text: string) => `not ${text}`,
    hint: "Of several styles with the same name, yours comes first, then this server's.",
  },
  unknown: (name: string) =>
    free(`I don't know the style ${name}.`, 'Pick a suggestion, or see `/timeless-style list`.'),
};

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
    style: 'A look that adds to your prompt; /timeless-style saves your own',
    size: (usual: string) => `Width and height (default: ${usual})`,
    private: "Only you see the image; a server's moderators can see its prompt, not the image",
    withDefault: (description: string, value: string | number) => `${description} (default: ${value})`,
    /** Options that Discord's picker let through. */
    mustBe: (option: string, allowed: string) => `\`${option}\` must be ${allowed}.`,
    visibleText: (min: number, max: number) =>
      `visible text of ${format.number(min)} to ${format.number(max)} characters`,
    text: (max: number) => `text of up to ${format.number(max)} characters`,
    oneOf: (choices: readonly string[]) => `one of ${choices.join(', ')}`,
    number: (min: number, max: number) => `a number from ${format.number(min)} to ${format.number(max)}`,
    wholeNumber: (min: number, max: number) => `a whole number from ${format.number(min)} to ${format.number(max)}`,
    multiple: (of: number, min: number, max: number) => `a multiple of ${of} from ${min} to ${max}`,
    nearest: (given: number, allowed: readonly number[]) => `Nearest to ${given}: ${allowed.join(' or ')}.`,
    uncharged: "You weren't charged.",
  },
  compose: { description: 'Paint an image from a form with room for a long prompt' },
};

/** The form for an image. Titles and labels have up to 45 characters. */
const form = {
  edit: 'Edit image',
  compose: 'New image',
  /** A value that no choice stands for. */
  asItWas: (value: string) => `${value} (as it was)`,
  byDefault: (value: string) => `${value} (default)`,
  gone: 'This draft is gone: I keep only your last one, for 15 minutes. Please start again.',
  notYours: 'This draft belongs to someone else.',
};

/** The buttons under an image, or under what was to be one. */
const buttons = {
  newSeed: 'New seed',
  reroll: 'Reroll',
  tryAgain: 'Try again',
  fetch: 'Fetch image',
  edit: 'Edit',
  /** Under a refusal of what a form asked for. */
  editAgain: 'Edit again',
  details: 'Details',
  command: 'Command only',
  share: 'Share',
  delete: 'Delete',
};

/** An image that has come, and how it was made. */
const result = {
  requestedBy: (member: string) => `Requested by ${member}`,
  sharedBy: (member: string) => `Shared by ${member}`,
  sharedSome: (count: number, of: number) => `Shared ${format.number(count)} of ${format.counted(of, IMAGES)}.`,
  editedFrom: (link: string) => `Edited from [this image](${link})`,
  /** In servers, where Discord itself says that only the requester sees the message. */
  privacy: 'Moderators can see the prompt.',
  lowered: (label: string, from: string, to: string) =>
    `This server's limits lowered ${label.toLowerCase()} from ${from} to ${to}.`,
  sameImage: 'Same prompt, same seed: expect the same image.',
  counted: (value: string, unit: string) => `${value} ${unit}`,
  named: (label: string, value: string | number) => `${label.toLowerCase()} ${value}`,
  seconds: (seconds: number) => `${format.decimal(seconds)} s`,
  altText: (number: number, of: number, prompt: string) =>
    `Image ${format.number(number)} of ${format.number(of)}: ${prompt}`,
  fewer: (came: number, requested: number) =>
    `Segmind made ${format.number(came)} of ${format.counted(requested, IMAGES)}.`,
  shrunk: "Sent as smaller WebP to fit Discord's file limit here.",
  /** Too large for Discord, and Segmind named no address. @param of how many came */
  lost: (lost: number, of: number) =>
    plural(of, {
      one: 'The image is too large to attach here, and there is no link to it. A smaller size may help.',
      other: `${format.number(lost)} of ${format.number(of)} images ${plural(lost, { one: 'is', other: 'are' })} too large to attach here, and there are no links. A smaller size may help.`,
    }),
  rejected: 'Discord rejected the image files.',
  /** Lines before links. */
  links: {
    notDownloaded: (count: number) =>
      `I couldn't download ${plural(count, { one: 'an image', other: `${format.number(count)} images` })}. ${available(count)}`,
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
    text: "I didn't get a clear answer from Segmind, so this may have been rendered and charged. I won't send it again by myself: press Try again if you want me to.",
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
  ofStyle: (label: string) => `${label} (style)`,
  lowered: 'Limits',
  spoilers: { label: 'Spoilers', on: 'on (this server)' },
  requester: 'Requested by',
  requestedAt: 'Requested',
  origin: {
    label: 'Started with',
    button: (button: string, reference: string) => `${button} of ${reference}`,
    compose: '`/timeless-compose`',
    example: '`/timeless-help`',
  },
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
      `You're ${isAbout ? 'about ' : ''}${ordinal(place, ORDINALS)} of ${format.number(of)} in the queue, ${aboutMinutes(minutes)}.`,
    paused: (until: string) => `Segmind asked me to slow down. The queue resumes ${until}.`,
  },
  onHold: {
    title: 'On hold',
    text: (cause: string) =>
      `${cause} Your request resumes by itself. If it isn't fixed within 15 minutes, I'll cancel this for free.`,
  },
  submitting: { title: 'Starting', text: 'Sending your prompt to Segmind.' },
  accepted: { title: 'Queued at Segmind', text: 'Waiting for a free GPU.' },
  rendering: { title: 'Rendering', text: 'Painting your image...' },
  /** @param since when it was sent, as a timestamp that counts @param usual how long it takes from then on */
  estimate: (since: string, usual: string) => `Sent ${since}, usually about ${usual}.`,
  overdue: 'This is slower than usual. Still working on it.',
  downloading: { title: 'Almost there', text: 'Done, uploading...' },
  cancel: 'Cancel',
};

/** `/timeless-queue`: requests that have not ended. */
const queue = {
  description: 'Your requests in the queue and in progress',
  titles: { mine: 'Your requests in this server', mineAnywhere: 'Your requests', server: 'Requests in this server' },
  none: {
    mine: 'You have nothing in the queue or in progress here.',
    mineAnywhere: 'You have nothing in the queue or in progress.',
    server: 'Nobody has anything in the queue or in progress here.',
  },
  /** @param start a timestamp that counts; undefined while nothing starts */
  place: ({ place, isAbout, start }: { place: number; isAbout: boolean; start: string | undefined }) =>
    `${isAbout ? 'about ' : ''}${ordinal(place, ORDINALS)}, ${start === undefined ? 'on hold' : `start expected ${start}`}`,
  placeUnknown: 'in the queue',
  inProgress: 'in progress',
  private: 'private',
  elsewhere:
    "I don't know the place of every request here. To cancel one without a place, use the button under its message.",
  free: "Cancelling is free. You can't cancel what's in progress.",
  page: (page: number, of: number) => `Page ${format.number(page)} of ${format.number(of)}`,
  cancel: 'Cancel requests',
  previous: 'Previous',
  next: 'Next',
  refresh: 'Refresh',
  showMine: 'My requests',
  showServer: 'All requests here',
  cancelled: (count: number) => `I cancelled ${format.counted(count, REQUESTS)}.`,
  notCancelled: (count: number) =>
    `I couldn't cancel ${format.counted(count, REQUESTS)}: ${plural(count, { one: 'it has', other: 'they have' })} finished, or just gone to Segmind.`,
};

/** What the operator allows, which no moderator can exceed. Times are timestamps. */
const ceilings = {
  serverNotAllowed: "The bot's operator hasn't allowed this server, so I can't make images here.",
  smallerRequest: 'Try fewer samples, fewer steps or a smaller size.',
  resets: (when: string) => `It resets ${when}.`,
  /** Amounts of the operator's whole budget are for the operator alone. */
  budget: {
    usedUp: 'My daily budget is used up, or too little is left for this request.',
    tooExpensive: 'This request costs more than my whole daily budget.',
    nothing: "The bot's operator set my daily budget to $0, so I can't make images.",
  },
  guildBudget: {
    usedUp: ({ allowed, left, cost }: { allowed: number; left: number; cost: number }) =>
      `The bot's operator allows this server ${format.usd(allowed)} per day: ${format.usd(left)} is left, and this would cost about ${format.usd(cost)}.`,
    tooExpensive: ({ allowed, cost }: { allowed: number; cost: number }) =>
      `The bot's operator allows this server ${format.usd(allowed)} per day, and this would cost about ${format.usd(cost)}.`,
    nothing: "The bot's operator allows no spending in this server, so I can't make images here.",
  },
  /** In the log channel. */
  modLog: {
    server_not_allowed: "server not allowed by the bot's operator",
    operator_budget: 'my daily budget',
    operator_guild_budget: "this server's daily budget, set by the bot's operator",
  },
  /** On the pages of moderators. */
  guildDay: (usd: number) =>
    usd === 0 ? "The bot's operator allows no spending here." : `The bot's operator allows ${format.usd(usd)} per day.`,
  everywhere: ({ spent, reserved, limit }: { spent: number; reserved: number; limit: number | undefined }) =>
    `All servers today: ${format.usd(spent)} spent, ${format.usd(reserved)} reserved, ${limit === undefined ? 'no limit' : `of ${format.usd(limit)}`}`,
};

function aboutMinutes(minutes: number): string {
  return `in about ${plural(minutes, { one: 'a minute', other: `${format.number(minutes)} minutes` })}`;
}

/** Why the bot sends nothing to Segmind. */
const stop = {
  credits: "I've run out of Segmind credits.",
  spend_limit: "I've reached the spending limit that the bot's operator set.",
  unauthorized: "I'm not set up correctly: Segmind won't let me in.",
  forbidden: "I'm not set up correctly: Segmind doesn't let me use my image model.",
  model_not_found: "I'm not set up correctly: Segmind doesn't know my image model.",
  model_retired: 'Segmind has retired my image model.',
  gateway_trouble: 'Something between me and Segmind is blocking my requests.',
};

/** Why a job ended without its images. @param said empty, or what Segmind said */
const failure = {
  said: (words: string) => ` It said: “${words}”.`,
  bad_request: (said: string) =>
    free(`Segmind couldn't read this request.${said}`, 'Change the prompt or an option and try again.'),
  parameter_rejected: (said: string) => free(`Segmind rejected one of the options.${said}`, 'Change it and try again.'),
  inference_failed: (said: string) =>
    free(`Segmind couldn't render this image.${said}`, 'Change the prompt or an option and try again.'),
  stopped: (cause: string) => free(cause, 'Try again later.'),
  misconfigured: free(
    "I'm not set up correctly: Segmind doesn't accept the format of my requests.",
    "Only the bot's operator can fix this.",
  ),
  /** By HTTP status. */
  server_error: (status: number) => {
    switch (status) {
      case 500:
        return free('Segmind had an internal error.', 'Try again, or try another size, scheduler or number of steps.');
      case 502:
        return free("Segmind's gateway couldn't reach its servers.", 'Try again in a minute.');
      case 504:
        return free("Segmind's servers didn't respond to its gateway in time.", 'Try again in a minute.');
      default:
        return free('Segmind is having trouble.', 'Try again in a few minutes.');
    }
  },
  unreachable: free("I couldn't reach Segmind.", 'Try again in a minute.'),
  refused_on_the_way: free('Something between me and Segmind blocked this request.', 'Try again in a minute.'),
  unexpected_answer: (status: number) =>
    `I don't understand Segmind's answer (${status}). You may have been charged. If it happens again, tell the bot's operator.`,
  result_expired:
    'Segmind no longer has this result: it keeps results for an hour. You may have been charged. Try again.',
  images_gone: 'Your image was rendered and charged, but Segmind no longer has it. Try again for a new one.',
  result_unreadable: "Your image was rendered and charged, but I can't read Segmind's answer. Tell the bot's operator.",
  took_too_long: "Segmind didn't finish this image within an hour. You may have been charged. Try again later.",
  waited_too_long: free('Your request was in the queue for an hour.', "Try again when it's less busy."),
  downloadFailed: "Your image was rendered, but I couldn't download it.",
  linked: "It's available for a few days at:",
  fetchAgain: "Press Fetch image to try again. That's free.",
  undeliverable: "Your image was rendered, but Discord rejected it everywhere I tried. Press Fetch image: that's free.",
  internal: "Something went wrong on my side. You may have been charged. If it happens again, tell the bot's operator.",
  not_submitted: free('Something went wrong on my side before I sent your request.', 'Try again in a minute.'),
};

/** Why the bot takes no requests, and what to do. */
const noRequests = {
  full: (minutes: number) => ['The queue is full.', `Try again ${aboutMinutes(minutes)}.`],
  /** While the queue has room for others. */
  shareFull: ({ minutes, isDirectMessage }: { minutes: number; isDirectMessage: boolean }) => [
    `${isDirectMessage ? "The queue's share for direct messages" : "This server's share of the queue"} is full.`,
    `Try again ${aboutMinutes(minutes)}.`,
  ],
  stopped: (cause: string) => [cause, 'Try again later.'],
  restarting: ["I'm restarting.", 'Try again in a minute.'],
} as const satisfies Record<string, Advised | ((...facts: never[]) => Advised)>;

type Advised = readonly [what: string, advice: string];

/** Why nothing happens, whatever the server's settings are. @param reference finds it in the operator's log */
const refusal = {
  queueFull: (minutes: number) => free(...noRequests.full(minutes)),
  shareFull: (facts: Parameters<typeof noRequests.shareFull>[0]) => free(...noRequests.shareFull(facts)),
  stopped: (cause: string, reference: string) => `${free(...noRequests.stopped(cause))} Reference ${reference}`,
  restarting: free(...noRequests.restarting),
  /** For a member who hasn't requested anything. */
  now: {
    queueFull: (minutes: number) => noRequests.full(minutes).join(' '),
    shareFull: (facts: Parameters<typeof noRequests.shareFull>[0]) => noRequests.shareFull(facts).join(' '),
    stopped: (cause: string) => noRequests.stopped(cause).join(' '),
    restarting: noRequests.restarting.join(' '),
  },
  busy: free("I'm busy right now.", 'Try again in a few seconds.'),
  notSaved: (reference: string) =>
    `${free("I couldn't save your request.", 'Try again in a minute.')} Reference ${reference}`,
  moderatorsOnly:
    'Only moderators can do this: members with Moderate Members, Manage Server or Administrator, or with a role that an administrator added (`/timeless-config moderators`).',
  /** What somebody tried who isn't a moderator, in the log channel. */
  names: { button: 'a button', select: 'a menu', modal: 'a form' },
  imageForgotten: "I no longer have a record of this image, so this button doesn't work anymore.",
  unknownAction: "I don't know this command or button. It may be from an older version.",
  broken: (reference: string) =>
    `Something went wrong on my side. Try again, and tell the bot's operator if it keeps happening. Reference ${reference}`,
};

/** A member's own images. */
const myImages = {
  description: 'Your images, newest first',
  /** @param page from 1 */
  inServer: (page: number, of: number) =>
    `Your images in this server, newest first. Page ${format.number(page)} of ${format.number(of)}.`,
  everywhere: (page: number, of: number) =>
    `Your images, newest first. Page ${format.number(page)} of ${format.number(of)}.`,
  starHint: (days: number) => `A star keeps an image in this list for ${format.number(days)} days.`,
  none: 'You have no images here yet. Make one with `/timeless`.',
  private: 'private',
  undelivered: "Not delivered. Press Fetch image: that's free.",
  images: (count: number) => format.counted(count, IMAGES),
  choose: 'Choose an image',
  runAgain: 'Run again',
  star: '★ Star',
  unstar: '★ Unstar',
  newer: 'Newer',
  older: 'Older',
};

/** What becomes of an image that its requester wants to share. @param link to the message in the channel */
const share = {
  done: (link: string) => `I shared your image: ${link}`,
  doneSome: (count: number, of: number, link: string) =>
    `I shared ${format.number(count)} of ${format.counted(of, IMAGES)}: ${link}`,
  shared: (link: string) => `You've already shared this image: ${link}`,
  sharing: "I'm already sharing this image.",
  requester: 'Only the person who requested this image can share it.',
  notHere: 'You can share a private image only where you made it, with the button below it.',
  missingPermissions: (permissions: string) =>
    `I can't share your image: I'm missing permissions in this channel (${permissions}). Ask a moderator to give them to me.`,
  notLoaded: "I couldn't load your image from Discord. Try again in a minute.",
  rejected: "I can't share your image: Discord rejected it in this channel.",
  gone: "I didn't share your image: its record was deleted meanwhile.",
  restarting: "I'm restarting, so I haven't shared your image. Try again in a minute.",
  unclear:
    "Discord didn't answer, so I don't know whether your image is in the channel. Press Share again in a minute: I won't post it twice.",
};

/** Why a button does nothing for a member. @param role a mention */
const buttonRefusal = {
  cancel: {
    requester: 'Only the person who requested this image, or a moderator, can cancel it.',
    ended: 'This has already finished.',
    submitted: "Too late to cancel: this is already at Segmind. You'll be charged when it's rendered.",
    justSubmitted: "Too late to cancel: this has just gone to Segmind. You'll be charged when it's rendered.",
  },
  fetch: {
    requester: 'Only the person who requested this image, or a moderator, can fetch it.',
    onItsWay: 'This image is on its way right now.',
    delivered: 'This image has already been delivered.',
    gone: "I can't fetch this image anymore.",
    fetching: "I'm already fetching this image.",
  },
  repeat: {
    requester: 'Only the person who requested this image, or a moderator, can repeat it.',
    role: (role: string) => `Only members with ${role}, or a moderator, can repeat this image.`,
  },
  edit: {
    requester: 'Only the person who requested this image, or a moderator, can edit it.',
    role: (role: string) => `Only members with ${role}, or a moderator, can edit this image.`,
  },
  details: {
    requester: 'Only the person who requested this image, or a moderator, can see its details.',
    role: (role: string) =>
      `Only the person who requested this image, members with ${role}, or a moderator, can see its details.`,
  },
  delete: {
    requester: 'Only the person who requested this image, or a moderator, can delete it.',
    role: (role: string) =>
      `Only the person who requested this image, members with ${role}, or a moderator, can delete it.`,
  },
};

/** Commands in the menu of a message. */
const menus = {
  imageDetails: 'Image details',
  remixImage: 'Remix image',
  reportImage: 'Report image',
  unknownMessage: 'This message has none of my images, or I no longer have a record of it.',
  report: {
    done: "I sent your report to this server's moderators. They can see that it's from you.",
    ownImage: 'This is your own image. You can remove it with its Delete button.',
    noLog:
      "This server's moderators have no log channel, so I can't pass on reports. Send one of them a link to this message.",
    logUnreachable: "I can't post in the moderators' log channel right now. Send one of them a link to this message.",
    repeated: "You've already reported this image.",
    /** @param at a timestamp that counts */
    cooldown: (at: string) => `Slow down: you can report again ${at}.`,
  },
};

/** The numbers that limits speak of. */
const limited = {
  imagesPerDay: (count: number) => format.counted(count, { one: 'image per day', other: 'images per day' }),
  jobsAtOnce: (count: number) => format.counted(count, { one: 'concurrent request', other: 'concurrent requests' }),
  maxSteps: (count: number) => format.counted(count, { one: 'step', other: 'steps' }),
  maxSamples: (count: number) => format.counted(count, { one: 'sample', other: 'samples' }),
  maxMegapixels: (count: number) => format.counted(count, { one: 'megapixel', other: 'megapixels' }),
};

/** Why the rules of a server, or of direct messages, don't allow a request. @param whom for whom the rule holds */
const policy = {
  free,
  /** @param setBy who can change it */
  withSetBy: (refusal: string, setBy: string) => `${refusal}\n-# ${setBy}`,
  setBy: {
    moderators: (command: string) => `Moderators can change this with \`/timeless-config ${command}\`.`,
    operator: "The bot's operator sets this limit.",
  },
  whom: {
    everyone: 'for everyone here',
    role: (role: string) => `for your role ${role}`,
    directMessages: 'in direct messages',
  },
  isItAMistake: "Ask a moderator if you think that's a mistake.",
  /** For an image that exists and may not be shown. */
  whenAllowed: 'Try again when the rules here allow it.',
  reason: (reason: string) => ` Reason: ${reason}.`,

  blocked: {
    member: 'Moderators have blocked you from making images in this server',
    role: 'Moderators have blocked one of your roles from making images in this server',
    /** @param inTime relative @param at absolute */
    ends: (inTime: string, at: string) => `. The block ends ${inTime}, ${at}.`,
    endless: ' until they lift the block.',
  },
  paused: {
    text: (since: string) => `Moderators paused images in this server ${since}.`,
    advice: 'Try again when they resume. Requests that are already in the queue still run.',
  },
  channel: {
    denied: (place: string) => `Images are turned off in ${place}.`,
    notAllowed: 'Images are turned off in this channel.',
    unknown: "I can't tell whether images are allowed here: I can't see which channel or category this belongs to.",
    notAgeRestricted: 'This server allows images only in age-restricted channels.',
    tryIn: (channels: readonly string[]) => `Try ${format.anyOf(channels)}.`,
    tryAnother: 'Try another channel.',
    tryAgeRestricted: 'Try an age-restricted channel.',
    askForAccess: 'Or ask a moderator to give me View Channel here.',
  },
  privateNotAllowed: {
    text: "This server doesn't allow private images.",
    advice: 'Use `/timeless` or `/timeless-compose` with `private:False`.',
  },
  filtered: {
    prompt: {
      text: "Your prompt has a word or phrase that this server's filter blocks.",
      advice: 'Use `/timeless` with another prompt.',
    },
    negativePrompt: {
      text: "Your negative prompt has a word or phrase that this server's filter blocks.",
      advice: 'Use `/timeless` with another negative prompt.',
    },
    style: {
      text: "This style has a word or phrase that this server's filter blocks, alone or together with your prompt.",
      advice: 'Use `/timeless` with another style.',
    },
  },
  /** What the style and the server add makes it too long. */
  tooLong: {
    prompt: (length: number, max: number) =>
      `Your prompt has ${format.number(length)} characters with what the style adds, and the limit is ${format.number(max)}.`,
    negativePrompt: (length: number, max: number, isStyled: boolean) =>
      `Your negative prompt has ${format.number(length)} characters with what ${isStyled ? 'the style and this server add' : 'this server adds'}, and the limit is ${format.number(max)}.`,
    shorten: (over: number) => `Shorten it by ${format.number(over)}.`,
    shortenOrRestyle: (over: number) => `Shorten it by ${format.number(over)}, or use another style.`,
    useEdit: (over: number) => `Use Edit to shorten it by ${format.number(over)}.`,
  },

  /** What helps where a form was refused, which Edit again opens as it was. It has neither style nor samples. */
  inForm: {
    notPrivate: 'Press Edit again to copy your prompt, and use it in `/timeless-compose` with `private:False`.',
    filtered: {
      prompt: 'Press Edit again and use another prompt.',
      negativePrompt: 'Press Edit again and use another negative prompt.',
      style:
        'Press Edit again and use another prompt, or copy yours into `/timeless-compose`, which makes images without a style.',
    },
    shorten: (over: number) => `Press Edit again and shorten it by ${format.number(over)}.`,
    use: (option: string, allowed: number) =>
      `Press Edit again and choose \`${option}\` of ${format.number(allowed)} or less.`,
    useSize: (side: number) =>
      `Press Edit again and choose a smaller size, or use \`/timeless\`: ${side}×${side} fits.`,
    useLess: 'Press Edit again and choose fewer steps or a smaller size, or use `/timeless` with fewer samples.',
  },

  /** A limit that lets nothing through. @param smallest what every request needs, where the limit isn't 0 */
  none: (whom: string, limit: string, smallest?: string) =>
    `You can't make images here: the limit ${whom} is ${limit}${smallest === undefined ? '' : `, and every request needs at least ${smallest}`}.`,
  noDirectMessages: { text: "I don't make images in direct messages.", advice: 'Use `/timeless` in a server.' },
  aboveLimit: {
    text: (whom: string, limit: string, asked: string) =>
      `The limit ${whom} is ${limit}, and this request has ${asked}.`,
    use: (option: string, allowed: number) =>
      `Use \`/timeless\` with \`${option}\` of ${format.number(allowed)} or less.`,
    useSize: (side: number) => `Use \`/timeless\` with a smaller size: ${side}×${side} fits.`,
  },
  cooldown: {
    text: (whom: string, seconds: number) => `Slow down: there's a ${format.duration(seconds)} cooldown ${whom}.`,
    advice: (at: string) => `You can go again ${at}.`,
  },
  jobsAtOnce: {
    text: (whom: string, limit: string, count: number) =>
      `You have ${format.counted(count, { one: 'request', other: 'requests' })} waiting or running, and the limit ${whom} is ${limit}.`,
    advice: 'Wait until one is finished, or cancel one that is still in the queue.',
  },
  imagesPerDay: {
    text: (whom: string, limit: string, used: number, asked: number) =>
      `The limit ${whom} is ${limit}. You've used ${format.number(used)}, and this request needs ${format.number(asked)} more.`,
    useFewer: (samples: number, resets: string) =>
      `Use \`/timeless\` with \`samples\` of ${format.number(samples)} or less, or wait: your count resets ${resets}.`,
    wait: (resets: string) => `You can make more images ${resets}.`,
    waitAndUseFewer: (samples: number, resets: string) =>
      `You can make more images ${resets}: use \`/timeless\` with \`samples\` of ${format.number(samples)} or less.`,
  },
  /** @param period from `perPeriod` or `thisPeriod` */
  budget: {
    perPeriod: { day: 'per day', month: 'per month' },
    thisPeriod: { day: 'today', month: 'this month' },
    none: (period: string) => `This server's budget ${period} is ${format.usd(0)}, so nobody can make images here.`,
    tooSmall: (cost: number, budget: number, period: string) =>
      `This would cost about ${format.usd(cost)}, and this server's whole budget ${period} is ${format.usd(budget)}.`,
    useLess: 'Use `/timeless` with fewer samples, fewer steps or a smaller size.',
    used: (budget: number, period: string) => `This server's budget of ${format.usd(budget)} for ${period} is used up.`,
    tooLittleLeft: (cost: number, left: number, budget: number, period: string) =>
      `This would cost about ${format.usd(cost)}, and only ${format.usd(left)} of this server's budget of ${format.usd(budget)} for ${period} is left.`,
    wait: (resets: string) => `The budget resets ${resets}.`,
  },
};

/** What moderators limit: its name, and what the picker says. */
const limits = {
  imagesPerDay: { label: 'Images per day', description: 'Images per UTC day' },
  cooldownSeconds: { label: 'Cooldown', description: 'Seconds between requests' },
  jobsAtOnce: { label: 'Concurrent requests', description: 'Concurrent requests: in the queue or in progress' },
  maxSteps: { label: 'Max steps', description: 'Max steps per request' },
  maxSamples: { label: 'Max samples', description: 'Max images per request' },
  maxMegapixels: { label: 'Max megapixels', description: 'Max megapixels per image, such as 1.05' },
};

/** What settings are called, and what they are set to. */
const settings = {
  onlyAgeRestricted: 'Only in age-restricted channels',
  spoilers: 'Spoilers on all images',
  negativePrompt: 'Negative prompt for every request',
  privateImages: 'Private images',
  size: 'Size',
  dayBudget: 'Budget per day',
  monthBudget: 'Budget per month',
  logChannel: 'Log channel',
  buttons: { reroll: 'Reroll', newSeed: 'New seed', delete: 'Delete' },
  whoCanUse: (button: string) => `Who can use ${button}`,
  pause: 'Pause',
  pauseReason: 'Pause reason',
  pausedBy: 'Paused by',
  pausedSince: 'Paused since',
  version: 'Settings version',

  byDefault: (value: string) => `${value} (default)`,
  on: 'on',
  off: 'off',
  allowed: 'allowed',
  notAllowed: 'not allowed',
  none: 'none',
  noLimit: 'no limit',
  blocked: (zero: string) => `${zero} (blocked)`,
  sameAsEveryone: 'same as everyone',
  anyone: 'anyone',
  requesterOnly: 'requester only',
  membersWith: (role: string) => `members with ${role}`,
  membersWithSomeRole: 'members with a role',
  notPaused: 'not paused',
  paused: (reason: string) => `paused, ${reason}`,
};

/** Lists that may be longer than a message. */
const lists = {
  more: (count: number) => `… and ${format.number(count)} more`,
  /** Where there is no room for a single one. */
  inAll: (count: number) => `${format.number(count)} in all`,
  see: (command: string) => `, see \`/timeless-config ${command}\``,
  inFile: 'The full list is in the attached file.',
};

const settingsPage = {
  title: 'Server settings',
  introduction:
    'Change each part with the `/timeless-config` subcommand of the same name. Days and months are UTC. Only you can see this.',
  everyoneLimits: 'Limits for everyone',
  roleLimits: 'Limits by role',
  defaults: 'Defaults',
  channels: 'Channels',
  allowedChannels: (channels: string) => `Allowed: ${channels}`,
  deniedChannels: (channels: string) => `Denied: ${channels}`,
  allChannels: 'all',
  safety: 'Safety',
  filter: 'Filter',
  block: 'Block',
  styles: 'Styles',
  budget: 'Budget',
  buttons: 'Buttons',
  moderatorsUseAll: 'Moderators can use all of them.',
  log: 'Log',
  pause: 'Pause',
  moderators: 'Moderators',
  moderatorRoles: (roles: string) => `Roles: ${roles}`,
  rolesHidden: 'only administrators can see them',
  whoIsModerator:
    'Moderators are members with Moderate Members, Manage Server or Administrator, or with one of these roles. Discord shows `/timeless-config` only to members with Moderate Members; an administrator can show it to others in Server Settings > Integrations.',
};

/** What is wrong with the settings of a server. Limits arrive as `Max steps: 19`. */
const warnings = {
  title: 'Needs attention',
  missingPermissions: (permissions: string) =>
    `I'm missing permissions in this channel: ${permissions}. Some images may not arrive.`,
  paused: (since: string, moderator: string, reason: string) =>
    `Paused ${since} by ${moderator}: ${reason}. Resume with \`/timeless-config resume\`.`,
  nobodyCan: (limits: string) => `Nobody can request images: the limits for everyone are too low (${limits}).`,
  onlyRolesCan: (limits: string) =>
    `Only members with a role that has its own limits can request images: the limits for everyone are too low (${limits}).`,
  // Not `format.usd(0)`: that would load formats at the start.
  noBudget: {
    day: 'Nobody can request images: the budget per day is $0.00.',
    month: 'Nobody can request images: the budget per month is $0.00.',
  },
  unlimitedBudget:
    "No budget is set, so these settings don't limit what members can spend here. Set one with `/timeless-config budget`.",
  onlyAllowedChannels: (count: number) =>
    `I refuse requests outside the allowed ${format.plural(count, { one: 'channel', other: 'channels' })} (${format.number(count)}).`,
  limitAndDefault: (limit: string, usual: string) => `${limit}, default ${usual}`,
  defaultsAboveEveryone: (limits: string) =>
    `The defaults exceed the limits for everyone (${limits}). Requests with only a prompt use the limits instead.`,
  defaultsAboveRoles: (roles: string) =>
    `The defaults exceed the limits of ${roles}. Requests with only a prompt use the limits instead.`,
  goneRoles: (count: number) =>
    format.plural(count, {
      one: 'A role in these settings no longer exists.',
      other: `${format.number(count)} roles in these settings no longer exist.`,
    }),
};

const limitsPage = {
  everyone: 'Limits for everyone',
  role: 'Limits for a role',
  hint: 'Images count per UTC day. If a member has several roles, the most generous limit applies. Where no role sets a limit, the one for everyone applies.',
};

const channelsPage = {
  allowed: 'Allowed',
  denied: 'Denied',
  allAllowed: 'All channels that are not denied (default).',
  noneDenied: 'None (default).',
  gone: (channels: string) => `No longer in this server: ${channels}`,
  hint: 'A category covers its channels, and a channel covers its threads. Deny wins over allow. As soon as you allow one channel, I refuse requests in all others.',
};

const filterPage = {
  title: 'Filter',
  none: 'The filter is empty (default).',
  foundTitle: 'Found in this text',
  refused: 'I refuse this text as a prompt or negative prompt.',
  notFound: 'The filter finds nothing in this text.',
};

const blocksPage = {
  title: 'Blocks',
  none: 'Nobody is blocked (default).',
  until: (time: string) => `until ${time}`,
  untilLifted: 'until lifted',
  by: (moderator: string, time: string) => `blocked by ${moderator} ${time}`,
  kinds: { member: 'member', role: 'role' },
};

/** What was changed in the settings. */
const changes = {
  title: 'Setting changes',
  titleOfLast: (count: number) => `Setting changes (last ${format.number(count)})`,
  none: 'No changes yet.',
  allowedChannels: 'Allowed channels',
  deniedChannels: 'Denied channels',
  filter: 'Filter',
  blocks: 'Blocks',
  moderatorRoles: 'Moderator roles',
  defaultOf: (parameter: string) => `Default ${parameter.toLowerCase()}`,
  limitForEveryone: (limit: string) => `${limit} for everyone`,
  limitForRole: (limit: string, role: string) => `${limit} for ${role}`,
  limitsForRole: (role: string) => `Limits for ${role}`,
  added: (items: string) => `added ${items}`,
  removed: (items: string) => `removed ${items}`,
  reordered: 'reordered',
  /** Where the values are private, or too long. */
  changed: 'changed',
};

/** What stands in the log channel of a server. */
const modLog = {
  delivered: 'Delivered',
  shared: 'Shared',
  failed: 'Failed',
  cancelled: 'Cancelled',
  cancelledBy: (member: string) => `Cancelled by ${member}.`,
  unknown: 'Outcome unknown',
  unknownReason: 'Segmind gave no clear answer. The image may have been rendered and charged.',
  inProgress: 'In progress',
  memberIn: (member: string, channel: string) => `${member} in ${channel}`,
  private: 'private',
  negativePrompt: (text: string) => `Negative prompt: ${text}`,
  seed: (seed: number) => `seed ${seed}`,
  jumpToImage: 'Jump to image',
  /** The description of a small image. */
  preview: (id: string, prompt: string) => `Preview of reference ${id}: ${prompt}`,
  reference: (id: string) => `Reference ${id}`,
  deleteImage: 'Delete image',
  blockMember: 'Block member',

  refused: 'Refused',
  denied: 'Denied',
  triedToUse: (member: string, what: string) => `${member} tried to use ${what} without permission`,
  settings: 'Settings',
  changedBy: (moderator: string) => `changed by ${moderator}`,
  purge: 'Purge',
  periods: { hour: 'the last hour', day: 'the last day', week: 'the last week' },
  purged: ({
    moderator,
    messages,
    member,
    period,
  }: Record<'moderator' | 'member' | 'period', string> & { messages: number }) =>
    `${moderator} purged ${format.counted(messages, MESSAGES)} of ${member} from ${period}`,
  dayBudget: "Today's budget",
  monthBudget: "This month's budget",
  budgetUsed: (used: string, budget: string, percent: number) =>
    `${used} of ${budget} (${format.percent(percent)}) spent or reserved. I refuse requests that exceed it.`,
  times: (count: number) => `${format.number(count)} times`,
  reported: 'Reported',
  reportedBy: (members: readonly string[], hasMore: boolean) =>
    `Reported by ${format.allOf(hasMore ? [...members, 'others'] : members)}.`,
  reasons: {
    blockedMember: 'blocked member',
    blockedRole: 'blocked role',
    paused: 'server is paused',
    channelDenied: (channel: string) => `${channel} is denied`,
    channelNotAllowed: 'not an allowed channel',
    channelUnknown: "can't tell which channel or category this belongs to",
    notAgeRestricted: 'not an age-restricted channel',
    privateNotAllowed: "private images aren't allowed",
    filtered: {
      prompt: 'word filter, in the prompt',
      negativePrompt: 'word filter, in the negative prompt',
      style: 'word filter, in the prompt with its style',
    },
    tooLong: (length: number, max: number) =>
      `${format.number(length)} characters with what is added, max ${format.number(max)}`,
    /** @param requested with its unit */
    aboveLimit: (requested: string, max: number) => `${requested}, max ${format.number(max)}`,
    cooldown: (duration: string) => `cooldown of ${duration}`,
    concurrentRequests: (max: number) => `max ${format.number(max)} concurrent requests`,
    imagesPerDay: (max: number) => `max ${format.number(max)} images per day`,
    budget: { day: 'budget per day', month: 'budget per month' },
  },

  /** The file with prompts that are too long for a message. */
  file: {
    prompt: 'Prompt:',
    negativePrompt: 'Negative prompt:',
    refused: (memberId: string, channelId: string) => `Refused: member ${memberId}, channel ${channelId}`,
  },
  fileRejected:
    '-# Previews and the full text of long prompts are missing: Discord rejected the files. Check my Attach Files permission in this channel.',
  missing: (count: number) =>
    `-# ${format.counted(count, { one: 'earlier entry is', other: 'earlier entries are' })} missing: too many at once, or I couldn't post here.`,

  /** Why the channel gets nothing; at most 200 characters. */
  trouble: {
    channelGone: 'The log channel no longer exists. Choose another one with `/timeless-config log`.',
    noAccess: (channel: string) =>
      `I can't post in the log channel ${channel}. I need View Channel, Send Messages (in a thread: Send Messages in Threads) and Embed Links there.`,
    rejected: (channel: string, code: string) =>
      `Discord rejects messages in the log channel ${channel} (code ${code}). Choose another one with \`/timeless-config log\`.`,
  },
};

/** What a server has used in a month, in words and as a chart. */
const usage = {
  title: (month: string) => `Usage in ${month}`,
  images: (count: number) => format.counted(count, IMAGES),
  members: (count: number) => format.counted(count, MEMBERS),
  /** In place of a member. */
  erasedMembers: 'members who deleted their data',
  moreMembers: (count: number) =>
    `… and ${format.counted(count, { one: 'more member', other: 'more members' })}, see the table`,
  budget: 'Budget',
  today: 'Today',
  thisMonth: 'This month',
  spent: (spent: string, reserved: string, of: string) => `${spent} spent, ${reserved} reserved, ${of}`,
  ofBudget: (budget: string) => `of ${budget}`,
  noLimit: 'no limit',
  account: 'My Segmind account',
  credits: (credits: string, free: string) => `Credits: ${credits}, plus ${free} free`,
  creditsUnknown: "Segmind didn't say how many credits are left. Try again in a minute.",
  onHold: (cause: string) => `**On hold.** ${cause}`,
  footer: 'Days are UTC. Images count when they are requested, costs when they are known.',
};

const usageChart = {
  title: (month: string) => `Usage in ${month}`,
  days: 'Days in UTC',
  daysUpTo: (day: string) => `Up to ${day}, days in UTC`,
  images: (count: number) => format.plural(count, IMAGES),
  cost: 'cost',
  members: (count: number) => format.plural(count, MEMBERS),
  noImages: 'No images in this month.',
  noImagesYet: 'No images this month yet.',
  imagesByDay: 'Images by day',
  costByDay: 'Cost by day in US$',
  imagesByMember: 'Images by member',
  today: (figure: string) => `today ${figure}`,
  others: (count: number) => `and ${format.counted(count, { one: 'other', other: 'others' })}`,
};
/** `/timeless-me`: what a member has left, and what is stored about them. */
const me = {
  description: 'Your limits, your defaults and your data',
  overview: {
    description: "What's left for you today, and your data",
    inServer: 'Your limits in this server',
    inDirectMessages: 'Your limits in direct messages',
    imagesToday: 'Images today',
    /** @param resets a timestamp that counts */
    images: ({ used, allowed, resets }: { used: number; allowed: number; resets: string }) =>
      `${format.number(Math.max(0, allowed - used))} of ${format.number(allowed)} left. Resets ${resets}.`,
    imagesUnlimited: (used: number) => `${format.number(used)} so far, no limit.`,
    concurrentRequests: 'Concurrent requests',
    requests: (used: number, allowed: number) =>
      `${format.number(used)} of ${format.number(allowed)} in the queue or in progress.`,
    requestsUnlimited: (used: number) => `${format.number(used)} in the queue or in progress, no limit.`,
    cooldown: 'Cooldown',
    pause: (seconds: number) => `${format.duration(seconds)} between requests.`,
    rightNow: 'Right now',
    data: 'Your data',
    dataText: (exportLabel: string, eraseLabel: string) =>
      `I store your requests with their prompts, your styles and defaults, and how much you use. \`${exportLabel}\` sends you all of it, \`${eraseLabel}\` removes it.`,
  },
  defaults: {
    description: 'Show or set what you get by default, in all servers',
    private: 'Make your images private in servers',
    clear: "Go back to each server's default",
    title: '**Your defaults for options that you leave out**',
    privateLabel: 'Private in servers',
    privateForbidden:
      "⚠️ This server doesn't allow private images, so I refuse yours here unless you use `private:False`.",
    hint: '-# What you type comes first, then the style, then your defaults, then those of the server.',
  },
  notYours: 'This button belongs to someone else. Use `/timeless-me overview` to get your own.',
  /** Why an export or a deletion doesn't begin. */
  refusal: {
    running: "I'm already working on your data. Wait until that's done.",
    busy: "I'm busy with the data of others. Try again in a minute.",
    /** @param at a timestamp that counts */
    paused: (at: string) => `Slow down: you can do this again ${at}.`,
  },

  export: {
    label: 'Export my data',
    done: (files: number) =>
      `Here's everything I store about you, as JSON${plural(files, { one: '', other: ` in ${format.number(files)} files` })}.`,
    incomplete: (files: number) =>
      `I store more about you than fits here. Here are the first ${format.number(files)} files; ask the bot's operator for all of it.`,
    tooLarge: "Discord rejected the file as too large. Ask the bot's operator for your data.",
  },

  erase: {
    label: 'Delete my data',
    question: (historyDays: number) => `**Delete everything I store about you, in all servers and in direct messages?**
- I delete your requests with their prompts, your styles and your defaults. I cancel what you have in the queue. Images in progress still arrive; then I delete those requests too.
- Your images stay in Discord, but their buttons stop working. Delete the ones you don't want first.
- Usage totals keep their numbers without you. The counters of today and yesterday stay until they expire, so your limits don't reset.
- Servers keep their blocks until these end, and who changed which setting for ${format.number(historyDays)} days.
You can't undo this.`,
    done: ({ cancelled, inProgress }: { cancelled: number; inProgress: number }) =>
      [
        'I deleted your data.',
        ...(cancelled > 0 ? [`I cancelled ${format.counted(cancelled, REQUESTS)} in the queue.`] : []),
        ...(inProgress > 0
          ? [
              `${format.counted(inProgress, REQUESTS)} in progress still ${plural(inProgress, { one: 'finishes', other: 'finish' })}, and then I delete ${plural(inProgress, { one: 'it', other: 'them' })} too.`,
            ]
          : []),
        'The counters of today and yesterday stay until they expire.',
      ].join(' '),
  },
};

/** `/timeless-help`. */
const help = {
  description: 'How to make images here, and your limits',
  title: 'How to make images',
  introduction:
    '`/timeless` paints what you describe, and `/timeless-compose` has more room for it. The buttons under an image repeat it, change it or show how it was made.',
  rightNow: 'Right now',
  examples: {
    label: 'Try one',
    text: 'Press a prompt below. I post the image here like `/timeless`, and it counts towards your limits.',
    prompts: [
      'a lighthouse in a storm, oil painting',
      'an astronaut riding a horse, photograph',
      'a teapot garden at night, watercolor',
    ],
  },
  sizes: {
    label: 'Sizes',
    none: 'Your limit is smaller than the usual sizes: use `width` and `height`.',
  },
  limits: 'Your limits',
  request: (limits: readonly string[]) => `Per request: up to ${format.allOf(limits)}.`,
  /** @param resets a timestamp that counts */
  budget: ({ left, of, resets }: { left: number; of: number; resets: string }) =>
    `Budget of this server: ${format.usd(left)} of ${format.usd(of)} left. Resets ${resets}.`,
  private: {
    label: 'Private images',
    allowed: 'With `private:true`, only you see the image. Moderators can see its prompt.',
    notAllowed: "This server doesn't allow private images.",
  },
  report: {
    label: 'Report an image',
    menu: 'Right-click its message, or press and hold it on a phone. Then choose Apps and Report image.',
    moderator: 'Send a moderator a link to its message.',
    directMessage:
      "Open its message in the server. Choose Apps and Report image in the message's menu, or send a moderator a link.",
  },
  more: 'For more',
  moreText:
    '`/timeless-queue` shows your requests, `/timeless-images` your images, and `/timeless-me overview` your limits and data.',
};

/** `/timeless-config`, and the moderators' buttons under messages of the log. */
const config = {
  description: "This server's settings, for moderators",
  changed: '**Changed**',
  /** @param problem one or more sentences */
  unchanged: (problem: string) => `${problem} Nothing changed.`,
  alreadySet: 'Nothing changed: it was already set like this.',
  fileLeftOut: '-# A file is missing here: Discord rejected it as too large.',
  visibleText: ({ option, max }: { option: string; max: number }) =>
    `\`${option}\` needs 1 to ${format.number(max)} visible characters.`,
  notOneOf: ({ option, allowed }: { option: string; allowed: string }) => `\`${option}\` must be one of ${allowed}.`,
  notFromPicker: (option: string) => `Pick \`${option}\` from Discord's list.`,
  /** @param matches each with its id */
  ambiguous: ({ typed, matches }: { typed: string; matches: string }) =>
    `${typed} could be ${matches}. Give the id of the one you mean.`,
  nameUnknown: (typed: string) => `I can't find ${typed} by name. Pick a suggestion, or give the id.`,
  /** As Discord's own settings call them. */
  permissions: {
    viewChannel: 'View Channel',
    sendMessages: 'Send Messages',
    sendMessagesInThreads: 'Send Messages in Threads',
    embedLinks: 'Embed Links',
    attachFiles: 'Attach Files',
    readMessageHistory: 'Read Message History',
  },

  view: { description: 'Show all settings' },

  limits: {
    description: 'Show or set limits: 0 blocks, -1 is no limit, clear inherits',
    role: 'Only this role (default: everyone)',
    notAllowed: (limit: { option: string; given: string; max: number; isWhole: boolean; isCooldown: boolean }) => {
      const { option, given, max, isWhole, isCooldown } = limit;
      const number = `a ${isWhole ? 'whole number' : 'number'}${isCooldown ? ' of seconds' : ''}`;
      const zero = isCooldown ? 'no cooldown' : 'blocked';
      return `\`${option}\`: ${given} isn't allowed. Use ${number} from 0 (${zero}) to ${format.number(max)}, -1 for no limit, or \`clear\` to inherit.`;
    },
    noSuchRole: 'This server has no such role.',
    full: (max: number) =>
      `${format.number(max)} roles already have their own limits, and I can't keep more. Clear the limits of another role first.`,
    mostGenerous: 'If a member has several roles with limits, the most generous value counts.',
  },

  channels: {
    description: 'Where members can make images',
    allow: {
      description: "Allow a channel; I then refuse all that aren't allowed",
      channel: 'Channel or category',
    },
    deny: { description: 'Deny a channel; deny wins over allow', channel: 'Channel or category' },
    remove: { description: 'Take a channel off both lists', channel: 'Name of a listed channel' },
    list: { description: 'Show both lists' },
    category: (name: string) => `${name} (category)`,
    allowed: (name: string) => `${name}, allowed`,
    denied: (name: string) => `${name}, denied`,
    full: (max: number) =>
      `This list is full: it holds ${format.number(max)} channels and categories. A category covers all its channels.`,
    noSuchChannel: 'This server has no such channel. Pick one of its channels or categories.',
    /** @param parent undefined where it isn't known */
    isThread: (parent: string | undefined) =>
      `Threads follow their channel, so pick ${parent ?? 'the channel it belongs to'} instead.`,
    notListed: (channel: string) =>
      `${channel} isn't on either list. See both with \`/timeless-config channels list\`.`,
  },

  safety: {
    description: 'Show or set what applies to every image',
    onlyAgeRestricted: 'Only in age-restricted channels',
    spoilers: 'Hide every image behind a spoiler',
    privateImages: 'Let members make private images',
    negativePrompt: 'Added to every request; clear removes it',
    title: '**Safety**',
    negativePromptProblem: (max: number) =>
      `\`negative_prompt\` needs 1 to ${format.number(max)} visible characters, or \`clear\`.`,
  },

  filter: {
    description: 'Words that prompts must not contain',
    add: {
      description: 'Add words and phrases',
      word: 'A word or phrase, or several with commas; * matches any letters',
    },
    remove: { description: 'Remove words', word: 'A word in the filter' },
    list: { description: 'Show all words' },
    test: { description: 'See which words a text contains', text: 'Written like a prompt' },
    tooShort: ({ word, min }: { word: string; min: number }) =>
      `${word} needs at least ${format.number(min)} letters or digits beside \`*\`.`,
    tooLong: ({ word, max }: { word: string; max: number }) =>
      `${word} is longer than ${format.number(max)} characters.`,
    tooManyWildcards: ({ word, max }: { word: string; max: number }) =>
      `${word} has more than ${format.number(max)} \`*\`.`,
    rules: ({ maxLength, maxWildcards }: { maxLength: number; maxWildcards: number }) =>
      `Use words and phrases of up to ${format.number(maxLength)} characters, with at most ${format.number(maxWildcards)} \`*\` (any letters within a word). Separate several with commas.`,
    noWord: "There's no word in `word`.",
    full: ({ max, count, added }: { max: number; count: number; added: number }) =>
      `The filter holds ${format.number(max)} words and phrases. It has ${format.number(count)}, so ${format.number(added)} more won't fit. One \`*\` can cover several forms of a word.`,
    tooManyInnerWildcards: ({ max, count }: { max: number; count: number }) =>
      `The filter holds ${format.number(max)} words with a \`*\` between letters, and these would make ${format.number(count)}. Put the \`*\` at the start or end of a word instead, or remove a word first.`,
    /** @param words empty where there was no word */
    notListed: (words: string) =>
      `${words === '' ? "There's no word in `word`." : `Not in the filter: ${words}.`} Pick a suggestion, or see \`/timeless-config filter list\`.`,
  },

  block: {
    description: "Who can't make images",
    add: {
      description: 'Block a member or a role',
      member: 'The member to block; or use role',
      role: 'The role to block; or use member',
      duration: 'Such as 30m, 12h or 7d (default: until lifted)',
      reason: 'Blocked members can read this',
    },
    remove: { description: 'Lift a block', blocked: 'Name of a blocked member or role' },
    list: { description: 'Show who is blocked' },
    choice: ({ name, kind, id }: { name: string | undefined; kind: 'member' | 'role'; id: string }) =>
      name === undefined ? `${kind} ${id}` : `${name} (${kind === 'role' ? kind : id})`,
    missing:
      'Who should be blocked? Add `member` or `role`: any member, or any role but @everyone, such as `/timeless-config block add member:@name`.',
    both: 'Give `member` or `role`, not both. Use the command once for each.',
    unknown: 'There is no such member or role.',
    duration:
      '`duration` must be one or more numbers with m (minutes), h (hours), d (days) or w (weeks), such as 30m, 12h or 7d, up to 365d in all. Leave it out to block until someone lifts it.',
    reasonTooLong: (max: number) => `\`reason\` can have up to ${format.number(max)} characters.`,
    everyone: "@everyone can't be blocked. To stop images in this whole server, use `/timeless-config pause`.",
    bot: "That's me, and I don't request images.",
    full: (max: number) =>
      `${format.number(max)} members and roles are blocked, and I can't keep more. Lift some with \`/timeless-config block remove\` first.`,
    notListed: (blocked: string) => `${blocked} isn't blocked. See all blocks with \`/timeless-config block list\`.`,
    /** @param until a timestamp; undefined until somebody lifts it */
    done: ({ whom, until }: { whom: string; until: string | undefined }) =>
      `Blocked ${whom} until ${until ?? 'someone lifts it'}.`,
    self: "That's you: you can't make images until then, but you can still change settings.",
    cancelled: (count: number) =>
      count === 0
        ? 'They had nothing in the queue.'
        : `I cancelled ${format.counted(count, { one: 'request', other: 'requests' })} they had in the queue.`,
    unchecked: (count: number) =>
      `Discord didn't tell me the roles of ${format.counted(count, { one: 'member', other: 'members' })} in the queue, so their requests stay.`,
    after: 'Images already in progress still arrive. `/timeless-config block remove` lifts the block.',
  },

  defaults: {
    description: 'Show or set what members get by default',
    clear: "Go back to the model's default",
    title: '**Defaults for options that members leave out**',
    notInRange: ({ option, min, max }: { option: string; min: number; max: number }) =>
      `\`${option}\` must be from ${format.number(min)} to ${format.number(max)}.`,
  },

  style: {
    description: 'Styles for all members of this server',
    add: 'Add a style, or replace one',
    remove: 'Remove a style',
    list: 'Show all styles of this server',
  },

  budget: {
    description: 'Show or set what this server can spend, in US$',
    day: 'US$ per UTC day; -1 or clear for no limit',
    month: 'US$ per UTC month; -1 or clear for no limit',
    title: '**Budget**',
    notAllowed: ({ option, given, max }: { option: string; given: string; max: number }) =>
      `\`${option}\`: ${given} isn't allowed. Use an amount in US$ such as 5 or 2.50, from 0 (blocked) to ${format.number(max)}; -1 or \`clear\` is no limit.`,
    /** @param resets a timestamp that counts */
    today: (spending: { spentUsd: number; reservedUsd: number; resets: string }) => `Today: ${spendingText(spending)}`,
    thisMonth: (spending: { spentUsd: number; reservedUsd: number; resets: string }) =>
      `This month: ${spendingText(spending)}`,
    unknown: "I don't know yet how much is spent. Try again in a few seconds.",
  },

  log: {
    description: 'Show or set the log channel',
    channel: 'Everyone who reads it sees all prompts and public images',
    off: 'Stop the log',
    both: 'Give `channel` or `off`, not both.',
    membersKnow:
      'The option `private` tells members that moderators can see the prompts of private images, but not the images. Private images say so too.',
    wrongChannel: 'The log needs a text channel, an announcement channel or a thread of this server.',
    botCannotWrite: (channel: string) =>
      `I can't write in ${channel}. Give me View Channel, Send Messages (in threads: Send Messages in Threads) and Embed Links there, or add me if it's a private thread. Then try again in a minute.`,
    moderatorCannotWrite: (channel: string) =>
      `You can't write in ${channel}, so you can't make it the log. You need View Channel and Send Messages there (in threads: Send Messages in Threads; in a private thread: Manage Threads, or use this command in it).`,
    noAnswer: "Discord didn't answer when I tried to write there. Try again in a minute.",
    title: 'Timeless log',
    opened:
      'This channel now gets my log: finished requests with their prompts, private ones too, small previews of public images, and refusals, blocks and settings changes. Everyone who can read this channel can read all of it. `/timeless-config log off:true` stops it.',
    closed: (moderator: string) => `${moderator} stopped the log in this channel with \`/timeless-config\`.`,
  },

  buttons: {
    description: 'Show or set who can use which button',
    button: 'Button under an image',
    who: 'Who can use it, besides moderators',
    role: 'Only this role',
    users: { requester: 'Requester only', anyone: 'Anyone', role: 'A role' },
    title: '**Buttons** (moderators can always use them)',
    buttonMissing:
      'Which button? Add `button`: Reroll, New seed or Delete, such as `/timeless-config buttons button:Reroll who:Anyone`.',
    whoMissing:
      'Who should be able to use it? Add `who` (requester only, anyone or a role) or just `role`, such as `/timeless-config buttons button:Reroll who:Anyone`.',
    roleMissing: 'Which role? Add `role`, such as `/timeless-config buttons button:Reroll role:@name`.',
    roleUnexpected: '`role` only goes with `who:A role`. Leave one of the two out.',
  },

  pause: {
    description: 'Stop new images in this server',
    reason: 'Members can read this',
    paused:
      'Members can read this reason. Requests I already accepted still finish. `/timeless-config resume` ends the pause.',
  },

  resume: { description: 'End the pause', notPaused: "This server isn't paused." },

  usage: {
    description: 'Show the images and costs of a month',
    month: 'Such as 2026-10 (default: this month)',
    choice: (month: string) => `${month}, ${format.month(month)}`,
    notKept: ({ first, last }: { first: string; last: string }) =>
      `\`month\` must be a year and month from ${first} to ${last}. I don't keep older usage.`,
    chartText: (month: string) => `Images and costs by day and member, ${format.month(month)}`,
    noChart: "I couldn't draw the chart. The bot's operator can find the reason in the log.",
    tableTooLarge: 'The table is too large for a message here.',
    checkAgain: {
      label: 'Check again',
      resumed: 'Segmind is accepting requests again.',
      /** @param cause a sentence */
      trying: (cause: string) => `${cause} I'll try with the next request: if it goes through, the others follow.`,
      stillStopped: (cause: string) => `I checked, and nothing has changed. ${cause}`,
    },
  },

  find: {
    description: 'Look up a request',
    reference: 'The 13 characters in Details, in the log or under an error message',
    message: 'Link or id of any message with its images',
    member: 'The latest requests of this member',
    missing:
      'What should I look for? Give a `reference`, a `message` (right-click it and choose Copy Message Link), or a `member`.',
    several: 'Give only one of `reference`, `message` and `member`.',
    notMessage: '`message` must be the link or id of a message: right-click it and choose Copy Message Link.',
    unknownReference: 'I found no request with this reference here.',
    unknownMessage: 'I found no request with this message here.',
    none: (member: string) => `I found no requests of ${member} here.`,
    title: (member: string) => `The latest requests of ${member}:`,
    each: '-# For more about one of them, use `/timeless-config find` with its reference.',
  },

  history: { description: 'Show the last 25 changes' },

  reset: {
    description: 'Set everything back to its default',
    question: (moderatorRoles: string) =>
      `Set everything back to its default? That clears limits, channels, safety, filter words, blocks, defaults, styles, budget, log channel, buttons and a pause. ${moderatorRoles} The history stays.`,
    withModeratorRoles: "You're an administrator, so it also clears the moderator roles.",
    withoutModeratorRoles: 'The moderator roles stay: only an administrator can change them.',
    label: 'Reset',
    otherServer: 'This question is from another server. Nothing changed.',
  },

  moderators: {
    description: 'Moderator roles, for administrators',
    add: { description: 'Add a moderator role', role: 'Role' },
    remove: { description: 'Remove a moderator role', role: 'Name of a moderator role' },
    list: { description: 'Show the moderator roles' },
    administratorsOnly: 'Only administrators can see or change the moderator roles.',
    everyone: "@everyone can't be a moderator role. Pick another role.",
    full: (max: number) => `There are ${format.number(max)} moderator roles, and I can't keep more. Remove one first.`,
    showCommand:
      'Discord shows `/timeless-config` only to members with Moderate Members. To show it to this role too, add the role under Server Settings > Integrations.',
    notListed: (role: string) => `${role} isn't a moderator role. See them with \`/timeless-config moderators list\`.`,
    none: 'There are no moderator roles. Moderators are members with Moderate Members, Manage Server or Administrator.',
    listed: (roles: string) => `Moderator roles: ${roles}`,
  },

  logBlock: {
    question: (member: string) =>
      `Block ${member} from making images in this server? That also cancels what they have in the queue.`,
    day: 'Block for a day',
    week: 'Block for a week',
    untilLifted: 'Block until lifted',
  },

  /** Under the answer that a member is blocked. */
  purge: {
    labels: { hour: 'Purge last hour', day: 'Purge last day', week: 'Purge last week' },
    progress: (done: number, total: number) =>
      `Removed ${format.number(done)} of ${format.counted(total, MESSAGES)}...`,
    isRunning: (member: string) => `I'm already removing images of ${member} here. Wait until that's done.`,
    none: (member: string, period: string) => `I found no public images of ${member} from ${period}.`,
    removed: (count: number) => `Removed ${format.counted(count, MESSAGES)}.`,
    gone: (count: number) => `${format.number(count)} ${plural(count, { one: 'was', other: 'were' })} already gone.`,
    noAccess: (count: number) =>
      `I couldn't reach the channel of ${format.number(count)}: give me View Channel there and try again.`,
    failed: (count: number) => `Discord had trouble with ${format.number(count)}: try again.`,
  },

  logDelete: {
    image: ({ member, channel }: { member: string; channel: string }) => `the image of ${member} in ${channel}`,
    question: ({ image, prompt }: { image: string; prompt: string }) => `Delete ${image}: ${prompt}?`,
    deleted: (image: string) => `I deleted ${image}.`,
    gone: (image: string) =>
      `I found nothing to delete: ${image} is already gone, or I sent it to the member as a direct message.`,
    noAccess: ({ image, isPartlyDeleted }: { image: string; isPartlyDeleted: boolean }) =>
      `I ${isPartlyDeleted ? 'deleted only part of' : "couldn't delete"} ${image}, because I can't reach the channel. Give me View Channel there and try again.`,
    failed: ({ image, isPartlyDeleted }: { image: string; isPartlyDeleted: boolean }) =>
      `I ${isPartlyDeleted ? 'deleted only part of' : "couldn't delete"} ${image}, because Discord had trouble. Try again.`,
  },
};

function spendingText({ spentUsd, reservedUsd, resets }: { spentUsd: number; reservedUsd: number; resets: string }) {
  return `${format.usd(spentUsd)} spent, ${format.usd(reservedUsd)} reserved for requests in the queue or in progress; resets ${resets}.`;
}

/** English. Another language has the same texts: `const de: Texts = { ... }`. */
export const en = {
  format,
  parameters,
  styles,
  sizes,
  commands,
  form,
  buttons,
  result,
  ending,
  details,
  progress,
  queue,
  stop,
  failure,
  refusal,
  myImages,
  share,
  buttonRefusal,
  menus,
  limited,
  policy,
  ceilings,
  limits,
  settings,
  lists,
  settingsPage,
  warnings,
  limitsPage,
  channelsPage,
  filterPage,
  blocksPage,
  changes,
  modLog,
  usage,
  usageChart,
  me,
  help,
  config,
};
